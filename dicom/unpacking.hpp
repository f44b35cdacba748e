/// \file
/// What unpacking may cost, whatever the archive says about itself.
#pragma once

#include <troupe/error.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace troupe::dicom {

struct unpacking_limits {
  std::uint64_t file_bytes = ~std::uint64_t{0};      ///< of one unpacked file
  std::uint64_t members = 100'000;                   ///< of an archive
  std::uint32_t ratio = 200;                         ///< unpacked bytes in all for each packed one,
  std::uint64_t beyond_bytes = 256ULL * 1024 * 1024; ///< past the first so many
};

/// Takes unpacked bytes. What it throws ends the unpacking.
using byte_sink = std::function<void(std::span<const std::byte>)>;

/// Is told of packed bytes that will not be read again soon.
using spent_bytes = std::function<void(std::span<const std::byte>)>;

/// Counts what comes out of `packed` bytes. Errors: `bad_file_format` with status 413.
class unpacking_count {
public:
  unpacking_count(const unpacking_limits& limits, std::uint64_t packed) noexcept
    : limits_(limits),
      total_max_(limits.beyond_bytes + packed * limits.ratio) {}

  void begin_file() noexcept { file_ = 0; }

  result<void> add(std::uint64_t bytes) {
    file_ += bytes;
    total_ += bytes;
    if (file_ > limits_.file_bytes)
      return error{error_code::bad_file_format,
                   "A compressed file has more than the " + std::to_string(limits_.file_bytes) + " bytes it may have"}
        .with_status(413);
    if (total_ > total_max_)
      return error{error_code::bad_file_format, "The compressed content unpacks to more than is accepted"}.with_status(
        413);
    return {};
  }

private:
  const unpacking_limits limits_;
  const std::uint64_t total_max_;
  std::uint64_t file_ = 0;
  std::uint64_t total_ = 0;
};

} // namespace troupe::dicom
