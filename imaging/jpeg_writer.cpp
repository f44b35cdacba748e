#include <troupe/error.hpp>

#include "imaging/writers.hpp"

#include <memory>
#include <turbojpeg.h>

namespace troupe::imaging {
namespace {

struct closer {
  void operator()(void* handle) const noexcept { tjDestroy(handle); }
};

struct releaser {
  void operator()(unsigned char* bytes) const noexcept { tjFree(bytes); }
};

constexpr std::uint32_t length_max = 65500; // of libjpeg

} // namespace

std::string jpeg(const picture& of, int quality) {
  if (of.width > length_max || of.height > length_max)
    throw failure{error{error_code::parameter_out_of_range, "JPEG images have at most 65500 rows and columns"}};
  const std::unique_ptr<void, closer> handle(tjInitCompress());
  const auto& samples = std::get<std::vector<std::uint8_t>>(of.samples);
  unsigned char* made = nullptr;
  unsigned long size = 0;
  const bool gray = of.channels == 1;
  const bool done = handle
                    && tjCompress2(handle.get(), samples.data(), static_cast<int>(of.width), 0,
                                   static_cast<int>(of.height), gray ? TJPF_GRAY : TJPF_RGB, &made, &size,
                                   gray ? TJSAMP_GRAY : TJSAMP_420, quality, TJFLAG_ACCURATEDCT)
                         == 0;
  const std::unique_ptr<unsigned char, releaser> owner(made);
  if (!done)
    throw failure{error{error_code::internal_error, "libjpeg cannot write the image"}};
  return {reinterpret_cast<const char*>(made), size};
}

} // namespace troupe::imaging
