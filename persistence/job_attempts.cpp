#include "persistence/job_store.hpp"
#include "persistence/keys.hpp"
#include "persistence/writer.hpp"

namespace troupe::persistence {
namespace {

constexpr std::size_t attempts_kept = 32;

} // namespace

void put_attempt(writer& by, job_sequence sequence, const job_attempt_record& attempt) {
  const auto row = chunk_key(sequence, attempt.number);
  if (by.rows().contains(table::job_attempts, row)) // a job that was cancelled while it waited for the next one
    return;
  by.to.put(table::job_attempts, row, encode(attempt));
  std::vector<std::string> keys;
  for_each_with_prefix(by.rows(), table::job_attempts, number_key(sequence),
                       [&](std::string_view key, std::string_view) {
                         keys.emplace_back(key);
                         return true;
                       });
  for (std::size_t i = 0; i + attempts_kept < keys.size(); ++i) {
    by.to.erase(table::job_attempts, keys[i]);
  }
}

std::vector<job_attempt_record> attempts_of(const read_transaction& from, job_sequence sequence) {
  const view rows(from);
  std::vector<job_attempt_record> found;
  for_each_with_prefix(rows, table::job_attempts, number_key(sequence),
                       [&](std::string_view key, std::string_view bytes) {
                         const auto number = short_number_at(key, 8);
                         auto attempt = number ? decode_attempt(*number, bytes) : std::nullopt;
                         if (attempt) {
                           found.push_back(*std::move(attempt));
                         } else {
                           rows.origin().note_undecodable(table::job_attempts, key);
                         }
                         return true;
                       });
  return found;
}

} // namespace troupe::persistence
