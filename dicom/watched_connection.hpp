/// \file
/// DCMTK speaks through a connection of ours, which can be given up at any moment: DCMTK's own waits cannot.
#pragma once

#include "dicom/dial.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/dcmlayer.h>
#include <dcmtk/dcmnet/dcmtrans.h>

#include <chrono>
#include <cstdint>
#include <optional>

namespace troupe::dicom {

/// What the waits of a connection obey, and why one of them ended without what it waited for. Outlives the connection.
struct connection_watch {
  stop_check stopped;                   ///< set for every call
  std::chrono::milliseconds silence{0}; ///< how long the peer may let one wait last; 0: for ever
  /// Once it is set, no wait begins any more.
  std::optional<network_condition> trouble;

  /// Waits until the socket is ready for `events` of poll(2). False: `trouble` says why.
  bool wait(int socket, short events);
  /// As above for at most this long; false without trouble if only that time is over.
  bool wait_for(int socket, short events, std::chrono::milliseconds most);
};

/// Gives DCMTK a connection that is open already in the place of the one that it has opened.
///
/// DCMTK resolves and connects by itself, without a way to stop it. So it is sent to a listener on the loopback, and
/// what it reached there is exchanged for the real connection before the first byte.
class watched_layer final : public DcmTransportLayer {
public:
  watched_layer(socket_handle connection, connection_watch& watch)
    : connection_(std::move(connection)),
      watch_(watch) {}

  DcmTransportConnection* createConnection(DcmNativeSocketType opened, OFBool secure) override;

private:
  socket_handle connection_;
  connection_watch& watch_;
};

/// A listener on the loopback that nobody is expected to accept from.
struct loopback_listener {
  socket_handle socket;
  std::uint16_t port = 0;
};

/// Throws `failure` if the system has none to give.
loopback_listener listen_on_loopback();

} // namespace troupe::dicom
