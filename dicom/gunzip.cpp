#include "dicom/gunzip.hpp"

#include "dicom/zlib_stream.hpp"

#include <algorithm>
#include <vector>

namespace troupe::dicom {
namespace {

constexpr int gzip_format = 16 + MAX_WBITS;
constexpr std::size_t input_piece = 1 << 20;
constexpr std::size_t output_piece = 256 << 10;

error damaged() {
  return {error_code::bad_file_format, "The gzip content is damaged or truncated"};
}

} // namespace

result<void> gunzip(std::span<const std::byte> packed, const unpacking_limits& limits, const byte_sink& into,
                    const spent_bytes& spent) {
  inflater zlib(gzip_format);
  z_stream& stream = zlib.stream();
  unpacking_count count(limits, packed.size());
  std::vector<std::byte> out(output_piece);
  std::span<const std::byte> piece;
  std::size_t read = 0;
  for (int status = Z_OK; status != Z_STREAM_END || stream.avail_in != 0 || read != packed.size();) {
    if (stream.avail_in == 0) {
      if (spent && !piece.empty())
        spent(piece);
      piece = packed.subspan(read, std::min(input_piece, packed.size() - read));
      read += zlib.feed(piece);
    }
    if (status == Z_STREAM_END && inflateReset(&stream) != Z_OK)
      return damaged();
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    status = inflate(&stream, Z_NO_FLUSH);
    const auto made = std::span<const std::byte>(out).first(out.size() - stream.avail_out);
    const bool starved = made.empty() && stream.avail_in == 0 && read == packed.size();
    if ((status != Z_OK && status != Z_STREAM_END) || (status == Z_OK && starved))
      return damaged();
    if (auto counted = count.add(made.size()); !counted)
      return counted;
    if (!made.empty())
      into(made);
  }
  return {};
}

} // namespace troupe::dicom
