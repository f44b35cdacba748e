/// \file
/// A zlib stream for inflating that ends with its scope.
#pragma once

#include <troupe/error.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <zlib.h>

namespace troupe::dicom {

class inflater {
public:
  /// `window_bits` as of zlib: negative for a raw stream, plus 16 for gzip. Throws `failure` (`not_enough_memory`).
  explicit inflater(int window_bits) {
    if (inflateInit2(&stream_, window_bits) != Z_OK)
      throw failure{error{error_code::not_enough_memory, "zlib"}};
  }

  ~inflater() { inflateEnd(&stream_); }

  inflater(const inflater&) = delete;
  inflater& operator=(const inflater&) = delete;

  z_stream& stream() noexcept { return stream_; }

  /// Gives the stream the beginning of these bytes as its next input; how many that are.
  std::size_t feed(std::span<const std::byte> bytes) noexcept {
    const auto size = std::min<std::size_t>(bytes.size(), 1U << 30);
    // zlib does not write to its input.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(size);
    return size;
  }

private:
  z_stream stream_{};
};

} // namespace troupe::dicom
