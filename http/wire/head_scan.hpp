/// \file
/// Looks at the raw bytes of a head as they come: where it ends, and what no head may contain. Beast unfolds continued
/// lines, so that afterwards nobody could tell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace troupe::http {

class head_scan {
public:
  enum class verdict : std::uint8_t { incomplete, complete, malformed, too_large };

  /// `received` is everything since the first byte of the head; bytes seen by the calls before are not looked at again.
  /// Malformed: control characters, CR or LF alone, continued lines, an empty first line.
  verdict feed(std::string_view received) noexcept;

  /// Bytes of a complete head with its blank line.
  std::size_t size() const noexcept { return seen_; }

private:
  std::size_t seen_ = 0;
  std::size_t line_length_ = 0;
  bool after_cr_ = false;
  bool first_line_ = true;
};

} // namespace troupe::http
