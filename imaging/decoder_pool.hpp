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
#include <semaphore>
#include <vector>

namespace troupe::imaging {

/// Processes are started when they are needed. Any thread that may wait.
class decoder_pool final : public frame_decoder {
public:
  /// `program` is run with `decoder_argument`. `patience` is for one frame, and for the wait until one of at most
  /// `most` processes is free.
  decoder_pool(std::filesystem::path program, std::chrono::milliseconds patience, std::size_t most);
  ~decoder_pool() override;

  /// Blocks until the frame is decoded. Errors: also `database_unavailable` (503) if no process was free in time.
  result<decoded_frame> decode(const encoded_frame& frame) override;

private:
  result<decoded_frame> decode_in_turn(const encoded_frame& frame);
  std::unique_ptr<decoder_process> borrow();
  void give_back(std::unique_ptr<decoder_process> process);

  const std::filesystem::path program_;
  const std::chrono::milliseconds patience_;
  std::counting_semaphore<> free_; ///< processes that may still be lent
  std::mutex mutex_;
  std::vector<std::unique_ptr<decoder_process>> idle_;
};

} // namespace troupe::imaging
