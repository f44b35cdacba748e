#include "core/gzip.hpp"

#include <troupe/error.hpp>

#include <algorithm>
#include <memory>
#include <zlib.h>

namespace troupe {
namespace {

constexpr int fast = 1;
constexpr int gzip_format = 16 + MAX_WBITS;
constexpr int memory_level = 8; ///< zlib's default
constexpr std::size_t piece_bytes = 1U << 30;

std::string deflated(std::string_view text, int format) {
  z_stream stream{};
  if (deflateInit2(&stream, fast, Z_DEFLATED, format, memory_level, Z_DEFAULT_STRATEGY) != Z_OK)
    throw failure{error{error_code::not_enough_memory, "zlib"}};
  const std::unique_ptr<z_stream, int (*)(z_stream*)> ends(&stream, deflateEnd);
  std::string made(deflateBound(&stream, text.size()), '\0');
  std::size_t size = 0;
  for (int status = Z_OK; status != Z_STREAM_END;) {
    if (stream.avail_in == 0) {
      const auto piece = text.substr(0, piece_bytes);
      // zlib does not write to its input.
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
      stream.avail_in = static_cast<uInt>(piece.size());
      text.remove_prefix(piece.size());
    }
    stream.next_out = reinterpret_cast<Bytef*>(made.data() + size);
    const auto room = static_cast<uInt>(std::min(piece_bytes, made.size() - size));
    stream.avail_out = room;
    status = deflate(&stream, text.empty() ? Z_FINISH : Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END)
      throw failure{error{error_code::internal_error, "zlib cannot compress"}};
    size += room - stream.avail_out;
  }
  made.resize(size);
  return made;
}

} // namespace

std::string gzip_text(std::string_view text) {
  return deflated(text, gzip_format);
}

std::string zlib_text(std::string_view text) {
  return deflated(text, MAX_WBITS);
}

} // namespace troupe
