// The renderer: any file is described, its frames are found, decoded by our own code, rendered and written.
#include "imaging/arrays.hpp"
#include "imaging/decode.hpp"
#include "imaging/frame_data.hpp"
#include "imaging/render.hpp"
#include "imaging/resize.hpp"
#include "imaging/writers.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

using namespace troupe;
using namespace troupe::imaging;

namespace {

/// Pictures beyond this make a fuzzer slow and nothing else.
constexpr std::uint64_t samples_max = 1U << 16U;

/// Codecs run elsewhere: here they give samples of the right number.
class gray_decoder final : public frame_decoder {
public:
  result<decoded_frame> decode(const encoded_frame& frame) override {
    return decoded_frame{
      std::vector<std::byte>(static_cast<std::size_t>(frame.layout.decoded_bytes()), std::byte{0x55}),
      frame.bytes.size() % 2 != 0, false};
  }
};

void render(const stored_image& image, const picture& plain) {
  auto shown = windowed(plain, image.slope, image.intercept, image.voi.value_or(default_window(image.layout)));
  invert(shown);
  const auto small = resized(shown, fitted({shown.width, shown.height}, {16, 16}), true);
  static_cast<void>(png(small));
  static_cast<void>(jpeg(stretched(plain), 50));
  static_cast<void>(matlab(plain));
  npy_writer array(true, image.frames);
  static_cast<void>(array.add(plain, image.slope, image.intercept, true));
  if (const auto clip = clipped(plain, sample_range::int16))
    static_cast<void>(portable_map(*clip));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto image = read_image(std::as_bytes(std::span(data, size)));
  if (!image)
    return 0;
  gray_decoder decoder;
  for (const std::uint64_t frame : {std::uint64_t{0}, std::uint64_t{image->frames} - 1, std::uint64_t{image->frames}}) {
    if (auto found = find_frame(*image, frame); found && image->file.encoding.big_endian && !image->encapsulated)
      turn_to_little_endian(*image, *found);
    if (image->layout.sample_count() > samples_max)
      continue;
    if (const auto plain = decode(*image, frame, decoder))
      render(*image, *plain);
  }
  return 0;
}
