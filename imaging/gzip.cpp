#include "imaging/gzip.hpp"

#include <troupe/error.hpp>

#include <libdeflate.h>
#include <memory>

namespace troupe::imaging {

std::string gzip(std::span<const std::byte> bytes) {
  constexpr int usual = 6;
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> with(
    libdeflate_alloc_compressor(usual), libdeflate_free_compressor);
  if (!with)
    throw failure{error{error_code::not_enough_memory, "libdeflate"}};
  std::string out(libdeflate_gzip_compress_bound(with.get(), bytes.size()), '\0');
  out.resize(libdeflate_gzip_compress(with.get(), bytes.data(), bytes.size(), out.data(), out.size()));
  return out;
}

} // namespace troupe::imaging
