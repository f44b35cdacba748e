#include "persistence/job_query.hpp"

#include "persistence/codec.hpp"
#include "persistence/keys.hpp"
#include "persistence/lookup.hpp"
#include "persistence/sequence_source.hpp"
#include "persistence/transaction.hpp"

#include <algorithm>

namespace troupe::persistence {
namespace {

/// The phases that have rows in the index and are shown as `state`.
std::vector<job_phase> indexed_phases(job_state state) {
  switch (state) {
  case job_state::pending: // found among the live jobs
    return {};
  case job_state::running:
    return {job_phase::running, job_phase::pausing, job_phase::cancelling, job_phase::yielded};
  case job_state::success:
    return {job_phase::success};
  case job_state::failure:
    return {job_phase::failure};
  case job_state::paused:
    return {job_phase::paused};
  case job_state::retry:
    return {job_phase::retry};
  }
  return {};
}

/// One source for each condition that has an index: what is in all of them is looked at.
std::vector<sequence_source> sources_of(view rows, const job_filter& which, const std::vector<job_sequence>& running,
                                        bool descending) {
  std::vector<sequence_source> sources;
  if (which.type) {
    sources.emplace_back(descending).add(rows, table::job_index, type_prefix(*which.type));
  }
  if (which.lane) {
    sources.emplace_back(descending).add(rows, table::job_index, lane_prefix(*which.lane));
  }
  if (which.state == job_state::pending) {
    sources.emplace_back(descending).add(rows, table::live_jobs, {});
  } else if (which.state) {
    auto& source = sources.emplace_back(descending);
    for (const auto phase : indexed_phases(*which.state)) {
      source.add(rows, table::job_index, phase_prefix(phase));
    }
    if (which.state == job_state::running) {
      source.add(running);
    }
  }
  if (sources.empty()) {
    sources.emplace_back(descending).add(rows, table::jobs, {});
  }
  return sources;
}

/// What the disk and the list of attempts together say.
class chooser {
public:
  chooser(const job_filter& which, const std::vector<job_sequence>& running) : which_(which), running_(running) {}

  /// Whether a row can be one of the jobs, by what is cheap to see. What cannot be read is left to the decoder.
  bool may_be(job_sequence sequence, std::string_view bytes) const {
    const auto seen = glimpse_job(bytes);
    return !seen || (is_in_state(sequence, seen->phase) && is_in_time(seen->created));
  }

  bool is(const job_row& row) const {
    return is_in_state(row.sequence, row.phase) && is_in_time(row.created) && (!which_.type || row.type == *which_.type)
           && (!which_.lane || row.lane == *which_.lane);
  }

private:
  bool is_in_state(job_sequence sequence, job_phase phase) const {
    if (!which_.state) {
      return true;
    }
    const bool runs = !is_final(phase) && std::ranges::binary_search(running_, sequence);
    return (runs ? job_state::running : shown_as(phase)) == *which_.state;
  }

  bool is_in_time(time_point created) const {
    return (!which_.created_from || created >= *which_.created_from)
           && (!which_.created_before || created < *which_.created_before);
  }

  const job_filter& which_;
  const std::vector<job_sequence>& running_;
};

/// The first sequence from `bound` on that may be in all sources: the same as `bound` if it is.
std::optional<job_sequence> next_of(std::vector<sequence_source>& sources, job_sequence bound, bool descending) {
  auto found = bound;
  for (auto& source : sources) {
    const auto next = source.seek(found);
    if (!next) {
      return std::nullopt;
    }
    found = descending ? std::min(found, *next) : std::max(found, *next);
  }
  return found;
}

/// The rows of jobs that are looked at in order.
class job_rows {
public:
  job_rows(view rows, bool descending) : at_(rows, table::jobs), descending_(descending) {}

  /// The key and bytes of a job; false if there is none.
  bool find(job_sequence sequence) {
    const auto key = number_key(sequence);
    // Where the last one was next to its neighbour, this one most likely is.
    const bool is_near = found_ && (descending_ ? sequence + 1 == last_ : sequence == last_ + 1);
    found_ = (is_near && (descending_ ? at_.previous() : at_.next()) && at_.key() == key)
             || (at_.seek(key) && at_.key() == key);
    last_ = sequence;
    return found_;
  }

  std::string_view key() const noexcept { return at_.key(); }

  std::string_view value() const noexcept { return at_.value(); }

private:
  cursor at_;
  bool descending_;
  bool found_ = false;
  job_sequence last_ = 0;
};

} // namespace

job_page find_jobs(const read_transaction& from, const job_filter& which, job_sequence after, std::size_t most,
                   bool descending, const std::vector<job_sequence>& running,
                   const std::function<bool(const job_row&)>& also, std::size_t examined_max) {
  const view rows(from);
  auto sorted = running;
  std::ranges::sort(sorted);
  const chooser chosen(which, sorted);
  auto sources = sources_of(rows, which, sorted, descending);
  job_rows at(rows, descending);

  job_page page;
  const auto behind = [descending](job_sequence sequence) { return descending ? sequence - 1 : sequence + 1; };
  const auto before = [descending](job_sequence sequence) { return descending ? sequence + 1 : sequence - 1; };
  auto bound = after == 0 && !descending ? 1 : after == 0 ? UINT64_MAX : behind(after);
  const auto [lowest, highest] = created_between(rows, which.created_from, which.created_before);
  bound = bound == 0 ? 0 : descending ? std::min(bound, highest) : std::max(bound, lowest);
  for (std::size_t examined = 0;; ++examined) {
    const auto next = bound == 0 ? std::nullopt : next_of(sources, bound, descending);
    if (!next || *next < lowest || *next > highest) {
      return page;
    }
    if (page.rows.size() >= most || (examined > 0 && examined >= examined_max)) {
      page.next = page.rows.size() >= most && !page.rows.empty() ? page.rows.back().sequence : before(*next);
      return page;
    }
    if (*next != bound) { // the sources disagree about what lies between: they meet here or behind it
      bound = *next;
      continue;
    }
    if (at.find(*next) && chosen.may_be(*next, at.value())) {
      auto row = decode_or_damaged(rows, at.key(), at.value());
      if (chosen.is(row) && (!also || also(row))) {
        page.rows.push_back(std::move(row));
      }
    }
    bound = behind(*next);
  }
}

} // namespace troupe::persistence
