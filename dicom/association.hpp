/// \file
/// An association (PS3.8 7) that this server opens to ask a peer for something. Used by one thread at a time; each call
/// that may block takes a `stop_check` and ends soon after it says so, whatever the peer does.
#pragma once

#include "dicom/dial.hpp"
#include "dicom/network_answer.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace troupe::dicom {

/// The peer, and how to speak with it.
struct association_order {
  std::string called_aet;
  std::string host; ///< name or address
  std::uint16_t port = 104;
  std::string calling_aet;
  std::chrono::milliseconds patience{10'000}; ///< for the connection, the negotiation, each answer; 0: for ever
};

/// What an instance needs in order to be sent: its SOP class in its transfer syntax. Both are UIDs.
struct presentation {
  std::string sop_class;
  std::string transfer_syntax;
  friend auto operator<=>(const presentation&, const presentation&) = default; // NOLINT(modernize-use-nullptr)
};

/// The SOP class of C-ECHO (PS3.4 A.4).
presentation verification();

/// An instance on whose behalf a C-STORE is (PS3.7 9.1.1.1).
struct move_originator {
  std::string aet;
  std::uint16_t message_id = 0;
};

/// An instance to send. Its SOP instance UID is that of its data set.
struct store_order {
  std::variant<std::filesystem::path, std::span<const std::byte>> file; ///< as of PS3.10
  presentation as;
  std::optional<move_originator> originator = {};
};

class association {
public:
  explicit association(association_order order);
  /// Ends the association without waiting for anything, if it is open.
  ~association();
  association(association&&) noexcept;
  association& operator=(association&&) noexcept;

  /// Opens it for the presentations that are wanted. A peer takes at most 128 contexts (PS3.8 9.3.2.2): what does not
  /// fit is left out, from the end, and is not `proposed`.
  ///
  /// Uncompressed instances may go in either uncompressed little endian syntax: DCMTK converts between them.
  network_answer connect(std::span<const presentation> wanted, const stop_check& stopped);

  bool connected() const noexcept;
  /// Whether `connect` asked for it, accepted or not.
  bool proposed(const presentation& which) const;

  /// C-ECHO (PS3.7 9.1.5).
  network_answer echo(const stop_check& stopped);
  /// C-STORE (PS3.7 9.1.1). After a failure of the network the association is closed; after a status it is not.
  network_answer store(const store_order& what, const stop_check& stopped);

  /// Ends it in order (A-RELEASE), waiting for the peer for two seconds at most.
  void release(const stop_check& stopped);
  /// Ends it at once (A-ABORT).
  void abort() noexcept;

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

/// Opens an association, asks C-ECHO and ends it.
network_answer echo_once(association_order order, const stop_check& stopped);

} // namespace troupe::dicom
