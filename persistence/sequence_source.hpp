/// \file
/// Jobs in order, from several lists that each hold some of them.
#pragma once

#include "persistence/records.hpp"
#include "persistence/transaction.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::persistence {

/// The union of lists of sequences: ranges of tables whose keys are a prefix and a sequence, and sorted vectors. Walked
/// in one direction, forward only.
class sequence_source {
public:
  explicit sequence_source(bool descending) : descending_(descending) {}

  sequence_source& add(view rows, table in, std::string prefix);
  /// `sorted` must outlive the source.
  sequence_source& add(const std::vector<job_sequence>& sorted);

  /// The first sequence that is not before `bound` in the direction of the walk. Bounds never go back.
  std::optional<job_sequence> seek(job_sequence bound);

private:
  struct range {
    std::unique_ptr<cursor> at;
    std::size_t prefix_bytes;
    std::string key; ///< the prefix, and room for a sequence
    std::optional<job_sequence> now;
    bool begun = false;
  };

  bool is_before(job_sequence a, job_sequence b) const { return descending_ ? a > b : a < b; }

  void move(range& in, job_sequence bound) const;

  bool descending_;
  std::vector<range> ranges_;
  const std::vector<job_sequence>* sorted_ = nullptr;
};

} // namespace troupe::persistence
