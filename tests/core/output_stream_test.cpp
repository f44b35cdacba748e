#include "core/output_stream.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <random>
#include <semaphore>
#include <thread>
#include <vector>

namespace troupe {

namespace {

struct fixture {
  output_stream stream{10};
  std::vector<result<std::string>> heard;
  int woken = 0;
  int told = 0;

  void read() {
    stream.read([this](result<std::string> said) { heard.push_back(std::move(said)); });
  }

  void wake_me() {
    stream.when_writable([this] { ++woken; });
  }

  void tell_me() {
    stream.when_abandoned([this] { ++told; });
  }

  /// What the last read heard; it must be the `count`th.
  const result<std::string>& last(std::size_t count) const {
    BOOST_REQUIRE(heard.size() == count);
    return heard.back();
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(output_stream_, fixture)

BOOST_AUTO_TEST_CASE(what_was_written_is_read_in_one_chunk) {
  BOOST_TEST(stream.write("ab"));
  BOOST_TEST(stream.write("cd"));
  read();
  BOOST_TEST(last(1).value() == "abcd");
}

BOOST_AUTO_TEST_CASE(a_waiting_reader_gets_the_bytes_as_they_are_written) {
  read();
  BOOST_TEST(heard.empty());
  BOOST_TEST(stream.write(std::string(100, 'x')));
  BOOST_TEST(last(1).value().size() == 100U);
  BOOST_TEST(stream.writable());
  BOOST_TEST(stream.write("y"));
  BOOST_TEST(heard.size() == 1U);
  read();
  BOOST_TEST(last(2).value() == "y");
}

BOOST_AUTO_TEST_CASE(an_empty_write_tells_the_reader_nothing) {
  read();
  BOOST_TEST(stream.write(""));
  BOOST_TEST(heard.empty());
}

BOOST_AUTO_TEST_CASE(the_stream_is_writable_below_its_capacity) {
  BOOST_TEST(stream.writable());
  stream.write(std::string(9, 'x'));
  BOOST_TEST(stream.writable());
  stream.write(std::string(9, 'x'));
  BOOST_TEST(!stream.writable());
  read();
  BOOST_TEST(last(1).value().size() == 18U);
  BOOST_TEST(stream.writable());
}

BOOST_AUTO_TEST_CASE(the_writer_is_woken_at_once_if_there_is_room) {
  wake_me();
  BOOST_TEST(woken == 1);
}

BOOST_AUTO_TEST_CASE(the_writer_is_woken_once_when_there_is_room_again) {
  stream.write(std::string(10, 'x'));
  wake_me();
  BOOST_TEST(woken == 0);
  read();
  BOOST_TEST(woken == 1);
  stream.write(std::string(10, 'x'));
  read();
  BOOST_TEST(woken == 1);
}

BOOST_AUTO_TEST_CASE(the_end_comes_after_what_was_written) {
  stream.write("ab");
  stream.finish();
  read();
  BOOST_TEST(last(1).value() == "ab");
  read();
  BOOST_TEST(last(2).value() == "");
}

BOOST_AUTO_TEST_CASE(a_waiting_reader_is_told_the_end) {
  read();
  stream.finish();
  BOOST_TEST(last(1).value() == "");
}

BOOST_AUTO_TEST_CASE(the_reason_of_a_failed_writer_comes_after_what_was_written) {
  stream.write("ab");
  stream.finish(error(error_code::canceled_job, "why"));
  read();
  BOOST_TEST(last(1).value() == "ab");
  read();
  BOOST_TEST((last(2).error() == error(error_code::canceled_job, "why")));
}

BOOST_AUTO_TEST_CASE(only_the_first_finish_counts) {
  stream.finish(error(error_code::canceled_job));
  stream.finish();
  stream.finish(error(error_code::timeout));
  read();
  BOOST_TEST((last(1).error() == error(error_code::canceled_job)));
}

BOOST_AUTO_TEST_CASE(nothing_is_added_after_the_end) {
  stream.finish();
  BOOST_TEST(stream.write("ab"));
  read();
  BOOST_TEST(last(1).value() == "");
}

BOOST_AUTO_TEST_CASE(a_writer_is_told_once_that_the_reader_has_gone) {
  tell_me();
  BOOST_TEST(!stream.abandoned());
  stream.abandon();
  stream.abandon();
  BOOST_TEST(told == 1);
  BOOST_TEST(stream.abandoned());
  BOOST_TEST(!stream.write("ab"));
}

BOOST_AUTO_TEST_CASE(a_writer_that_asks_late_is_told_at_once_that_the_reader_has_gone) {
  stream.abandon();
  tell_me();
  BOOST_TEST(told == 1);
}

BOOST_AUTO_TEST_CASE(a_writer_that_waits_for_room_is_woken_when_the_reader_goes) {
  stream.write(std::string(10, 'x'));
  wake_me();
  stream.abandon();
  BOOST_TEST(woken == 1);
  BOOST_TEST(stream.writable());
}

BOOST_AUTO_TEST_CASE(a_reader_that_goes_before_it_was_told_the_end_is_gone_early) {
  stream.write("ab");
  stream.finish();
  tell_me();
  read();
  stream.abandon();
  BOOST_TEST(told == 1);
}

BOOST_AUTO_TEST_CASE(a_reader_that_goes_after_it_was_told_the_end_is_not_gone_early) {
  tell_me();
  stream.finish();
  read();
  stream.abandon();
  tell_me();
  BOOST_TEST(told == 0);
}

BOOST_AUTO_TEST_CASE(a_reader_that_waits_is_told_the_end_and_may_go) {
  tell_me();
  read();
  stream.finish();
  stream.abandon();
  BOOST_TEST(told == 0);
}

BOOST_AUTO_TEST_CASE(a_read_is_forgotten_when_the_reader_goes) {
  const auto held = std::make_shared<int>(0);
  stream.read([held](const result<std::string>&) { BOOST_ERROR("the reader has gone"); });
  BOOST_TEST(held.use_count() == 2);
  stream.abandon();
  BOOST_TEST(held.use_count() == 1);
  stream.read([](const result<std::string>&) { BOOST_ERROR("the reader has gone"); });
  stream.finish();
}

BOOST_AUTO_TEST_CASE(callbacks_may_call_the_stream_back) {
  stream.write(std::string(10, 'x'));
  stream.when_writable([&] {
    stream.write("from the wake");
    wake_me();
  });
  stream.when_abandoned([&] { told += stream.abandoned() ? 1 : 0; });
  stream.read([&](const result<std::string>& said) {
    heard.push_back(said);
    read();
    stream.abandon();
  });
  BOOST_REQUIRE(heard.size() == 2U);
  BOOST_TEST(heard[0].value() == std::string(10, 'x'));
  BOOST_TEST(heard[1].value() == "from the wake");
  BOOST_TEST(told == 1);
}

BOOST_AUTO_TEST_CASE(a_callback_that_is_not_needed_any_more_is_let_go) {
  const auto held = std::make_shared<int>(0);
  stream.when_abandoned([held] {});
  BOOST_TEST(held.use_count() == 2);
  read();
  stream.finish();
  BOOST_TEST(held.use_count() == 1);
}

BOOST_AUTO_TEST_SUITE_END()

// -- both sides on threads of their own -------------------------------------------------------------------------------

namespace {

/// A writer and a reader that each have a thread and wait for nothing but the stream's calls.
class two_threads {
public:
  explicit two_threads(unsigned seed) : random_(seed) {
    size_ = random_() % 20'000;
    reads_before_leaving_ = random_() % 3 == 0 ? std::optional<std::size_t>(random_() % 40) : std::nullopt;
    fails_ = random_() % 4 == 0;
  }

  void run() {
    stream_.when_abandoned([this] { ++told_; });
    std::thread writer([this, seed = random_()] { write_all(seed); });
    std::thread reader([this] { read_all(); });
    writer.join();
    reader.join();
    stream_.abandon();
  }

  void check() const {
    BOOST_TEST(calls_lost_ == 0);
    BOOST_TEST(in_order_);
    BOOST_TEST(largest_ <= capacity + write_max);
    if (left_) {
      BOOST_TEST(told_ == 1);
      return;
    }
    BOOST_TEST(told_ == 0);
    BOOST_TEST(received_ == size_);
    BOOST_TEST((end_ == error(fails_ ? error_code::timeout : error_code::success)));
  }

private:
  static constexpr std::size_t capacity = 100;
  static constexpr std::size_t write_max = 40;

  static char byte(std::size_t place) { return static_cast<char>(place % 251); }

  void write_all(std::mt19937::result_type seed) {
    std::mt19937 random(seed);
    for (std::size_t sent = 0; sent < size_;) {
      std::binary_semaphore room(0);
      stream_.when_writable([&room] { room.release(); });
      room.acquire();
      std::string bytes(std::min(size_ - sent, random() % write_max + 1), '\0');
      for (auto& b : bytes)
        b = byte(sent++);
      if (!stream_.write(std::move(bytes)))
        return;
    }
    stream_.finish(error(fails_ ? error_code::timeout : error_code::success));
  }

  void read_all() {
    for (std::size_t reads = 0; !end_; ++reads) {
      if (reads == reads_before_leaving_) {
        left_ = true;
        stream_.abandon();
        return;
      }
      std::binary_semaphore done(0);
      int calls = 0;
      stream_.read([&](const result<std::string>& said) {
        ++calls;
        take(said);
        done.release();
      });
      done.acquire();
      calls_lost_ += calls == 1 ? 0 : 1;
    }
  }

  void take(const result<std::string>& said) {
    if (!said || said->empty()) {
      end_ = said ? error(error_code::success) : said.error();
      return;
    }
    largest_ = std::max(largest_, said->size());
    for (const char b : *said)
      in_order_ = in_order_ && b == byte(received_++);
  }

  std::mt19937 random_;
  output_stream stream_{capacity};
  std::size_t size_ = 0;
  std::optional<std::size_t> reads_before_leaving_;
  bool fails_ = false;
  // The reader's; the semaphores order what both threads touch.
  std::size_t received_ = 0;
  std::size_t largest_ = 0;
  bool in_order_ = true;
  bool left_ = false;
  int calls_lost_ = 0;
  std::optional<error> end_;
  // The writer's.
  int told_ = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(output_stream_on_two_threads)

BOOST_AUTO_TEST_CASE(every_byte_arrives_in_order_or_the_writer_learns_that_nobody_reads) {
  for (unsigned seed = 0; seed < 200; ++seed)
    BOOST_TEST_CONTEXT("seed " << seed) {
      two_threads both(seed);
      both.run();
      both.check();
    }
}

BOOST_AUTO_TEST_CASE(finish_write_and_abandon_at_the_same_time_answer_at_most_once) {
  for (unsigned seed = 0; seed < 500; ++seed)
    BOOST_TEST_CONTEXT("seed " << seed) {
      output_stream stream(10);
      std::atomic<int> read = 0, told = 0, woken = 0;
      stream.write(std::string(10 * (seed % 2), 'x'));
      stream.when_writable([&] { ++woken; });
      stream.when_abandoned([&] { ++told; });
      std::vector<std::thread> threads;
      threads.emplace_back([&] { stream.write("ab"); });
      threads.emplace_back([&] { stream.finish(); });
      threads.emplace_back([&] {
        stream.read([&](const result<std::string>&) { ++read; });
        stream.abandon();
      });
      for (auto& thread : threads)
        thread.join();
      BOOST_TEST(woken == 1);
      BOOST_TEST(read <= 1);
      BOOST_TEST(told <= 1);
      BOOST_TEST((read == 1 || told == 1));
      BOOST_TEST(stream.abandoned());
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
