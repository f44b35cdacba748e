#include "imaging/decoder_process.hpp"

#include "imaging/decoder_protocol.hpp"
#include "imaging/decoder_worker.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace troupe::imaging {
namespace {

using steady = std::chrono::steady_clock;

[[noreturn]] void cannot_start(int error_number) {
  throw failure{error{error_code::system_command,
                      std::string("A decoder process cannot be started: ") + std::strerror(error_number)}};
}

/// How a process is started: descriptors, signals, its own group, so that Ctrl-C is not for it.
class spawn_settings {
public:
  explicit spawn_settings(int connection) {
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, connection, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  }

  spawn_settings(const spawn_settings&) = delete;
  spawn_settings& operator=(const spawn_settings&) = delete;

  ~spawn_settings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

int spawn(const std::filesystem::path& program, int connection, pid_t& pid) {
  const spawn_settings settings(connection);
  std::string name = program.string();
  std::string argument(decoder_argument);
  const char* const libraries = std::getenv("LD_LIBRARY_PATH");
  std::string path = "LD_LIBRARY_PATH=" + std::string(libraries == nullptr ? "" : libraries);
  char* const arguments[] = {name.data(), argument.data(), nullptr};
  char* const environment[] = {path.data(), nullptr};
  return posix_spawn(&pid, name.c_str(), &settings.actions, &settings.attributes, arguments, environment);
}

/// Waits until the connection is ready. False when the time is over.
bool ready(int connection, short what, steady::time_point end) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - steady::now()).count();
    pollfd one{connection, what, 0};
    const int found = poll(&one, 1, static_cast<int>(std::max<decltype(left)>(left, 0)));
    if (found > 0)
      return true;
    if (found == 0 || errno != EINTR)
      return false;
  }
}

/// Moves bytes with `move`, which is `send` or `recv`, until all are through.
template <class Pointer, class Move>
bool all(Pointer* place, std::size_t size, Move move, const std::function<bool()>& wait) {
  while (size > 0) {
    const ssize_t count = move(place, size);
    if (count > 0) {
      place += count;
      size -= static_cast<std::size_t>(count);
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR) || !wait()) {
      return false;
    }
  }
  return true;
}

bool send_all(int connection, std::span<const std::byte> bytes, steady::time_point end) {
  return all(
    bytes.data(), bytes.size(),
    [=](const std::byte* place, std::size_t size) {
      return send(connection, place, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    },
    [=] { return ready(connection, POLLOUT, end); });
}

bool receive_all(int connection, std::span<std::byte> bytes, steady::time_point end) {
  return all(
    bytes.data(), bytes.size(),
    [=](std::byte* place, std::size_t size) { return recv(connection, place, size, MSG_DONTWAIT); },
    [=] { return ready(connection, POLLIN, end); });
}

} // namespace

std::unique_ptr<decoder_process> decoder_process::start(const std::filesystem::path& program) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    cannot_start(errno);
  pid_t pid = 0;
  const int failed = spawn(program, ends[1], pid);
  close(ends[1]);
  if (failed != 0) {
    close(ends[0]);
    cannot_start(failed);
  }
  return std::unique_ptr<decoder_process>(new decoder_process(pid, ends[0]));
}

decoder_process::~decoder_process() {
  close(connection_);
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

bool decoder_process::alive() const noexcept {
  char unused = 0;
  return recv(connection_, &unused, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

decoder_process::outcome decoder_process::decode(const encoded_frame& frame, std::chrono::milliseconds patience,
                                                 decoded_frame& into) {
  const auto end = steady::now() + patience;
  const decode_request_head head{.how = frame.how, .layout = frame.layout, .bytes = frame.bytes.size()};
  decode_reply_head reply;
  if (!send_all(connection_, std::as_bytes(std::span(&head, 1)), end) || !send_all(connection_, frame.bytes, end)
      || !receive_all(connection_, std::as_writable_bytes(std::span(&reply, 1)), end)
      || reply.magic != decode_reply_head::expected)
    return outcome::broken;
  if (reply.bytes == 0)
    return outcome::refused;
  if (reply.bytes != frame.layout.decoded_bytes())
    return outcome::broken;
  into.samples.resize(static_cast<std::size_t>(reply.bytes));
  into.planar = reply.planar != 0;
  into.is_rgb = reply.is_rgb != 0;
  return receive_all(connection_, into.samples, end) ? outcome::decoded : outcome::broken;
}

} // namespace troupe::imaging
