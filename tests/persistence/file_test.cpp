#include "fixture.hpp"
#include "persistence/file.hpp"
#include "persistence/layout.hpp"

#include <sys/stat.h>

namespace troupe::persistence::testing {

BOOST_AUTO_TEST_SUITE(file)

namespace {

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_file_is_written_and_read_back) {
  const temporary_directory in;
  const auto path = in.path() / "a";
  write_durably(path, bytes_of("hello"));
  BOOST_TEST(read_file(path) == "hello");
  const mapped_file mapped(path);
  BOOST_TEST((std::vector(mapped.bytes().begin(), mapped.bytes().end()) == bytes_of("hello")));
  BOOST_TEST((fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write)));
}

BOOST_AUTO_TEST_CASE(an_existing_file_is_not_overwritten) {
  const temporary_directory in;
  const auto path = in.path() / "a";
  write_durably(path, bytes_of("first"));
  BOOST_TEST(failure_of([&] { write_durably(path, bytes_of("second")); }) == error_code::cannot_write_file);
  BOOST_TEST(read_file(path) == "first");
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_no_partial_file) {
  const temporary_directory in;
  const auto path = in.path() / "a";
  const std::vector<std::byte> bytes(100'000);
  {
    const file_size_limit limit(50'000);
    BOOST_TEST(failure_of([&] { write_durably(path, bytes); }) == error_code::full_storage);
  }
  BOOST_TEST(!fs::exists(path));
  write_durably(path, bytes);
  BOOST_TEST(fs::file_size(path) == bytes.size());
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_not_a_damaged_one) {
  const temporary_directory in;
  BOOST_TEST(failure_of([&] { read_file(in.path() / "a"); }) == error_code::inexistent_file);
  BOOST_TEST(failure_of([&] { mapped_file(in.path() / "a"); }) == error_code::inexistent_file);
  BOOST_TEST(failure_of([&] { read_file(in.path()); }) == error_code::corrupted_file);
  BOOST_TEST(failure_of([&] { write_durably(in.path() / "b" / "a", {}); }) == error_code::cannot_write_file);
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_mapped_to_nothing) {
  const temporary_directory in;
  write_durably(in.path() / "a", {});
  BOOST_TEST(mapped_file(in.path() / "a").bytes().empty());
}

BOOST_AUTO_TEST_CASE(a_mapped_file_moves_and_outlives_its_name) {
  const temporary_directory in;
  write_durably(in.path() / "a", bytes_of("hello"));
  mapped_file first(in.path() / "a");
  BOOST_TEST(remove_file(in.path() / "a"));
  BOOST_TEST(remove_file(in.path() / "a"));
  const mapped_file second(std::move(first));
  BOOST_TEST(second.bytes().size() == 5U);
  BOOST_TEST((second.bytes()[4] == std::byte{'o'}));
}

BOOST_AUTO_TEST_CASE(directories_are_made_with_their_parents_for_the_owner_only) {
  const temporary_directory in;
  make_directory(in.path() / "a" / "b");
  make_directory(in.path() / "a" / "b");
  BOOST_TEST((fs::status(in.path() / "a").permissions() == fs::perms::owner_all));
  write_durably(in.path() / "f", {});
  BOOST_TEST(failure_of([&] { make_directory(in.path() / "f"); }) == error_code::cannot_write_file);
}

BOOST_AUTO_TEST_CASE(blobs_lie_where_their_number_says) {
  const layout where("/d");
  BOOST_TEST(where.blob(0x1234).native() == "/d/storage/00/12/001234.dcm");
  BOOST_TEST(where.blob(0xABCDEF).native() == "/d/storage/ab/cd/abcdef.dcm");
  BOOST_TEST(where.blob(0x123456789).native() == "/d/storage/12345/67/123456789.dcm");
  for (const blob_number number : {0x1ULL, 0xFFFFFFULL, 0x1000000ULL, 0xFFFFFFFFFFFFFFFFULL}) {
    BOOST_TEST((where.blob_of(where.blob(number)) == number));
  }
}

BOOST_AUTO_TEST_CASE(other_files_are_no_blobs) {
  const layout where("/d");
  for (const auto* path : {"/d/storage/00/12/001235.txt", "/d/storage/00/13/001234.dcm", "/d/storage/00/12/1234.dcm",
                           "/d/storage/00/12/00123G.dcm", "/d/storage/00/12/.dcm", "/d/storage/AB/cd/ABcdef.dcm"}) {
    BOOST_TEST(!where.blob_of(path), path);
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::persistence::testing
