#include "persistence/keys.hpp"
#include "persistence/lookup.hpp"
#include "persistence/writer.hpp"

#include <algorithm>
#include <limits>

namespace troupe::persistence {
namespace {

constexpr microseconds unknown = microseconds::max();

/// How much earlier than `a` the time `b` is; 0 if it is not.
microseconds lead(time_point a, time_point b) {
  const auto from = b.time_since_epoch().count();
  const auto to = a.time_since_epoch().count();
  std::int64_t apart = 0;
  return __builtin_sub_overflow(to, from, &apart) ? (to > from ? unknown : microseconds{0})
                                                  : microseconds{std::max<std::int64_t>(apart, 0)};
}

/// The same for a job in front of others that are there already.
microseconds lead_over_later(view rows, const job_row& row) {
  constexpr int most = 1000;
  microseconds found{0};
  cursor at(rows, table::jobs);
  bool more = at.seek(number_key(row.sequence + 1));
  for (int looked = 0; more; more = at.next(), ++looked) {
    const auto later = glimpse_job(at.value());
    if (looked == most || !later) {
      return unknown;
    }
    found = std::max(found, lead(row.created, later->created));
  }
  return found;
}

/// Halves the jobs from `low` to before `high` until none is left; `goes_up(sequence, created)` says which half to
/// keep.
template <class GoesUp>
void halve(view rows, job_sequence low, job_sequence high, GoesUp goes_up) {
  cursor at(rows, table::jobs);
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    // Behind the middle there may be none, or one that cannot be read.
    bool more = at.seek(number_key(middle));
    std::optional<job_glimpse> seen;
    while (more && !(seen = glimpse_job(at.value()))) {
      more = at.next();
    }
    const auto sequence = more ? number_at(at.key()).value_or(high) : high;
    if (sequence >= high) {
      high = middle;
    } else if (goes_up(sequence, seen->created)) {
      low = sequence + 1;
    } else {
      high = middle;
    }
  }
}

} // namespace

void note_creation(writer& by, const job_row& row, in_order comes_last) {
  auto& now = by.made.now;
  auto disorder =
    now.newest_created == counters{}.newest_created ? microseconds{0} : lead(now.newest_created, row.created);
  if (comes_last == in_order::no) {
    disorder = std::max(disorder, lead_over_later(by.rows(), row));
  }
  now.created_disorder = std::max(now.created_disorder, disorder);
  now.newest_created = std::max(now.newest_created, row.created);
}

std::pair<job_sequence, job_sequence> created_between(view rows, const std::optional<time_point>& from,
                                                      const std::optional<time_point>& before) {
  auto lowest = job_sequence{1};
  auto highest = std::numeric_limits<job_sequence>::max();
  if (!from && !before) {
    return {lowest, highest};
  }
  const auto all = load_counters(rows);
  if (all.created_disorder == unknown) {
    return {lowest, highest};
  }
  if (from) {
    // One that is earlier by more than the disorder has none in time in front of it.
    halve(rows, 1, all.last_job + 1, [&](job_sequence sequence, time_point created) {
      const bool is_early = created < *from && lead(*from, created) > all.created_disorder;
      lowest = is_early ? std::max(lowest, sequence + 1) : lowest;
      return is_early;
    });
  }
  if (before) {
    // One that is later by as much has none in time behind it.
    halve(rows, 1, all.last_job + 1, [&](job_sequence sequence, time_point created) {
      const bool is_late = created >= *before && lead(created, *before) >= all.created_disorder;
      highest = is_late ? std::min(highest, sequence) : highest;
      return !is_late;
    });
  }
  return {lowest, highest};
}

} // namespace troupe::persistence
