#include "imaging/bounded_decoder.hpp"
#include "imaging/decoder_pool.hpp"
#include "imaging/decoder_protocol.hpp"
#include "tests/imaging/pictures.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>

using namespace troupe;
using namespace troupe::imaging;
using namespace troupe::imaging::test;
using namespace std::chrono_literals;

namespace {

const pixel_layout layout{.rows = 1, .columns = 1, .bits_allocated = 8, .bits_stored = 8, .high_bit = 7};
const auto frame = bytes({0xff, 0xd8, 0xff, 0xd9});

/// A decoder process that does what a shell is told.
class script {
public:
  explicit script(const std::string& commands)
    : path(std::filesystem::temp_directory_path() / ("decoder-" + std::to_string(getpid()) + ".sh")) {
    std::ofstream(path) << "#!/bin/sh\n" << commands << '\n';
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  }

  script(const script&) = delete;
  script& operator=(const script&) = delete;

  ~script() { std::filesystem::remove(path); }

  const std::filesystem::path path;
};

error_code code_of(const std::string& commands, std::chrono::milliseconds patience) {
  const script program(commands);
  decoder_pool pool(program.path, patience, 1);
  const auto found = pool.decode({codec::jpeg, layout, frame});
  BOOST_REQUIRE(found.has_error());
  return found.error().code();
}

} // namespace

BOOST_AUTO_TEST_SUITE(decoder_processes)

BOOST_AUTO_TEST_CASE(one_that_ends_ends_the_frame_only) {
  BOOST_TEST((code_of("exit 1", 60s) == error_code::unsupported_media_type));
}

BOOST_AUTO_TEST_CASE(one_that_crashes_over_a_frame_ends_the_frame_only) {
  BOOST_TEST((code_of("head -c 16 > /dev/null; kill -SEGV $$", 60s) == error_code::unsupported_media_type));
}

BOOST_AUTO_TEST_CASE(nobody_waits_for_ever_for_one_to_be_free) {
  decoder_pool pool("/bin/true", 10ms, 0);
  BOOST_TEST((pool.decode({codec::jpeg, layout, frame}).error().code() == error_code::database_unavailable));
}

BOOST_AUTO_TEST_CASE(the_frames_of_a_request_take_a_bounded_time_in_all) {
  struct counting final : frame_decoder {
    int frames = 0;

    result<decoded_frame> decode(const encoded_frame&) override {
      ++frames;
      return decoded_frame{};
    }
  } inner;

  bounded_decoder patient(inner, 1h);
  BOOST_TEST(patient.decode({codec::jpeg, layout, frame}).has_value());
  bounded_decoder hasty(inner, 0ms);
  BOOST_TEST((hasty.decode({codec::jpeg, layout, frame}).error().code() == error_code::timeout));
  BOOST_TEST(inner.frames == 1);
}

BOOST_AUTO_TEST_CASE(one_that_is_silent_is_not_waited_for) {
  BOOST_TEST((code_of("exec sleep 1000", 50ms) == error_code::unsupported_media_type));
}

BOOST_AUTO_TEST_CASE(one_that_talks_nonsense_is_not_believed) {
  BOOST_TEST((code_of("cat /dev/zero >&0", 60s) == error_code::unsupported_media_type));
  // The right beginning, and more samples than the frame has.
  BOOST_TEST((code_of(R"(printf 'TEC2\0\0\0\0\377\377\377\377\0\0\0\0' >&0; exec sleep 1000)", 60s)
              == error_code::unsupported_media_type));
}

BOOST_AUTO_TEST_CASE(it_has_no_descriptors_and_no_environment_of_the_server) {
  // Answers with the sample 1 if it finds anything, with 0 else. The shell itself adds PWD and the like.
  const script program(R"(test -z "$TROUPE_SECRET" -a ! -e /proc/$$/fd/3 && sample='\0' || sample='\1'
head -c )" + std::to_string(sizeof(decode_request_head) + frame.size())
                       + R"( > /dev/null
printf "TEC2\0\0\0\0\1\0\0\0\0\0\0\0$sample" >&0)");
  setenv("TROUPE_SECRET", "1", 1);
  const std::ifstream open("/dev/null");
  decoder_pool pool(program.path, 60s, 1);
  const auto found = pool.decode({codec::jpeg, layout, frame});
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST((found->samples == bytes({0})));
}

BOOST_AUTO_TEST_CASE(a_program_that_cannot_be_started_is_a_failure) {
  decoder_pool pool("/nonexistent", 60s, 1);
  BOOST_CHECK_THROW(pool.decode({codec::jpeg, layout, frame}), failure);
}

BOOST_AUTO_TEST_SUITE_END()
