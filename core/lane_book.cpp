#include "core/lane_book.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

namespace {

using namespace std::chrono_literals;

constexpr microseconds first_probe_after = 1s;
constexpr microseconds probe_pause_max = 60s;
constexpr microseconds hastened_probe_gap = 1s;
constexpr std::size_t left_lanes_max = 256;
constexpr int mean_weight = 8; // of the past against the newest value

void blend(microseconds& mean, microseconds value) {
  mean = mean.count() == 0 ? value : (mean * (mean_weight - 1) + value) / mean_weight;
}

} // namespace

type_number lane_book::type(const std::string& name) {
  const auto [found, fresh] = type_numbers_.try_emplace(name, static_cast<type_number>(types_.size()));
  if (fresh)
    types_.push_back(name);
  return found->second;
}

lane_number lane_book::enter(const std::string& name) {
  auto found = numbers_.find(name);
  if (found == numbers_.end()) {
    found = numbers_.emplace(name, ++last_).first;
    lanes_[last_].name = name;
  }
  auto& of = lanes_.at(found->second);
  ++of.jobs;
  if (of.left != 0)
    left_.erase(std::exchange(of.left, 0));
  return found->second;
}

void lane_book::leave(lane_number number) {
  --lanes_.at(number).jobs;
  forget_if_idle(number);
}

std::optional<lane_number> lane_book::find(const std::string& name) const {
  const auto found = numbers_.find(name);
  return found == numbers_.end() ? std::nullopt : std::optional(found->second);
}

lane_number lane_book::set(const std::string& name, std::uint32_t limit, bool paused) {
  const auto number = enter(name);
  auto& of = lanes_.at(number);
  of.limit = limit;
  of.paused = paused;
  return number;
}

hold lane_book::held_by(lane_number number) const {
  const auto& of = lanes_.at(number);
  if (of.paused)
    return hold::lane_paused;
  if (of.circuit && !(on_trial(number) && of.running == 0))
    return hold::unreachable;
  if (of.silent > 0)
    return hold::silent;
  if (of.limit != 0 && of.running >= of.limit)
    return hold::lane_limit;
  return hold::nothing;
}

void lane_book::note_runtime(lane_number number, microseconds taken) {
  blend(lanes_.at(number).mean, taken);
  blend(mean_, taken);
}

microseconds lane_book::mean_runtime(lane_number number) const {
  const auto own = lanes_.at(number).mean;
  return own.count() != 0 ? own : mean_;
}

void lane_book::open(lane_number number, const error& why, std::optional<type_number> prober, moment at) {
  auto& of = lanes_.at(number);
  if (of.circuit && !of.circuit->looking) {
    of.circuit->why = why.details(); // several jobs found out at the same time
    return;
  }
  const auto failures = of.circuit ? of.circuit->failures + 1 : 1;
  if (of.circuit)
    probes_.erase({of.circuit->probe_at, number});
  const auto pause = std::min(first_probe_after * (1 << std::min(failures - 1, 6U)), probe_pause_max);
  of.circuit = breaker{why.details(), failures, prober, at.steady, at.steady + pause, false};
  probes_.emplace(of.circuit->probe_at, number);
}

void lane_book::reopen(lane_number number, const error& why, moment at) {
  auto& circuit = *lanes_.at(number).circuit;
  circuit.looking = true;
  open(number, why, circuit.prober, at);
}

void lane_book::close(lane_number number) {
  auto& of = lanes_.at(number);
  if (of.circuit)
    probes_.erase({of.circuit->probe_at, number});
  of.circuit.reset();
}

void lane_book::hasten_probe(lane_number number, moment at) {
  auto& of = lanes_.at(number);
  if (!of.circuit || of.circuit->looking)
    return;
  plan_probe(number, std::min(of.circuit->probe_at, std::max(at.steady, of.circuit->since + hastened_probe_gap)));
}

std::optional<std::pair<lane_number, std::optional<type_number>>> lane_book::next_probe(moment at) {
  if (probes_.empty() || probes_.begin()->first > at.steady)
    return std::nullopt;
  const auto number = probes_.begin()->second;
  probes_.erase(probes_.begin());
  auto& circuit = *lanes_.at(number).circuit;
  circuit.looking = true;
  return std::pair(number, circuit.prober);
}

std::optional<microseconds> lane_book::probe_at() const {
  return probes_.empty() ? std::nullopt : std::optional(probes_.begin()->first);
}

bool lane_book::on_trial(lane_number number) const {
  const auto& circuit = lanes_.at(number).circuit;
  return circuit && circuit->looking && !circuit->prober;
}

std::string lane_book::why_open(lane_number number) const {
  const auto& circuit = lanes_.at(number).circuit;
  return circuit ? circuit->why : std::string();
}

std::vector<lane_view> lane_book::view() const {
  std::vector<lane_view> all;
  for (const auto& [name, number] : numbers_)
    if (lanes_.at(number).left == 0)
      all.push_back(view_of(lanes_.at(number)));
  return all;
}

lane_view lane_book::view(const std::string& name) const {
  const auto found = numbers_.find(name);
  return found == numbers_.end() ? lane_view{.name = name} : view_of(lanes_.at(found->second));
}

lane_view lane_book::view_of(const lane_state& of) {
  lane_view shown{.name = of.name,
                  .limit = of.limit,
                  .paused = of.paused,
                  .jobs = of.jobs,
                  .running = of.running,
                  .silent = of.silent};
  if (of.circuit) {
    shown.reachable = false;
    shown.why_unreachable = of.circuit->why;
    if (!of.circuit->looking)
      shown.next_probe = of.circuit->probe_at;
  }
  return shown;
}

void lane_book::plan_probe(lane_number number, microseconds at) {
  auto& circuit = *lanes_.at(number).circuit;
  probes_.erase({circuit.probe_at, number});
  circuit.probe_at = at;
  probes_.emplace(at, number);
}

void lane_book::forget_if_idle(lane_number number) {
  auto& of = lanes_.at(number);
  if (of.jobs > 0)
    return;
  close(number); // the next job finds out
  if (of.limit != 0 || of.paused)
    return;
  of.left = ++leavings_;
  left_.emplace(of.left, number);
  if (left_.size() > left_lanes_max)
    forget(left_.begin()->second);
}

void lane_book::forget(lane_number number) {
  const auto found = lanes_.find(number);
  left_.erase(found->second.left);
  numbers_.erase(found->second.name);
  lanes_.erase(found);
}

} // namespace troupe
