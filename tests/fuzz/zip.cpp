#include "dicom/zip_reader.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  constexpr std::uint64_t most = 4 << 20;
  troupe::dicom::zip_reader reader(bytes, {.file_bytes = most, .members = 100, .beyond_bytes = most});
  troupe::dicom::looks_like_zip(bytes);
  std::uint64_t members = 0;
  for (;;) {
    const auto more = reader.next();
    if (!more || !*more)
      break;
    std::uint64_t unpacked = 0;
    const auto read = reader.read([&](std::span<const std::byte> piece) { unpacked += piece.size(); });
    if (unpacked > most || ++members > 100)
      std::abort();
    if (!read)
      break;
  }
  return 0;
}
