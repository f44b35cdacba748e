#include "persistence/keys.hpp"
#include "persistence/writer.hpp"

#include <array>
#include <string>

namespace troupe::persistence {
namespace {

/// Pending jobs are most of those that wait: they have no row of their own and are found among the live ones.
bool has_phase_row(job_phase phase) {
  return phase != job_phase::pending;
}

void put_row(writer& by, std::string prefix, job_sequence sequence) {
  append_number<8>(prefix, sequence);
  by.to.put(table::job_index, prefix, {});
}

void erase_row(writer& by, std::string prefix, job_sequence sequence) {
  append_number<8>(prefix, sequence);
  by.to.erase(table::job_index, prefix);
}

} // namespace

void index_job(writer& by, const job_row& row) {
  put_row(by, type_prefix(row.type), row.sequence);
  put_row(by, lane_prefix(row.lane), row.sequence);
  if (has_phase_row(row.phase)) {
    put_row(by, phase_prefix(row.phase), row.sequence);
  }
}

void unindex_job(writer& by, const job_row& row) {
  erase_row(by, type_prefix(row.type), row.sequence);
  erase_row(by, lane_prefix(row.lane), row.sequence);
  if (has_phase_row(row.phase)) {
    erase_row(by, phase_prefix(row.phase), row.sequence);
  }
}

void reindex_job(writer& by, const job_row& before, const job_row& after) {
  if (before.type != after.type || before.lane != after.lane) {
    unindex_job(by, before);
    index_job(by, after);
    return;
  }
  if (before.phase == after.phase) {
    return;
  }
  if (has_phase_row(before.phase)) {
    erase_row(by, phase_prefix(before.phase), after.sequence);
  }
  if (has_phase_row(after.phase)) {
    put_row(by, phase_prefix(after.phase), after.sequence);
  }
}

void build_job_index(writer& by) {
  // A walk does not survive writing: batches of rows are read, then indexed.
  constexpr std::size_t batch_rows = 4096;
  std::vector<job_row> read;
  std::string from = number_key(0);
  do {
    read.clear();
    {
      cursor at(by.rows(), table::jobs);
      bool more = at.seek(from);
      for (; more && read.size() < batch_rows; more = at.next()) {
        if (auto job = decode_job(number_at(at.key()).value_or(0), at.value())) {
          read.push_back(std::move(job->row));
        } else {
          by.rows().origin().note_undecodable(table::jobs, at.key());
        }
      }
      from = more ? at.key() : std::string_view{};
    }
    for (const auto& row : read) {
      note_creation(by, row, in_order::yes);
      index_job(by, row);
    }
  } while (!from.empty());
}

} // namespace troupe::persistence
