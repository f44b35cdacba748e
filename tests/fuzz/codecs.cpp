// The codecs of others behind our checks, in this process. The first byte chooses; what they leak or trip over is kept
// from the server by the processes that they run in.
#include "imaging/codecs.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

using namespace troupe::imaging;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2)
    return 0;
  const unsigned choice = data[0];
  const unsigned bits = (choice & 4U) != 0 ? 16 : 8;
  const bool colors = (choice & 8U) != 0;
  const pixel_layout layout{.rows = 16,
                            .columns = 16,
                            .samples = colors ? 3U : 1U,
                            .bits_allocated = bits,
                            .bits_stored = bits,
                            .high_bit = bits - 1,
                            .color = colors ? color_space::ybr_full : color_space::monochrome_2};
  constexpr codec codecs[] = {codec::jpeg, codec::jpeg_ls, codec::jpeg_2000, codec::run_length};
  direct_decoder decoder;
  static_cast<void>(decoder.decode({codecs[choice & 3U], layout, std::as_bytes(std::span(data + 1, size - 1))}));
  return 0;
}
