/// \file
/// Cuts the body out of what comes after a head, counts it and collects it.
#pragma once

#include "http/wire/body.hpp"
#include "http/wire/chunked.hpp"
#include "http/wire/head_check.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace troupe::http {

class body_reader {
public:
  /// Reads the body that `head` announces, up to `limit` bytes, into `collector`, which must outlive the reader.
  body_reader(const checked_head& head, std::uint64_t limit, body_collector& collector);

  /// Takes bytes and says how many belonged to the body.
  std::size_t take(std::string_view received);
  bool complete() const noexcept;
  /// The complete body; null if it is refused even now.
  std::unique_ptr<request_body> finish();

  /// Why the body is not taken: 400 (malformed chunks), 413, 507. It is not complete then and takes nothing more.
  const std::optional<error>& refused() const noexcept { return refused_; }

private:
  void keep(std::string_view data);
  template <class Work>
  void guarded(Work work);

  const framing framing_;
  const std::uint64_t limit_;
  body_collector& collector_;
  std::uint64_t left_;
  chunked_decoder chunks_;
  std::optional<error> refused_;
};

/// The refusal of a body above a limit: 413.
error body_too_large(std::uint64_t limit);

} // namespace troupe::http
