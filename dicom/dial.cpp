#include "dicom/dial.hpp"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace troupe::dicom {

namespace {

using steady = std::chrono::steady_clock;

struct endpoint {
  sockaddr_storage address;
  socklen_t length;
};

/// Until when to wait, or for ever.
class deadline {
public:
  explicit deadline(std::chrono::milliseconds patience) {
    if (patience.count() > 0)
      at_ = steady::now() + patience;
  }

  bool over() const { return at_ && steady::now() >= *at_; }

  /// The time until the next question, never longer than until the end.
  std::chrono::milliseconds slice() const {
    if (!at_)
      return stop_check_period;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*at_ - steady::now());
    return std::clamp(left, std::chrono::milliseconds{0}, stop_check_period);
  }

private:
  std::optional<steady::time_point> at_;
};

std::vector<endpoint> resolve(const std::string& host, std::uint16_t port, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* first = nullptr;
  std::vector<endpoint> all;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &first) != 0)
    return all;
  for (const auto* one = first; one != nullptr; one = one->ai_next) {
    endpoint to{{}, one->ai_addrlen};
    std::copy_n(reinterpret_cast<const char*>(one->ai_addr), one->ai_addrlen, reinterpret_cast<char*>(&to.address));
    all.push_back(to);
  }
  freeaddrinfo(first);
  return all;
}

/// An answer of the resolver that may come when nobody waits for it any more.
struct resolution {
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<std::vector<endpoint>> found;
};

// Nothing can interrupt the system's resolver. So it works on a thread of its own, which is left to itself if it is not
// wanted any more.
std::optional<std::vector<endpoint>> resolve_patiently(const std::string& host, std::uint16_t port,
                                                       const deadline& until, const stop_check& stopped) {
  if (auto literal = resolve(host, port, AI_NUMERICHOST); !literal.empty())
    return literal;
  const auto shared = std::make_shared<resolution>();
  std::thread([shared, host, port] {
    auto found = resolve(host, port, AI_ADDRCONFIG);
    const std::scoped_lock lock(shared->mutex);
    shared->found = std::move(found);
    shared->changed.notify_all();
  }).detach();
  std::unique_lock lock(shared->mutex);
  while (!shared->changed.wait_for(lock, until.slice(), [&] { return shared->found.has_value(); })) {
    lock.unlock();
    if (stopped() || until.over())
      return std::nullopt;
    lock.lock();
  }
  return std::move(shared->found);
}

network_condition condition_of(int number) {
  switch (number) {
  case ECONNREFUSED:
  case ECONNRESET:
    return network_condition::refused;
  case ETIMEDOUT:
    return network_condition::connect_timeout;
  default:
    return network_condition::unroutable;
  }
}

dialled dial_one(const endpoint& to, const deadline& until, const stop_check& stopped) {
  socket_handle made(socket(to.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!made)
    return {socket_handle{}, condition_of(errno)};
  const int on = 1;
  setsockopt(made.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(made.get(), reinterpret_cast<const sockaddr*>(&to.address), to.length) == 0)
    return {std::move(made)};
  if (errno != EINPROGRESS)
    return {socket_handle{}, condition_of(errno)};
  pollfd waiting{made.get(), POLLOUT, 0};
  while (poll(&waiting, 1, static_cast<int>(until.slice().count())) <= 0) {
    if (stopped())
      return {socket_handle{}, network_condition::stopped};
    if (until.over())
      return {socket_handle{}, network_condition::connect_timeout};
  }
  int number = 0;
  socklen_t size = sizeof number;
  getsockopt(made.get(), SOL_SOCKET, SO_ERROR, &number, &size);
  if (number != 0)
    return {socket_handle{}, condition_of(number)};
  return {std::move(made)};
}

} // namespace

socket_handle::~socket_handle() {
  if (descriptor_ >= 0)
    close(descriptor_);
}

dialled dial(const std::string& host, std::uint16_t port, std::chrono::milliseconds patience,
             const stop_check& stopped) {
  const deadline until(patience);
  if (stopped())
    return {socket_handle{}, network_condition::stopped};
  const auto found = resolve_patiently(host, port, until, stopped);
  if (!found)
    return {socket_handle{}, stopped() ? network_condition::stopped : network_condition::unknown_host};
  dialled last{socket_handle{}, network_condition::unknown_host};
  for (const auto& to : *found) {
    last = dial_one(to, until, stopped);
    if (last.connection || last.failed == network_condition::stopped || until.over())
      break;
  }
  return last;
}

} // namespace troupe::dicom
