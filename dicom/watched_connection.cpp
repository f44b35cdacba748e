#include "dicom/watched_connection.hpp"

#include <algorithm>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace troupe::dicom {

namespace {

using steady = std::chrono::steady_clock;

bool is_for_later(int number) {
  return number == EAGAIN || number == EINTR; // EWOULDBLOCK is the same number here
}

/// Reads and writes without blocking, and waits under watch.
class watched_connection final : public DcmTransportConnection {
public:
  watched_connection(int socket, connection_watch& watch) : DcmTransportConnection(socket), watch_(watch) {}

  ~watched_connection() override { closeTransportConnection(); }

  OFCondition serverSideHandshake() override { return EC_Normal; }

  OFCondition clientSideHandshake() override { return EC_Normal; }

  OFCondition renegotiate(const char*) override { return EC_Normal; }

  ssize_t read(void* into, size_t most) override {
    while (watch_.wait(getSocket(), POLLIN)) {
      const auto count = recv(getSocket(), into, most, 0);
      if (count > 0)
        return count;
      if (count == 0 || !is_for_later(errno))
        watch_.trouble = network_condition::lost;
    }
    return failed();
  }

  // DCMTK takes less than everything for a failure.
  ssize_t write(void* from, size_t size) override {
    size_t written = 0;
    while (written < size) {
      if (!watch_.wait(getSocket(), POLLOUT))
        return failed();
      const auto count = send(getSocket(), static_cast<const char*>(from) + written, size - written, MSG_NOSIGNAL);
      if (count >= 0)
        written += static_cast<size_t>(count);
      else if (!is_for_later(errno))
        watch_.trouble = network_condition::lost;
    }
    return static_cast<ssize_t>(written);
  }

  void close() override { closeTransportConnection(); }

  void closeTransportConnection() override {
    if (getSocket() >= 0)
      ::close(getSocket());
    setSocket(-1);
  }

  unsigned long getPeerCertificateLength() override { return 0; }

  unsigned long getPeerCertificate(void*, unsigned long) override { return 0; }

  OFBool networkDataAvailable(int timeout_s) override {
    // How long is a matter of the watch: DCMTK asks with one time-out for all that it waits for.
    return timeout_s > 0 ? watch_.wait(getSocket(), POLLIN)
                         : watch_.wait_for(getSocket(), POLLIN, std::chrono::milliseconds{0});
  }

  // Otherwise DCMTK would wait on the socket itself.
  OFBool isTransparentConnection() override { return OFFalse; }

  OFString& dumpConnectionParameters(OFString& to) override {
    to = "TCP";
    return to;
  }

private:
  static ssize_t failed() {
    errno = ECONNABORTED; // anything but EINTR, for which DCMTK tries again
    return -1;
  }

  connection_watch& watch_;
};

} // namespace

bool connection_watch::wait_for(int socket, short events, std::chrono::milliseconds most) {
  const auto until = steady::now() + most;
  while (!trouble) {
    if (stopped && stopped()) {
      trouble = network_condition::stopped;
      break;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady::now());
    const auto slice = std::clamp(left, std::chrono::milliseconds{0}, stop_check_period);
    pollfd waiting{socket, events, 0};
    if (poll(&waiting, 1, static_cast<int>(slice.count())) > 0)
      return true;
    if (left.count() <= 0)
      return false;
  }
  return false;
}

bool connection_watch::wait(int socket, short events) {
  constexpr std::chrono::hours for_ever{24 * 365};
  const bool ready = wait_for(socket, events, silence.count() > 0 ? silence : for_ever);
  if (!ready && !trouble)
    trouble = network_condition::silent;
  return ready;
}

DcmTransportConnection* watched_layer::createConnection(DcmNativeSocketType opened, OFBool secure) {
  if (secure || !connection_ || dup2(connection_.get(), opened) < 0)
    return nullptr;
  connection_ = socket_handle{};
  const int on = 1;
  setsockopt(opened, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return new watched_connection(opened, watch_); // DCMTK deletes it
}

loopback_listener listen_on_loopback() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  loopback_listener made{socket_handle(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))};
  if (!made.socket || bind(made.socket.get(), any, size) != 0 || listen(made.socket.get(), 8) != 0
      || getsockname(made.socket.get(), any, &size) != 0)
    throw failure(error{error_code::network_protocol, "There is no port left on the loopback"});
  made.port = ntohs(address.sin_port);
  return made;
}

} // namespace troupe::dicom
