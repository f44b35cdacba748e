#include "dicom/inflate.hpp"

#include "dicom/zlib_stream.hpp"

namespace troupe::dicom {
namespace {

constexpr std::size_t chunk = 256 * 1024;

} // namespace

result<std::vector<std::byte>> inflate_bounded(std::span<const std::byte> deflated, std::size_t most) {
  inflater zlib(-MAX_WBITS);
  z_stream& stream = zlib.stream();
  std::vector<std::byte> out;
  std::size_t consumed = 0;
  std::size_t produced = 0;
  for (;;) {
    if (stream.avail_in == 0)
      consumed += zlib.feed(deflated.subspan(consumed));
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
