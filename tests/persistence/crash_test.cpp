#include "fixture.hpp"
#include "persistence/item_store.hpp"

#include <cerrno>
#include <sys/wait.h>
#include <unistd.h>

namespace troupe::persistence::testing {

BOOST_AUTO_TEST_SUITE(crash)

namespace {

constexpr auto photo = static_cast<attachment_type>(1024);

/// What the child says once a commit has been answered: the job it accepted and the instance it stored with it.
struct answered {
  job_sequence sequence = 0;
  blob_number blob = 0;
};

/// Commits until it is killed: a job and an instance at a time, now and then removing what it stored before.
[[noreturn]] void commit_until_killed(const fs::path& directory, int answers) {
  try {
    database db(directory);
    for (auto sequence = last_job_sequence(db.read()) + 1;; ++sequence) {
      const auto blob = write_blob(db, 2000);
      const place here{1, 1, 1, sequence};
      batch all{{new_job(sequence), instance_at(here, blob, 2000), ended(sequence)}};
      const stored_blob attached{write_blob(db, 500), 500, "", "uuid"};
      all.mutations.emplace_back(
        put_attachment{here.id(resource_level::instance), resource_level::instance, photo, attached, {}, {}});
      // The one of the series is replaced by each commit, and lies compressed from then on.
      const stored_blob shared{write_blob(db, 300), 300, "", "uuid"};
      stored_blob packed{write_blob(db, 100), 300, "", "uuid", compressed_form{100, ""}};
      all.mutations.emplace_back(
        put_attachment{here.id(resource_level::series), resource_level::series, photo, shared, {}, {}});
      all.mutations.emplace_back(
        replace_blob{here.id(resource_level::series), resource_level::series, photo, shared.number, packed, {}});
      if (sequence % 5 == 0) {
        const place old{1, 1, 1, sequence - 1};
        all.mutations.emplace_back(remove_resource{old.id(resource_level::instance), resource_level::instance});
      }
      const batch* const one = &all;
      if (!db.commit({&one, 1}).front().has_value()) {
        ::_exit(2);
      }
      const answered said{sequence, blob};
      if (::write(answers, &said, sizeof said) != sizeof said) {
        ::_exit(3);
      }
    }
  } catch (...) {
    ::_exit(4);
  }
}

/// Runs the child until it has answered `count` commits, kills it in the middle of the next, returns all its answers.
std::vector<answered> run_and_kill(const fs::path& directory, std::size_t count) {
  std::array<int, 2> pipe{};
  BOOST_REQUIRE(::pipe(pipe.data()) == 0);
  const auto child = ::fork();
  BOOST_REQUIRE(child >= 0);
  if (child == 0) {
    ::close(pipe[0]);
    commit_until_killed(directory, pipe[1]);
  }
  ::close(pipe[1]);
  std::vector<answered> heard;
  answered one;
  while (::read(pipe[0], &one, sizeof one) == sizeof one) {
    heard.push_back(one);
    if (heard.size() == count) {
      ::kill(child, SIGKILL);
    }
  }
  ::close(pipe[0]);
  int status = 0;
  BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
  BOOST_REQUIRE_MESSAGE((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL), "the child ended by itself: " << status);
  return heard;
}

/// Every answered commit is there with its file, except for what later ones removed; nothing else lies about.
void check(const database& db, const std::vector<answered>& all) {
  const auto from = db.read();
  const auto last = last_job_sequence(from);
  for (const auto& [sequence, blob] : all) {
    const auto job = find_job(from, sequence);
    BOOST_REQUIRE(job.has_value());
    BOOST_TEST(job->phase == job_phase::success);
    const auto found = find_resource(from, place{1, 1, 1, sequence}.id(resource_level::instance));
    const bool is_removed = sequence % 5 == 4 && sequence < last;
    BOOST_REQUIRE(found.has_value() != is_removed);
    BOOST_REQUIRE(fs::exists(db.blob_path(blob)) != is_removed);
    if (found) {
      BOOST_TEST(fs::file_size(db.blob_path(find_attachment(from, *found, photo)->number)) == 500U);
      BOOST_TEST(find_instance(from, found->key)->blob.number == blob);
      BOOST_TEST(read_file(db.blob_path(blob)) == std::string(2000, '*'));
    }
  }
  const auto stored = statistics(from).count[3];
  BOOST_TEST(stored == last - last / 5);
  BOOST_TEST(statistics(from).disk_bytes == stored * 2500 + 100);
  const auto series = find_resource(from, place{}.id(resource_level::series));
  const auto shared = find_attachment(from, *series, photo);
  BOOST_REQUIRE(shared.has_value());
  BOOST_TEST(shared->revision == 2 * last - 1);
  BOOST_TEST(fs::file_size(db.blob_path(shared->number)) == 100U);
  BOOST_TEST(finished_in(from) == last);
}

} // namespace

BOOST_AUTO_TEST_CASE(every_answered_commit_survives_a_kill_with_its_files) {
  const temporary_directory in;
  std::vector<answered> all;
  for (std::uint32_t round = 1; round <= 12; ++round) {
    const auto heard = run_and_kill(in.path(), 1 + round * 7 % 40);
    all.insert(all.end(), heard.begin(), heard.end());
    BOOST_TEST_CONTEXT("round " << round) {
      const database db(in.path());
      BOOST_TEST(!db.recovered().clean);
      BOOST_TEST(db.recovered().boot_number == 2 * round);
      check(db, all);
      BOOST_TEST(files_in(in.path() / "storage") == 2 * statistics(db.read()).count[3] + 1);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::persistence::testing
