#include "http/wire/chunked.hpp"

#include <algorithm>

namespace troupe::http {
namespace {

constexpr std::size_t max_size_digits = 16;

int hex_value(unsigned char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  const int lower = c | 0x20;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

} // namespace

chunked_decoder::step chunked_decoder::next(std::string_view input) noexcept {
  step found;
  while (found.consumed < input.size() && !done() && !malformed()) {
    if (state_ == state::data) {
      found.data = input.substr(found.consumed, static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size())));
      found.consumed += found.data.size();
      left_ -= found.data.size();
      if (left_ == 0)
        state_ = state::data_cr;
      return found;
    }
    state_ = after(static_cast<unsigned char>(input[found.consumed++]));
  }
  return found;
}

chunked_decoder::state chunked_decoder::after(unsigned char c) noexcept {
  switch (state_) {
  case state::size:
    return after_size(c);
  case state::extension:
    return after_extra(c, state::extension, state::size_lf);
  case state::size_lf:
    digits_ = 0;
    return c != '\n' ? state::malformed : left_ == 0 ? state::trailer_begin : state::data;
  case state::data_cr:
    return c == '\r' ? state::data_lf : state::malformed;
  case state::data_lf:
    return c == '\n' ? state::size : state::malformed;
  case state::trailer_begin:
    if (c == '\r')
      return state::end_lf;
    return c == ' ' || c == '\t' ? state::malformed : after_extra(c, state::trailer, state::trailer_lf);
  case state::trailer:
    return after_extra(c, state::trailer, state::trailer_lf);
  case state::trailer_lf:
    return c == '\n' ? state::trailer_begin : state::malformed;
  case state::end_lf:
    return c == '\n' ? state::done : state::malformed;
  case state::data:
  case state::done:
  case state::malformed:
    break;
  }
  return state::malformed;
}

chunked_decoder::state chunked_decoder::after_size(unsigned char c) noexcept {
  if (const int digit = hex_value(c); digit >= 0) {
    if (++digits_ > max_size_digits)
      return state::malformed;
    left_ = left_ << 4 | static_cast<std::uint64_t>(digit);
    return state::size;
  }
  if (digits_ == 0)
    return state::malformed;
  return c == '\r' ? state::size_lf : c == ';' ? state::extension : state::malformed;
}

chunked_decoder::state chunked_decoder::after_extra(unsigned char c, state more, state end) noexcept {
  if (c == '\r')
    return end;
  if ((c < 0x20 && c != '\t') || c == 0x7f || ++extra_ > max_extra_bytes)
    return state::malformed;
  return more;
}

} // namespace troupe::http
