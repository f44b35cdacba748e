/// \file
/// A decoder process as its server sees it.
#pragma once

#include "imaging/frame_decoder.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <sys/types.h>

namespace troupe::imaging {

/// Started by `start`, killed by the destructor.
class decoder_process {
public:
  /// Runs `program` with `decoder_argument`, a connection as its only descriptor but for /dev/null, and nothing of the
  /// environment but where libraries are. Throws `failure`.
  static std::unique_ptr<decoder_process> start(const std::filesystem::path& program);

  decoder_process(const decoder_process&) = delete;
  decoder_process& operator=(const decoder_process&) = delete;
  ~decoder_process();

  /// False once it has ended.
  bool alive() const noexcept;

  enum class outcome : std::uint8_t { decoded, refused, broken };

  /// Lets it decode a frame within that time. After `broken` (it ended, is silent or talks nonsense) it is of no use.
  outcome decode(const encoded_frame& frame, std::chrono::milliseconds patience, decoded_frame& into);

private:
  decoder_process(pid_t pid, int connection) noexcept : pid_(pid), connection_(connection) {}

  pid_t pid_;
  int connection_;
};

} // namespace troupe::imaging
