/// \file
/// Those who wait for a job to end, or to change, some of them for a limited time.
#pragma once

#include "core/job_row.hpp"
#include "core/moment.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace troupe {

class waiters {
public:
  using told = std::function<void(result<job_record>)>;

  /// `until` in steady time; `changed_after`: the next transition after that time will do.
  void add(job_sequence job, told tell, std::optional<microseconds> until = {},
           std::optional<time_point> changed_after = {});

  bool contains(job_sequence job) const { return of_job_.contains(job); }

  std::size_t size() const noexcept { return size_; }

  /// True if no more may wait: each holds memory.
  bool is_full() const noexcept { return size_ >= 131'072; }

  /// Takes out those who want to hear of the end (all of them), or of a change at that time.
  std::vector<told> take_all(job_sequence job);
  std::vector<told> take_for_change(job_sequence job, time_point at);

  struct expired_waiter {
    job_sequence job;
    told tell;
  };

  /// Takes out the next whose time is over.
  std::optional<expired_waiter> take_expired(microseconds steady);
  std::optional<microseconds> first_deadline() const;

private:
  struct waiter {
    told tell;
    std::optional<microseconds> until;
    std::optional<time_point> changed_after;
  };

  using numbered = std::map<std::uint64_t, waiter>;

  std::vector<told> take(job_sequence job, std::optional<time_point> changed);

  std::unordered_map<job_sequence, numbered> of_job_;
  std::map<std::pair<microseconds, std::uint64_t>, job_sequence> deadlines_;
  std::uint64_t last_ = 0;
  std::size_t size_ = 0;
};

} // namespace troupe
