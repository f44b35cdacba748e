#include "imaging/bounded_decoder.hpp"

namespace troupe::imaging {

result<decoded_frame> bounded_decoder::decode(const encoded_frame& frame) {
  if (std::chrono::steady_clock::now() >= end_)
    return error{error_code::timeout, "The frames take too long to decode: ask for fewer of them"};
  return with_->decode(frame);
}

} // namespace troupe::imaging
