#include "http/multipart.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

/// The first line is the media type, the rest the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto line = input.substr(0, input.find('\n'));
  const auto body = input.substr(std::min(line.size() + 1, input.size()));
  const auto type = troupe::http::parse_media_type(line);
  troupe::http::multipart_reader reader(body, type.parameter("boundary").value_or("b"));
  std::size_t bytes = 0;
  for (;;) {
    const auto part = reader.next();
    if (!part || !*part)
      break;
    bytes += (*part)->content.size();
    if (const auto disposition = (*part)->header("content-disposition"))
      troupe::http::parse_media_type(*disposition);
  }
  if (bytes > body.size())
    std::abort(); // parts must not overlap
  return 0;
}
