#include "core/crash_point.hpp"

#include <troupe/error.hpp>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <string>

namespace troupe {

namespace {

std::atomic<std::uint64_t> passes_left{1};

std::string names() {
  std::string all;
  for (const auto& one : crash_points)
    all.append(all.empty() ? "" : ", ").append(one.name);
  return all;
}

} // namespace

void arm_crash_point(std::string_view at) {
  const auto colon = std::min(at.find(':'), at.size());
  const auto* const found = std::ranges::find(crash_points, at.substr(0, colon), &named_crash_point::name);
  std::uint64_t times = 1;
  if (colon < at.size()) {
    const auto digits = at.substr(colon + 1);
    if (std::from_chars(digits.data(), digits.data() + digits.size(), times).ec != std::errc{} || times == 0)
      times = 0;
  }
  if (found == crash_points.end() || times == 0)
    throw failure(error{error_code::parameter_out_of_range, "A crash point is one of " + names() + ", or one with :n"});
  passes_left = times;
  detail::armed_crash_point = static_cast<int>(found->which);
}

void detail::count_pass() {
  if (passes_left.fetch_sub(1) == 1)
    std::raise(SIGKILL);
}

} // namespace troupe
