#include "http/byte_range.hpp"
#include "http/representation.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

/// Headers by which a client says what it wants.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  troupe::http::prefers_xml(input);
  troupe::http::preferred_coding(input);
  troupe::http::matches_etag(input, "1-abc");
  if (const auto range = troupe::http::parse_range(input, 1000); range && *range)
    if ((*range)->length == 0 || (*range)->first + (*range)->length > 1000)
      std::abort();
  for (const char c : troupe::http::disposition(input))
    if (static_cast<unsigned char>(c) < 0x20)
      std::abort();
  return 0;
}
