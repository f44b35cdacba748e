#include "golden_v1.hpp"
#include "golden_v2.hpp"
#include "golden_v3.hpp"
#include "golden_v4.hpp"
#include "persistence/tables.hpp"
#include "samples.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <random>

namespace troupe::persistence::testing {

BOOST_AUTO_TEST_SUITE(codec)

namespace {

std::string hexadecimal(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text.push_back(digits[static_cast<unsigned char>(byte) >> 4]);
    text.push_back(digits[static_cast<unsigned char>(byte) & 0xF]);
  }
  return text;
}

std::string unhexadecimal(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

/// What a decoder of that name makes of bytes, encoded again.
std::optional<std::string> decoded_as(std::string_view name, std::string_view bytes) {
  for (auto& [found, again] : decoded_by_all(bytes)) {
    if (found == name) {
      return again;
    }
  }
  return std::nullopt;
}

/// What must hold of any bytes: a decoder gives nothing, or what encodes to the same bytes; to those of a newer version
/// that say the same, if there is one.
void check_any(std::string_view bytes) {
  for (const auto& [name, again] : decoded_by_all(bytes)) {
    BOOST_TEST_CONTEXT(name << ": " << hexadecimal(bytes)) {
      if (again[0] > bytes[0]) {
        BOOST_REQUIRE((decoded_as(name, again) == again));
      } else {
        BOOST_REQUIRE(again == bytes);
      }
    }
  }
  spec_decoder alone;
  alone.add(bytes);
  spec_decoder behind_a_head;
  behind_a_head.add(encode_spec(sample_spec()).front());
  behind_a_head.add(bytes);
}

std::string mutated(std::string bytes, std::mt19937_64& random) {
  for (auto left = 1 + random() % 4; left > 0; --left) {
    const auto where = bytes.empty() ? 0 : random() % bytes.size();
    switch (random() % 4) {
    case 0:
      bytes.resize(where);
      break;
    case 1:
      bytes.insert(where, 1, static_cast<char>(random()));
      break;
    case 2:
      bytes.replace(where, std::min<std::size_t>(4, bytes.size() - where), "\xff\xff\xff\xff");
      break;
    default:
      if (!bytes.empty()) {
        bytes[where] = static_cast<char>(random());
      }
    }
  }
  return bytes;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_bytes_of_records_never_change) {
  const auto samples = encoded_samples();
  std::map<std::string_view, std::string_view> golden(golden_v4.begin(), golden_v4.end());
  golden.insert(golden_v3.begin(), golden_v3.end());
  golden.insert(golden_v2.begin(), golden_v2.end());
  golden.insert(golden_v1.begin(), golden_v1.end());
  BOOST_TEST(samples.size() == golden.size());
  for (const auto& [name, bytes] : samples) {
    BOOST_TEST_CONTEXT(name) {
      BOOST_REQUIRE(golden.contains(name));
      BOOST_TEST(hexadecimal(bytes) == golden.at(name));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_bytes_of_version_1_are_read) {
  for (const auto& [name, text] : golden_v1) {
    if (!name.starts_with("spec")) {
      BOOST_TEST(decoded_as(name, unhexadecimal(text)).has_value(), name);
    }
  }
  const std::map<std::string_view, std::string_view> golden(golden_v1.begin(), golden_v1.end());
  const auto job = decode_job(7, unhexadecimal(golden.at("job")));
  BOOST_REQUIRE(job);
  BOOST_TEST((job->row.retry == retry_policy{}));
  BOOST_TEST(job->row.retries == 0U);
  BOOST_TEST((encode(*job) == encode(sample_job_before_retries())));
  auto counted = sample_counters();
  counted.last_event = 0;
  counted.newest_created = counters{}.newest_created;
  counted.created_disorder = microseconds{0};
  counted.last_export = 0;
  BOOST_TEST((decode_counters(unhexadecimal(golden.at("counters"))) == counted));
}

BOOST_AUTO_TEST_CASE(the_bytes_of_version_2_are_read) {
  for (const auto& [name, text] : golden_v2) {
    BOOST_TEST(decoded_as(name, unhexadecimal(text)).has_value(), name);
  }
}

BOOST_AUTO_TEST_CASE(the_bytes_of_version_3_are_read_and_say_the_same) {
  for (const auto& [name, text] : golden_v3) {
    const auto bytes = unhexadecimal(text);
    const auto samples = encoded_samples();
    const auto now = std::ranges::find(samples, name, [](const auto& one) { return one.first; });
    BOOST_REQUIRE(now != samples.end());
    BOOST_TEST((decoded_as(name, bytes) == now->second), name);
  }
}

BOOST_AUTO_TEST_CASE(a_job_without_retries_takes_one_byte_more_than_before) {
  const std::map<std::string_view, std::string_view> golden(golden_v1.begin(), golden_v1.end());
  BOOST_TEST(encode(sample_job_before_retries()).size() == golden.at("job").size() / 2 + 1);
}

BOOST_AUTO_TEST_CASE(a_glimpse_of_a_job_sees_what_the_record_holds) {
  for (const auto& job : {sample_job(), sample_yielded_job()}) {
    const auto seen = glimpse_job(encode(job));
    BOOST_REQUIRE(seen);
    BOOST_TEST(seen->phase == job.row.phase);
    BOOST_TEST((seen->created == job.row.created));
  }
  BOOST_TEST(!glimpse_job(encode(sample_job()).substr(0, 30)));
}

BOOST_AUTO_TEST_CASE(every_record_is_read_back_as_it_was_written) {
  for (const auto& [name, bytes] : encoded_samples()) {
    if (name.starts_with("spec")) {
      continue;
    }
    BOOST_TEST_CONTEXT(name) {
      const auto read = decoded_by_all(bytes);
      const auto found = std::ranges::find(read, name, [](const auto& one) { return one.first; });
      BOOST_REQUIRE(found != read.end());
      BOOST_TEST((found->second == bytes));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_fields_of_a_job_survive) {
  const auto job = sample_job();
  const auto read = decode_job(7, encode(job));
  BOOST_REQUIRE(read);
  const auto& row = read->row;
  BOOST_TEST(row.sequence == 7U);
  BOOST_TEST(row.id.text == job.row.id.text);
  BOOST_TEST(row.type == "Archive");
  BOOST_TEST(row.lane == "lane");
  BOOST_TEST(row.phase == job_phase::failure);
  BOOST_TEST(row.priority == -3);
  BOOST_TEST(row.epoch == 0x0000000500000002U);
  BOOST_TEST((row.not_before == at(-1)));
  BOOST_TEST(row.code == error_code::corrupted_file);
  BOOST_TEST((row.streamed && row.transient));
  BOOST_TEST((row.retry == job.row.retry));
  BOOST_TEST(row.retries == 3U);
  BOOST_TEST(read->completion == 77U);
}

BOOST_AUTO_TEST_CASE(the_status_of_a_failed_item_survives) {
  const auto read = decode_item_failure(encode(sample_failure()));
  BOOST_REQUIRE(read);
  BOOST_TEST((read->why == sample_failure().why));
  BOOST_TEST((read->dimse_status == sample_failure().dimse_status));
  const item_failure plain{error(error_code::timeout), {}};
  BOOST_TEST((decode_item_failure(encode(plain))->why == plain.why));
}

BOOST_AUTO_TEST_CASE(records_that_are_cut_or_longer_are_not_read) {
  for (const auto& [name, bytes] : encoded_samples()) {
    if (name.starts_with("spec") || name == "key") {
      continue;
    }
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
      const auto read = decoded_by_all(size < bytes.size() ? bytes.substr(0, size) : bytes + '\0');
      BOOST_TEST(std::ranges::none_of(read, [&](const auto& one) { return one.first == name; }),
                 name << " of " << size);
    }
  }
}

BOOST_AUTO_TEST_CASE(records_of_a_newer_version_are_not_read) {
  for (auto [name, bytes] : encoded_samples()) {
    ++bytes[0];
    BOOST_TEST(!decoded_as(name, bytes), name);
  }
}

BOOST_AUTO_TEST_CASE(decoders_stand_any_bytes) {
  const auto samples = encoded_samples();
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random(seed);
      for (int round = 0; round < 500; ++round) {
        check_any(mutated(samples[random() % samples.size()].second, random));
        std::string noise(random() % 200, '\0');
        std::ranges::generate(noise, [&] { return static_cast<char>(random()); });
        if (!noise.empty()) {
          noise[0] = static_cast<char>(1 + random() % 3);
        }
        check_any(noise);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_state_of_a_parent_is_read_and_set_in_its_bytes) {
  for (auto changed : {sample_resource(), sample_patient()}) {
    auto bytes = encode(changed);
    const parent_state before{changed.last_update, changed.unstable_since, changed.instances};
    BOOST_TEST((glimpse_parent(bytes) == before));
    changed.last_update = at(99);
    changed.unstable_since = changed.unstable_since ? std::nullopt : std::optional(at(98));
    changed.instances = 97;
    set_parent(bytes, {changed.last_update, changed.unstable_since, changed.instances});
    BOOST_TEST((bytes == encode(changed)));
    BOOST_TEST(!glimpse_parent(bytes.substr(0, 25)));
  }
  auto instance = sample_resource();
  instance.level = resource_level::instance;
  BOOST_TEST(!glimpse_parent(encode(instance)));
}

BOOST_AUTO_TEST_CASE(a_list_that_claims_more_entries_than_bytes_is_not_read) {
  const auto bytes = encode(sample_resource());
  auto huge = bytes;
  huge.replace(1 + 1 + 24 + 8 + 8 + 20, 4, "\xff\xff\xff\xff");
  BOOST_TEST(!decode_resource(2, huge));
}

BOOST_AUTO_TEST_CASE(every_table_is_described_in_the_documentation) {
  const auto page = fs::path(__FILE__).parent_path().parent_path().parent_path() / "docs" / "data-format.md";
  const auto text = read_file(page);
  for (const auto& row : tables) {
    BOOST_TEST((text.find("| `" + std::string(row.name) + "` |") != std::string::npos), row.name);
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::persistence::testing
