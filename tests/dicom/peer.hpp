/// \file
/// Peers that behave badly, on the loopback.
#pragma once

#include "dicom/dial.hpp"

#include <arpa/inet.h>
#include <cstdint>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <vector>

namespace troupe::dicom::test {

/// A listener on a free port.
class peer {
public:
  explicit peer(int backlog = 16) : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_.get(), any, size) != 0 || listen(listener_.get(), backlog) != 0
        || getsockname(listener_.get(), any, &size) != 0)
      throw std::runtime_error("no listener");
    port_ = ntohs(address.sin_port);
  }

  std::uint16_t port() const { return port_; }

  /// The next connection.
  socket_handle accept() const { return socket_handle(::accept(listener_.get(), nullptr, nullptr)); }

private:
  socket_handle listener_;
  std::uint16_t port_ = 0;
};

/// Exactly that many bytes; fewer if the other side has ended.
inline std::string read_bytes(const socket_handle& from, std::size_t count) {
  std::string all(count, '\0');
  std::size_t have = 0;
  while (have < count) {
    const auto more = recv(from.get(), all.data() + have, count - have, 0);
    if (more <= 0)
      break;
    have += static_cast<std::size_t>(more);
  }
  all.resize(have);
  return all;
}

/// One PDU (PS3.8 9.3.1), header and all.
inline std::string read_pdu(const socket_handle& from) {
  auto head = read_bytes(from, 6);
  if (head.size() < 6)
    return head;
  const auto byte = [&head](int at) { return static_cast<std::size_t>(static_cast<unsigned char>(head[at])); };
  return head + read_bytes(from, byte(2) << 24 | byte(3) << 16 | byte(4) << 8 | byte(5));
}

inline void write_bytes(const socket_handle& to, const std::string& bytes) {
  if (send(to.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
    throw std::runtime_error("the other side is gone");
}

inline std::string length_16(std::size_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xFF)};
}

/// A-ASSOCIATE-AC (PS3.8 9.3.3) to a request, accepting every context in the first syntax that it proposes.
inline std::string acceptance_of(const std::string& request) {
  const auto item = [](char type, const std::string& value) {
    return std::string{type, '\0'} + length_16(value.size()) + value;
  };
  std::string items = item(0x10, "1.2.840.10008.3.1.1.1");
  std::size_t at = 74;
  while (at + 4 <= request.size()) {
    const auto length = static_cast<std::size_t>(static_cast<unsigned char>(request[at + 2])) << 8
                        | static_cast<unsigned char>(request[at + 3]);
    if (request[at] == 0x20) {
      const auto body = request.substr(at + 4, length);
      const auto abstract = static_cast<std::size_t>(static_cast<unsigned char>(body[7]));
      const auto syntax = body.substr(8 + abstract); // the first one, with its header
      const auto size = static_cast<std::size_t>(static_cast<unsigned char>(syntax[3]));
      items += item(0x21, std::string{body[0], '\0', '\0', '\0'} + syntax.substr(0, 4 + size));
    }
    at += 4 + length;
  }
  items += item(0x50, item(0x51, std::string{'\0', '\0', '\x40', '\0'}) + item(0x52, "1.2.3"));
  const auto rest = request.substr(6, 4) + request.substr(10, 64) + items;
  return std::string{'\x02', '\0', '\0', '\0'} + length_16(rest.size()) + rest;
}

/// A-ASSOCIATE-RJ (PS3.8 9.3.4).
inline std::string rejection(char result, char source, char reason) {
  return {'\x03', '\0', '\0', '\0', '\0', '\x04', '\0', result, source, reason};
}

} // namespace troupe::dicom::test
