#include "imaging/decoder_worker.hpp"

#include "imaging/codecs.hpp"
#include "imaging/decoder_protocol.hpp"
#include "imaging/picture.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <new>
#include <seccomp.h>
#include <string_view>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

namespace troupe::imaging {
namespace {

constexpr int connection = 0;
constexpr rlim_t address_space_max = 4ULL << 30U;
/// Of processor time for one frame. The server has less patience.
constexpr rlim_t frame_seconds = 20;

void limit(int what, rlim_t most) {
  const rlimit both{most, most};
  setrlimit(static_cast<__rlimit_resource>(what), &both);
}

/// Processor time counts over the life of the process: the limit moves ahead with each frame.
void allow_time_for_a_frame() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  rlimit time{};
  getrlimit(RLIMIT_CPU, &time);
  time.rlim_cur = static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + frame_seconds;
  setrlimit(RLIMIT_CPU, &time);
}

/// When memory runs out, this process is to go, not the server.
void go_first() {
  const int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (score < 0)
    return;
  constexpr std::string_view highest = "1000";
  [[maybe_unused]] const auto written = write(score, highest.data(), highest.size());
  close(score);
}

/// From now on only memory can be had and what is open can be read and written; the rest fails. No file, no network.
bool shut_off() {
  go_first();
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
#ifndef __SANITIZE_ADDRESS__
  limit(RLIMIT_AS, address_space_max);
#endif
  constexpr std::array calls{
    SCMP_SYS(read),      SCMP_SYS(write),          SCMP_SYS(exit),         SCMP_SYS(exit_group),
    SCMP_SYS(brk),       SCMP_SYS(munmap),         SCMP_SYS(mremap),       SCMP_SYS(madvise),
    SCMP_SYS(futex),     SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(getrandom), SCMP_SYS(clock_gettime),  SCMP_SYS(getrusage),    SCMP_SYS(getrlimit),
    SCMP_SYS(setrlimit), SCMP_SYS(prlimit64),      SCMP_SYS(getpid),       SCMP_SYS(gettid),
    SCMP_SYS(tgkill),    SCMP_SYS(sched_yield),
  };
  auto* const filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  if (filter == nullptr)
    return false;
  bool done = true;
  for (const int call : calls)
    done = done && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
  // No memory becomes code.
  constexpr int protection = 2; // which argument that is
  for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)})
    done =
      done
      && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, SCMP_CMP(protection, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
  done = done && seccomp_load(filter) == 0;
  seccomp_release(filter);
  return done;
}

bool read_all(void* into, std::size_t size) {
  auto* place = static_cast<char*>(into);
  while (size > 0) {
    const auto count = read(connection, place, size);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return false;
    place += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

bool write_all(const void* from, std::size_t size) {
  const auto* place = static_cast<const char*>(from);
  while (size > 0) {
    const auto count = write(connection, place, size);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return false;
    place += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

/// Samples, or none if the frame cannot be decoded.
decoded_frame decoded(const decode_request_head& head, std::span<const std::byte> bytes) {
  try {
    direct_decoder decoder;
    auto frame = decoder.decode({head.how, head.layout, bytes});
    if (frame && frame->samples.size() == head.layout.decoded_bytes())
      return *std::move(frame);
  } catch (const std::bad_alloc&) {
    // more memory than a frame may need
  }
  return {};
}

bool answer_one() {
  decode_request_head head;
  if (!read_all(&head, sizeof head) || head.magic != decode_request_head::expected || head.bytes > encoded_bytes_max)
    return false;
  std::vector<std::byte> bytes(static_cast<std::size_t>(head.bytes));
  if (!read_all(bytes.data(), bytes.size()))
    return false;
  allow_time_for_a_frame();
  const auto frame = decoded(head, bytes);
  const decode_reply_head reply{.planar = frame.planar, .is_rgb = frame.is_rgb, .bytes = frame.samples.size()};
  return write_all(&reply, sizeof reply) && write_all(frame.samples.data(), frame.samples.size());
}

} // namespace

int run_decoder_worker() {
  std::signal(SIGPIPE, SIG_IGN);
  if (!shut_off())
    return EXIT_FAILURE;
  while (answer_one()) {
  }
  return EXIT_SUCCESS;
}

} // namespace troupe::imaging
