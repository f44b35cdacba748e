#include "dicom/gunzip.hpp"
#include "dicom/inflate.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  constexpr std::uint64_t most = 4 << 20;
  std::uint64_t unpacked = 0;
  (void)troupe::dicom::gunzip(bytes, {.file_bytes = most},
                              [&](std::span<const std::byte> piece) { unpacked += piece.size(); });
  if (unpacked > most)
    std::abort();
  (void)troupe::dicom::inflate_bounded(bytes, most);
  return 0;
}
