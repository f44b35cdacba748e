#include "core/packed_row.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

namespace troupe {

static_assert(sizeof(packed_row) <= 160, "a million jobs are held in memory");

BOOST_AUTO_TEST_SUITE(packed_rows)

BOOST_AUTO_TEST_CASE(a_row_comes_out_as_it_went_in_whatever_the_seed) {
  lane_book names;
  std::mt19937_64 random(1);
  const auto time = [&] { return time_point{microseconds{1 + static_cast<std::int64_t>(random() >> 8)}}; };
  const auto count = [&] { return static_cast<std::uint32_t>(random()); };
  for (int i = 0; i < 1000; ++i) {
    job_row row;
    row.sequence = random();
    uuid_bytes id{};
    for (auto& byte : id)
      byte = static_cast<std::uint8_t>(random());
    row.id.text = uuid_text(id);
    row.type = "type " + std::to_string(random() % 5);
    row.lane = "lane " + std::to_string(random() % 50);
    row.phase = static_cast<job_phase>(random() % 10);
    row.priority = static_cast<std::int32_t>(random());
    row.epoch = random();
    row.attempts = count();
    row.crashes = count();
    row.created = time();
    row.changed = time();
    if (is_final(row.phase))
      row.completed = row.changed;
    if (waits_for_time(row.phase))
      row.not_before = time();
    row.runtime = microseconds{static_cast<std::int64_t>(random() >> 8)};
    row.steps_total = random();
    row.cursor = random();
    row.failed_items = random();
    row.code = error_table()[random() % error_table().size()].code;
    row.retry = {count(), std::chrono::milliseconds{count()}, std::chrono::milliseconds{count()}};
    row.retries = count();
    row.streamed = random() % 2 == 0;
    row.transient = random() % 2 == 0;
    const auto same = packed_row::pack(row, names).unpack(row.sequence, names);
    const bool equal =
      same.sequence == row.sequence && same.id == row.id && same.type == row.type && same.lane == row.lane
      && same.phase == row.phase && same.priority == row.priority && same.epoch == row.epoch
      && same.attempts == row.attempts && same.crashes == row.crashes && same.created == row.created
      && same.changed == row.changed && same.completed == row.completed && same.not_before == row.not_before
      && same.runtime == row.runtime && same.steps_total == row.steps_total && same.cursor == row.cursor
      && same.failed_items == row.failed_items && same.code == row.code && same.retry == row.retry
      && same.retries == row.retries && same.streamed == row.streamed && same.transient == row.transient;
    if (!equal)
      BOOST_ERROR("row " << i);
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
