#include "dicom/inflate.hpp"

#include <algorithm>
#include <limits>
#include <zlib.h>

namespace troupe::dicom {
namespace {

/// A zlib stream that ends with its scope.
class inflater {
public:
  inflater() {
    if (inflateInit2(&stream_, -MAX_WBITS) != Z_OK)
      throw failure{error{error_code::not_enough_memory, "zlib"}};
  }

  ~inflater() { inflateEnd(&stream_); }

  inflater(const inflater&) = delete;
  inflater& operator=(const inflater&) = delete;

  z_stream& stream() noexcept { return stream_; }

private:
  z_stream stream_{};
};

constexpr std::size_t chunk = 256 * 1024;

} // namespace

result<std::vector<std::byte>> inflate_bounded(std::span<const std::byte> deflated, std::size_t most) {
  inflater zlib;
  z_stream& stream = zlib.stream();
  std::vector<std::byte> out;
  std::size_t consumed = 0;
  std::size_t produced = 0;
  for (;;) {
    if (stream.avail_in == 0) {
      const auto piece = deflated.subspan(consumed, std::min<std::size_t>(deflated.size() - consumed, 1U << 30));
      // zlib does not write to its input.
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(piece.data()));
      stream.avail_in = static_cast<uInt>(piece.size());
      consumed += piece.size();
    }
    out.resize(produced + chunk);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + produced);
    stream.avail_out = static_cast<uInt>(chunk);
    const int status = inflate(&stream, Z_NO_FLUSH);
    produced += chunk - stream.avail_out;
    if (produced > most)
      return error{error_code::bad_file_format, "the deflated data set inflates to more than is accepted"};
    if (status == Z_STREAM_END)
      break;
    const bool starved = stream.avail_in == 0 && consumed == deflated.size() && stream.avail_out != 0;
    if (status != Z_OK || starved)
      return error{error_code::bad_file_format, starved || status == Z_BUF_ERROR ? "the deflated data set is truncated"
                                                                                 : "the deflated data set is damaged"};
  }
  out.resize(produced);
  return out;
}

} // namespace troupe::dicom
