#include "core/time_text.hpp"

#include <algorithm>

namespace troupe {

namespace {

// What four digits of a year can say.
constexpr time_point earliest = std::chrono::sys_days{std::chrono::year{0} / 1 / 1};
constexpr time_point latest = std::chrono::sys_days{std::chrono::year{10000} / 1 / 1} - microseconds{1};

void append_digits(std::string& text, std::int64_t value, std::size_t count) {
  text.append(count, '0');
  for (auto at = text.rbegin(); count > 0; --count, ++at, value /= 10)
    *at = static_cast<char>('0' + value % 10);
}

} // namespace

std::string seconds_text(time_point time) {
  time = std::clamp(time, earliest, latest);
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  std::string text;
  text.reserve(22);
  append_digits(text, static_cast<int>(date.year()), 4);
  append_digits(text, static_cast<unsigned>(date.month()), 2);
  append_digits(text, static_cast<unsigned>(date.day()), 2);
  text += 'T';
  append_digits(text, clock.hours().count(), 2);
  append_digits(text, clock.minutes().count(), 2);
  append_digits(text, clock.seconds().count(), 2);
  return text;
}

std::string microseconds_text(time_point time) {
  time = std::clamp(time, earliest, latest);
  auto text = seconds_text(time);
  text += '.';
  append_digits(text, (time - std::chrono::floor<std::chrono::seconds>(time)).count(), 6);
  return text;
}

} // namespace troupe
