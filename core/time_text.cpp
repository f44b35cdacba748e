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

/// Reads a text from its front; once something was not there, nothing else is.
class time_reader {
public:
  explicit time_reader(std::string_view text) : left_(text) {}

  bool good() const { return good_; }

  bool complete() const { return good_ && left_.empty(); }

  bool next_is(char c) const { return !left_.empty() && left_.front() == c; }

  bool skip(char c) {
    if (!next_is(c))
      return false;
    left_.remove_prefix(1);
    return true;
  }

  void need(char c) { good_ = skip(c) && good_; }

  int digits(std::size_t count) {
    int value = 0;
    for (; count > 0; --count) {
      if (left_.empty() || left_.front() < '0' || left_.front() > '9') {
        good_ = false;
        return 0;
      }
      value = value * 10 + (left_.front() - '0');
      left_.remove_prefix(1);
    }
    return value;
  }

  /// Behind the point.
  microseconds fraction() {
    std::int64_t value = digits(1);
    std::size_t count = 1;
    for (; !left_.empty() && left_.front() >= '0' && left_.front() <= '9'; ++count) {
      const auto next = digits(1);
      if (count < 6)
        value = value * 10 + next;
    }
    for (; count < 6; ++count)
      value *= 10;
    return microseconds(value);
  }

  int at_most(int limit, std::size_t count) {
    const int value = digits(count);
    good_ = good_ && value <= limit;
    return value;
  }

private:
  std::string_view left_;
  bool good_ = true;
};

microseconds read_clock(time_reader& from, bool extended) {
  microseconds time = std::chrono::hours(from.at_most(23, 2));
  if (extended)
    from.need(':');
  time += std::chrono::minutes(from.at_most(59, 2));
  if (extended)
    from.need(':');
  time += std::chrono::seconds(from.at_most(59, 2));
  return from.skip('.') ? time + from.fraction() : time;
}

/// How far the time zone is ahead of UTC.
std::chrono::minutes read_zone(time_reader& from) {
  if (from.skip('Z'))
    return {};
  const bool behind = from.next_is('-');
  if (!behind && !from.next_is('+'))
    return {};
  from.skip(behind ? '-' : '+');
  std::chrono::minutes ahead = std::chrono::hours(from.at_most(23, 2));
  from.skip(':');
  ahead += std::chrono::minutes(from.at_most(59, 2));
  return behind ? -ahead : ahead;
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

std::optional<time_point> parse_time(std::string_view text) {
  time_reader from(text);
  const std::chrono::year year(from.digits(4));
  const bool extended = from.skip('-');
  const std::chrono::month month(static_cast<unsigned>(from.digits(2)));
  if (extended)
    from.need('-');
  const std::chrono::day day(static_cast<unsigned>(from.digits(2)));
  const std::chrono::year_month_day date(year, month, day);
  if (!from.good() || !date.ok())
    return std::nullopt;
  time_point time = std::chrono::sys_days(date);
  if (from.skip('T')) {
    time += read_clock(from, extended);
    time -= read_zone(from);
  }
  return from.complete() ? std::optional(time) : std::nullopt;
}

} // namespace troupe
