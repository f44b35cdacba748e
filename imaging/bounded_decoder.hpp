/// \file
/// Decoding that ends some time.
#pragma once

#include "imaging/frame_decoder.hpp"

#include <chrono>

namespace troupe::imaging {

/// Decodes the frames of one request as long as they take no more than a time in all.
class bounded_decoder final : public frame_decoder {
public:
  /// `with` must outlive it. The time begins now.
  bounded_decoder(frame_decoder& with, std::chrono::milliseconds in_all)
    : with_(&with),
      end_(std::chrono::steady_clock::now() + in_all) {}

  /// Errors: also `timeout` when the time is over.
  result<decoded_frame> decode(const encoded_frame& frame) override;

private:
  frame_decoder* with_;
  std::chrono::steady_clock::time_point end_;
};

} // namespace troupe::imaging
