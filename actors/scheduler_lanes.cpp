#include "actors/scheduler.hpp"
#include "core/log.hpp"

#include <caf/send.hpp>

#include <utility>

namespace troupe {

namespace {

constexpr std::size_t lane_name_bytes_max = 128;
constexpr std::size_t set_lanes_max = 10'000;

} // namespace

void scheduler_state::change_lane(const set_lane& asked, std::function<void(result<lane_record>)> answer) {
  if (asked.name.empty() || asked.name.size() > lane_name_bytes_max) {
    answer(error{error_code::parameter_out_of_range, "The name of a lane has 1 to 128 bytes"});
    return;
  }
  const auto found = lane_settings_.find(asked.name);
  if (found == lane_settings_.end() && lane_settings_.size() >= set_lanes_max) {
    answer(error{error_code::parameter_out_of_range, "Too many lanes are limited or paused"});
    return;
  }
  auto setting = found == lane_settings_.end() ? persistence::lane_setting{.name = asked.name} : found->second;
  setting.limit = asked.limit.value_or(setting.limit);
  setting.paused = asked.paused.value_or(setting.paused);
  if (setting.limit == 0 && !setting.paused)
    lane_settings_.erase(asked.name);
  else
    lane_settings_.insert_or_assign(asked.name, setting);
  schedule_.set_lane(setting.name, setting.limit, setting.paused);
  auto what = std::make_shared<batch>();
  what->mutations.emplace_back(persistence::put_lane{setting});
  write(std::move(what),
        [this, answer = std::move(answer), name = setting.name](const persistence::commit_answer& done) {
          if (done)
            answer(record_of(schedule_.view_lane(name)));
          else
            answer(done.error());
          dispatch();
        });
}

std::vector<lane_record> scheduler_state::show_lanes() const {
  std::vector<lane_record> all;
  for (const auto& seen : schedule_.view_lanes())
    all.push_back(record_of(seen));
  return all;
}

lane_record scheduler_state::record_of(const lane_view& seen) const {
  lane_record shown{.name = seen.name,
                    .limit = seen.limit,
                    .paused = seen.paused,
                    .waiting = seen.jobs - seen.running - seen.silent,
                    .running = seen.running + seen.silent,
                    .reachable = seen.reachable,
                    .why_unreachable = seen.why_unreachable,
                    .next_probe = {}};
  const auto at = now();
  if (seen.next_probe)
    shown.next_probe = at.wall + (*seen.next_probe - at.steady);
  return shown;
}

void scheduler_state::start_probes(moment at) {
  while (const auto due = schedule_.next_probe(at)) {
    const auto type = parts_->types.find(due->type);
    if (type == parts_->types.end() || !type->second.probe) {
      schedule_.probed(due->lane, error{error_code::success}, at);
      continue;
    }
    parts_->io.post([&look = type->second.probe, lane = due->lane, tell = inner_scheduler_actor{self_}] {
      probe_answer answer{.lane = lane};
      try {
        answer.seen = look(lane);
      } catch (const failure& known) {
        answer.seen = known.why();
      } catch (const std::exception& unknown) {
        answer.seen = error{error_code::internal_error, unknown.what()};
      }
      caf::anon_send(tell, std::move(answer));
    });
  }
}

void scheduler_state::take_probe(const probe_answer& answer) {
  schedule_.probed(answer.lane, answer.seen, now());
  log(log_level::info, "jobs",
      "The destination of lane " + answer.lane
        + (answer.seen.code() == error_code::success ? " answers again" : " still takes no connections"));
  while (auto what = schedule_.next_hopeless(now())) {
    act_on(*what);
    perform(std::move(*what), {}, {});
  }
  dispatch();
}

} // namespace troupe
