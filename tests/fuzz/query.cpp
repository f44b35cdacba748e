#include "http/find_request.hpp"

#include <cstdint>
#include <string_view>

/// The body of a search, from the JSON to the patterns, which are then tried.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto names = troupe::item_names::of_metadata("{}");
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto asked = troupe::http::read_find_request(input, false, names);
  if (!asked)
    return 0;
  for (const auto& each : asked->what.constraints)
    for (const std::string_view value : {"", "Smith^J", "20200101", "CT\\MR"})
      each.pattern.matches(value);
  return 0;
}
