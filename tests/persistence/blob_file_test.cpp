#include "core/md5.hpp"
#include "fixture.hpp"
#include "persistence/blob_file.hpp"
#include "persistence/index_store.hpp"
#include "persistence/small_file.hpp"
#include "persistence/zlib_file.hpp"

#include <fstream>
#include <random>

namespace troupe::persistence::testing {

BOOST_AUTO_TEST_SUITE(blob_file)

namespace {

std::string random_text(std::size_t size, std::uint64_t seed, unsigned letters = 4) {
  std::mt19937_64 random(seed);
  std::string text(size, '\0');
  std::ranges::generate(text, [&] { return static_cast<char>('a' + random() % letters); });
  return text;
}

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string packed(const std::string& content) {
  std::string into;
  pack(bytes_of(content), [&](std::span<const std::byte> piece) { into += text_of(piece); });
  return into;
}

/// What `unpack` passes on, and how it fails.
std::pair<std::string, error_code> unpacked(const std::string& form, std::uint64_t size) {
  std::string into;
  const auto code = failure_of(
    [&] { unpack(bytes_of(form), size, [&](std::span<const std::byte> piece) { into += text_of(piece); }); });
  return {into, code};
}

struct fixture {
  temporary_directory in;
  database db{in.path()};
  place where;

  stored_content store(const std::string& content, storing how) { return store_content(db, bytes_of(content), how); }

  /// Stores it as the file of an instance, in place of the one before.
  stored_blob store_instance(const std::string& content, storing how) {
    auto added = instance_at(where, 0);
    auto stored = store(content, how);
    added.facts.blob = stored.blob;
    added.content = std::move(stored.content);
    added.overwrite = overwrite_mode::always;
    write(db, {added});
    return stored.blob;
  }

  std::string read(const stored_blob& blob, content_use use = content_use::parts) {
    return text_of(read_blob(db, blob, use).bytes());
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(what_is_packed_is_unpacked) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{65'536}, std::size_t{3'000'001}}) {
    const auto content = random_text(size, size);
    const auto form = packed(content);
    BOOST_TEST((size < 100 || form.size() < size / 2));
    const auto [again, code] = unpacked(form, size);
    BOOST_TEST((again == content && code == error_code::success), size);
  }
}

BOOST_AUTO_TEST_CASE(a_compressed_form_begins_with_the_size_lowest_byte_first) {
  const auto form = packed(std::string(0x010203, 'x'));
  BOOST_TEST((form.substr(0, 8) == std::string("\x03\x02\x01\0\0\0\0\0", 8)));
  BOOST_TEST(static_cast<unsigned char>(form[8]) == 0x78U); // the header of zlib
}

BOOST_AUTO_TEST_CASE(a_form_that_is_damaged_cut_or_longer_is_refused_and_passes_on_no_more_than_its_size) {
  const auto content = random_text(200'000, 7);
  const auto form = packed(content);
  std::mt19937_64 random(7);
  for (int round = 0; round < 200; ++round) {
    auto damaged = form;
    switch (round % 3) {
    case 0:
      damaged[random() % damaged.size()] ^= static_cast<char>(1 + random() % 255);
      break;
    case 1:
      damaged.resize(random() % damaged.size());
      break;
    default:
      damaged.push_back('x');
    }
    const auto [again, code] = unpacked(damaged, content.size());
    BOOST_TEST(code == error_code::corrupted_file, "round " << round);
    BOOST_TEST(again.size() <= content.size());
  }
  BOOST_TEST(unpacked(form, content.size() - 1).second == error_code::corrupted_file);
  BOOST_TEST(unpacked("", 1).second == error_code::corrupted_file);
  BOOST_TEST(unpacked(form, 0).second == error_code::corrupted_file);
}

BOOST_AUTO_TEST_CASE(a_size_that_no_form_of_that_length_can_have_is_refused_at_once) {
  auto form = packed(std::string(1000, 'x'));
  form[5] = 1; // a terabyte and more
  BOOST_TEST(unpacked(form, 1000 + (std::uint64_t{1} << 40)).second == error_code::corrupted_file);
  BOOST_TEST(unpacked(form, 1000 + (std::uint64_t{1} << 40)).first.empty());
}

BOOST_FIXTURE_TEST_CASE(a_content_is_read_as_it_was_written, fixture) {
  for (const bool compress : {false, true}) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{10}, std::size_t{1999}, std::size_t{2000},
                                   std::size_t{16} << 10, std::size_t{2} << 20, std::size_t{17} << 20}) {
      const auto content = random_text(size, size + 1);
      const auto blob = store_instance(content, {.compress = compress, .md5 = true});
      BOOST_TEST(blob.size_bytes == size);
      BOOST_TEST(blob.md5 == md5_text(bytes_of(content)));
      BOOST_TEST(blob.compressed.has_value() == compress);
      BOOST_TEST(blob.in_index == (size <= small_file_bytes));
      BOOST_TEST(fs::exists(db.blob_path(blob.number)) == !blob.in_index);
      const auto stored = text_of(read_stored(db, blob).bytes());
      BOOST_TEST(stored.size() == blob.disk_bytes());
      BOOST_TEST((!compress || blob.compressed->md5 == md5_text(bytes_of(stored))));
      BOOST_TEST((read(blob, content_use::parts) == content));
      BOOST_TEST((read(blob, content_use::whole) == content));
    }
  }
  BOOST_TEST(fs::is_empty(db.incoming_directory()));
}

BOOST_FIXTURE_TEST_CASE(a_small_content_whose_compressed_form_is_not_small_is_a_file, fixture) {
  const auto content = random_text(small_file_bytes, 3, 256);
  const auto blob = store_instance(content, {.compress = true});
  BOOST_TEST(blob.disk_bytes() > small_file_bytes);
  BOOST_TEST(!blob.in_index);
  BOOST_TEST((read(blob) == content));
}

BOOST_FIXTURE_TEST_CASE(what_is_in_the_index_goes_with_its_instance, fixture) {
  for (int round = 0; round < 3; ++round) {
    const auto blob = store_instance(random_text(10'000, 1), {});
    BOOST_TEST(view(db.read()).count(table::small_files) == 6U);
    BOOST_TEST(view(db.read()).count(table::blobs) == 0U);
    BOOST_TEST(statistics(db.read()).disk_bytes == 10'000U);
  }
  write(db, {remove_resource{where.id(resource_level::instance), resource_level::instance}});
  BOOST_TEST(view(db.read()).count(table::small_files) == 0U);
  BOOST_TEST(statistics(db.read()).disk_bytes == 0U);
  BOOST_TEST(view(db.read()).count(table::trash) == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_number_of_the_index_is_not_used_again_by_a_later_run, fixture) {
  const auto blob = store_instance("content", {});
  {
    database other(in.path() / "other");
    auto added = instance_at(where, 0);
    auto stored = store_content(other, bytes_of("content"), {});
    added.facts.blob = stored.blob;
    added.content = stored.content;
    write(other, {added});
  }
  database again(in.path() / "other");
  BOOST_TEST(again.recovered().orphans_removed == 0U);
  BOOST_TEST(store_content(again, bytes_of("more"), {}).blob.number > 1U);
  BOOST_TEST(text_of(read_instance(again, where.id(resource_level::instance))->bytes()) == "content");
}

BOOST_FIXTURE_TEST_CASE(a_content_of_another_size_than_its_record_says_is_refused, fixture) {
  auto added = instance_at(where, 0);
  added.facts.blob = store("content", {}).blob;
  added.content = "conten";
  BOOST_TEST(commit(db, {{added}}).error().code() == error_code::internal_error);
  BOOST_TEST(view(db.read()).count(table::small_files) == 0U);
}

BOOST_FIXTURE_TEST_CASE(md5_that_nobody_wants_is_not_kept, fixture) {
  const auto blob = store("content", {.compress = true, .md5 = false}).blob;
  BOOST_TEST((blob.md5.empty() && blob.compressed->md5.empty()));
}

BOOST_FIXTURE_TEST_CASE(a_file_of_another_size_is_corrupted_and_one_that_is_gone_inexistent, fixture) {
  for (const bool compress : {false, true}) {
    const auto blob = store(random_text(50'000, 3, 250), {.compress = compress}).blob;
    std::ofstream(db.blob_path(blob.number), std::ios::app) << 'x';
    BOOST_TEST(failure_of([&] { read(blob); }) == error_code::corrupted_file);
    fs::remove(db.blob_path(blob.number));
    BOOST_TEST(failure_of([&] { read(blob); }) == error_code::inexistent_file);
  }
}

BOOST_FIXTURE_TEST_CASE(a_damaged_file_of_the_index_is_corrupted_and_one_that_is_gone_inexistent, fixture) {
  auto blob = store_instance(random_text(5000, 3), {});
  ++blob.size_bytes;
  BOOST_TEST(failure_of([&] { read(blob); }) == error_code::corrupted_file);
  ++blob.number;
  BOOST_TEST(failure_of([&] { read(blob); }) == error_code::inexistent_file);
}

BOOST_FIXTURE_TEST_CASE(a_file_that_does_not_fit_leaves_nothing, fixture) {
  const auto content = random_text(300'000, 5, 26);
  for (const bool compress : {false, true}) {
    const file_size_limit full(50'000);
    BOOST_TEST(failure_of([&] { store(content, {.compress = compress}); }) == error_code::full_storage);
  }
  BOOST_TEST(!fs::exists(db.blob_path(1)));
  BOOST_TEST(!fs::exists(db.blob_path(2)));
}

BOOST_FIXTURE_TEST_CASE(nothing_is_stored_that_would_leave_less_than_the_reserve, fixture) {
  for (const std::size_t size : {10U, 100'000U}) {
    BOOST_TEST(failure_of([&] { store(random_text(size, 1), {.reserve_bytes = std::uint64_t{1} << 60}); })
               == error_code::full_storage);
  }
  BOOST_TEST(!fs::exists(db.blob_path(1)));
}

BOOST_FIXTURE_TEST_CASE(an_instance_is_read_through_its_name_as_long_as_it_is_there, fixture) {
  const auto content = random_text(100'000, 2, 250);
  const auto blob = store_instance(content, {.compress = true});
  const auto id = where.id(resource_level::instance);
  BOOST_TEST((text_of(read_instance(db, id)->bytes()) == content));
  const auto key = find_resource(db.read(), resource_level::instance, id)->key;
  BOOST_TEST((text_of(read_instance(db, key)->bytes()) == content));
  fs::remove(db.blob_path(blob.number));
  BOOST_TEST(failure_of([&] { read_instance(db, id); }) == error_code::inexistent_file);
  write(db, {remove_resource{id, resource_level::instance}});
  BOOST_TEST(!read_instance(db, id));
  BOOST_TEST(!read_instance(db, key));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::persistence::testing
