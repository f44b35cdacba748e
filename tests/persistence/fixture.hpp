/// \file
/// What the tests of the database share: directories that go away, jobs and instances by number, short verbs.
#pragma once

#include "persistence/database.hpp"
#include "persistence/file.hpp"
#include "persistence/index_store.hpp"
#include "persistence/job_store.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <sys/resource.h>
#include <variant>
#include <vector>

namespace troupe::persistence::testing {

namespace fs = std::filesystem;

/// A new directory, removed at the end of the scope.
class temporary_directory {
public:
  temporary_directory() {
    std::string name = (fs::temp_directory_path() / "troupe_XXXXXX").native();
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }

  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;

  ~temporary_directory() { fs::remove_all(path_); }

  const fs::path& path() const noexcept { return path_; }

private:
  fs::path path_;
};

/// No file may grow beyond `bytes` as long as it lives: a full disk for ordinary users.
class file_size_limit {
public:
  explicit file_size_limit(std::uintmax_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const ::rlimit limited{bytes, old_.rlim_max};
    BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &limited) == 0);
  }

  file_size_limit(const file_size_limit&) = delete;
  file_size_limit& operator=(const file_size_limit&) = delete;

  ~file_size_limit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }

private:
  ::rlimit old_{};
  void (*old_handler_)(int);
};

inline time_point at(std::int64_t microseconds_since_1970) {
  return time_point{microseconds{microseconds_since_1970}};
}

inline job_id job_name(std::uint64_t number) {
  std::array<char, 37> text{};
  std::snprintf(text.data(), text.size(), "01900000-0000-7000-8000-%012llx", static_cast<unsigned long long>(number));
  return {text.data()};
}

inline job_row row_of(job_sequence sequence, job_phase phase = job_phase::pending) {
  job_row row;
  row.sequence = sequence;
  row.id = job_name(sequence);
  row.type = "Archive";
  row.lane = "lane";
  row.phase = phase;
  row.created = row.changed = at(static_cast<std::int64_t>(sequence));
  row.steps_total = 10;
  return row;
}

inline add_job new_job(job_sequence sequence) {
  return {row_of(sequence), {}};
}

inline update_job ended(job_sequence sequence, job_phase phase = job_phase::success) {
  return {row_of(sequence, phase), false, {}, {}};
}

inline orthanc_id name_of(resource_level level, std::uint64_t number) {
  orthanc_id id;
  id.bytes[0] = static_cast<std::uint8_t>(level);
  for (std::size_t i = 0; i < 8; ++i) {
    id.bytes[19 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return id;
}

/// Where an instance belongs: numbers of its patient, study within the patient, series, instance.
struct place {
  std::uint64_t patient = 1, study = 1, series = 1, instance = 1;

  std::uint64_t number(resource_level level) const {
    const std::array parts{patient, study, series, instance};
    std::uint64_t whole = 0;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(level); ++i) {
      whole = whole * 1000 + parts[i];
    }
    return whole;
  }

  orthanc_id id(resource_level level) const { return name_of(level, number(level)); }
};

inline add_instance instance_at(const place& where, blob_number blob, std::uint64_t size = 100) {
  add_instance added;
  for (std::size_t i = 0; i < 4; ++i) {
    added.summary.ids[i] = where.id(static_cast<resource_level>(i));
    added.summary.tags[i] = {{0x00100010, "value of blob " + std::to_string(blob)}};
  }
  added.facts.blob = {blob, size, {}, "uuid"};
  added.facts.received = at(static_cast<std::int64_t>(blob));
  added.facts.origin = "RestApi";
  return added;
}

/// Writes the file of a new blob.
inline blob_number write_blob(database& to, std::uint64_t size = 100) {
  const auto number = to.new_blob();
  write_durably(to.blob_path(number), std::vector<std::byte>(size, std::byte{42}));
  return number;
}

inline commit_answer commit(database& to, batch all) {
  const batch* const one = &all;
  return to.commit({&one, 1}).front();
}

/// Commits one batch of these mutations, which must be accepted.
inline std::vector<outcome> write(database& to, std::vector<mutation> mutations) {
  auto answer = commit(to, {std::move(mutations)});
  BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer.has_error() ? answer.error().details() : std::string{}));
  return *answer;
}

inline std::uint64_t finished_in(const read_transaction& from) {
  const auto kept = history(from);
  return kept.success + kept.failure;
}

inline bool was_effective(const outcome& one) {
  return std::get<applied>(one).effective;
}

inline std::size_t files_in(const fs::path& directory) {
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    count += entry.is_regular_file() ? 1 : 0;
  }
  return count;
}

/// The code of the failure that `action` throws; success if it throws none.
template <class Action>
error_code failure_of(Action action) {
  try {
    action();
  } catch (const failure& problem) {
    return problem.why().code();
  }
  return error_code::success;
}

} // namespace troupe::persistence::testing

/// Boost.Test prints codes as numbers.
namespace troupe {

inline std::ostream& operator<<(std::ostream& to, error_code code) {
  return to << static_cast<int>(code);
}

inline std::ostream& operator<<(std::ostream& to, job_phase phase) {
  return to << static_cast<int>(phase);
}

} // namespace troupe
