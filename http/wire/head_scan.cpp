#include "http/wire/head_scan.hpp"

#include "http/wire/settings.hpp"

namespace troupe::http {
namespace {

bool forbidden(unsigned char c) {
  return (c < 0x20 && c != '\t') || c == 0x7f;
}

} // namespace

head_scan::verdict head_scan::feed(std::string_view received) noexcept {
  while (seen_ < received.size()) {
    if (seen_ == max_head_bytes)
      return verdict::too_large;
    const auto c = static_cast<unsigned char>(received[seen_++]);
    if (after_cr_) {
      if (c != '\n' || (line_length_ == 0 && first_line_))
        return verdict::malformed;
      if (line_length_ == 0)
        return verdict::complete;
      after_cr_ = false;
      first_line_ = false;
      line_length_ = 0;
    } else if (c == '\r') {
      after_cr_ = true;
    } else if (forbidden(c) || (line_length_ == 0 && (c == ' ' || c == '\t'))) {
      return verdict::malformed;
    } else {
      ++line_length_;
    }
  }
  return verdict::incomplete;
}

} // namespace troupe::http
