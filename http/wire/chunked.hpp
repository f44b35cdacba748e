/// \file
/// The chunked transfer coding (RFC 9112 7.1), strictly. Beast's own decoder has no bound for extensions, merges
/// trailers into the header and has an assertion that a peer can reach.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace troupe::http {

class chunked_decoder {
public:
  /// The most that all extensions and trailers of a body may have, together.
  static constexpr std::size_t max_extra_bytes = 8 * 1024;

  /// What a call of `next` has found.
  struct step {
    std::size_t consumed = 0; ///< bytes of the input that were used
    std::string_view data;    ///< body bytes among them, a part of the input
  };

  /// Reads on: up to the end of the input, of a piece of data or of the body, whatever comes first.
  step next(std::string_view input) noexcept;

  bool done() const noexcept { return state_ == state::done; }

  bool malformed() const noexcept { return state_ == state::malformed; }

private:
  enum class state : std::uint8_t {
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer_begin,
    trailer,
    trailer_lf,
    end_lf,
    done,
    malformed
  };

  state after(unsigned char c) noexcept;
  state after_size(unsigned char c) noexcept;
  state after_extra(unsigned char c, state more, state end) noexcept;

  state state_ = state::size;
  std::uint64_t left_ = 0;
  std::size_t digits_ = 0;
  std::size_t extra_ = 0;
};

} // namespace troupe::http
