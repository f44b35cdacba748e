/// \file
/// Decoder processes that are kept and lent: a codec that crashes, hangs or eats memory ends one of them, not the
/// server.
#pragma once

#include "imaging/decoder_process.hpp"
#include "imaging/frame_decoder.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

namespace troupe::imaging {

/// One process a thread that decodes at the same time; started when needed. Any thread.
class decoder_pool final : public frame_decoder {
public:
  /// `program` is run with `decoder_argument`. `patience` is for one frame. At most `kept` processes wait for work.
  decoder_pool(std::filesystem::path program, std::chrono::milliseconds patience, std::size_t kept);
  ~decoder_pool() override;

  /// Blocks until the frame is decoded.
  result<decoded_frame> decode(const encoded_frame& frame) override;

private:
  std::unique_ptr<decoder_process> borrow();
  void give_back(std::unique_ptr<decoder_process> process);

  const std::filesystem::path program_;
  const std::chrono::milliseconds patience_;
  const std::size_t kept_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<decoder_process>> idle_;
};

} // namespace troupe::imaging
