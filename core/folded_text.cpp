#include "core/folded_text.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utf8proc.h>

namespace troupe {
namespace {

constexpr std::string_view padding{" \0", 2};

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::string folded_bytes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text)
    if (c != '\0')
      out.push_back(lower(c));
  return out;
}

struct freed {
  void operator()(utf8proc_uint8_t* bytes) const noexcept { std::free(bytes); }
};

} // namespace

std::string_view without_padding(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(padding);
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(padding) - first + 1);
}

std::string folded(std::string_view utf8) {
  const std::string_view text = without_padding(utf8);
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
    return folded_bytes(text);
  utf8proc_uint8_t* mapped = nullptr;
  const auto size =
    utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                 &mapped, static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD));
  const std::unique_ptr<utf8proc_uint8_t, freed> owner(mapped);
  if (size < 0)
    return folded_bytes(text);
  // Marks may have stood on blanks.
  return folded_bytes(without_padding({reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)}));
}

} // namespace troupe
