#include "dicom/value_text.hpp"

#include "dicom/dictionary.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <concepts>
#include <cstdio>
#include <cstring>

namespace troupe::dicom {
namespace {

template <class Number>
Number read_number(const std::byte* from, bool big_endian) {
  std::array<std::byte, sizeof(Number)> bytes;
  std::memcpy(bytes.data(), from, bytes.size());
  if (big_endian != (std::endian::native == std::endian::big))
    std::reverse(bytes.begin(), bytes.end());
  return std::bit_cast<Number>(bytes);
}

void append_number(std::string& out, double number) {
  std::array<char, 32> buffer;
  const auto [end, code] = std::to_chars(buffer.begin(), buffer.end(), number, std::chars_format::general, 17);
  out.append(buffer.data(), end);
}

template <std::integral Number>
void append_number(std::string& out, Number number) {
  std::array<char, 24> buffer;
  const auto [end, code] = std::to_chars(buffer.begin(), buffer.end(), number);
  out.append(buffer.data(), end);
}

shown_value too_long() {
  return {.what = shown_value::kind::too_long, .text = {}};
}

shown_value bounded(std::string text, std::size_t longest) {
  if (text.size() > longest)
    return too_long();
  return {.what = shown_value::kind::text, .text = std::move(text)};
}

/// Whole numbers only: bytes that are left over are ignored.
template <class Number>
shown_value numbers(const dicom_element& element, std::size_t longest) {
  using printed = std::conditional_t<std::is_floating_point_v<Number>, double, Number>;
  const std::size_t count = element.value.size() / sizeof(Number);
  if (count == 0)
    return {};
  if (count * 2 - 1 > longest) // one digit and a backslash each, at least
    return too_long();
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    if (i != 0)
      out.push_back('\\');
    const std::byte* from = element.value.data() + i * sizeof(Number);
    append_number(out, static_cast<printed>(read_number<Number>(from, element.big_endian)));
  }
  return bounded(std::move(out), longest);
}

shown_value first_tag(const dicom_element& element) {
  if (element.value.size() < 4)
    return {};
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04x,%04x",
                read_number<std::uint16_t>(element.value.data(), element.big_endian),
                read_number<std::uint16_t>(element.value.data() + 2, element.big_endian));
  return {.what = shown_value::kind::text, .text = text.data()};
}

text_kind kind_of(vr type) {
  return text_kind_of(type).value_or(text_kind::values);
}

/// Text of type UN: of tags of the standard all of it, of private ones only what is surely text.
shown_value unknown_text(const dicom_element& element, const charset& sets, std::size_t longest) {
  const tag_info* known = find_tag(element.tag, element.private_creator);
  if (known == nullptr || !traits(known->type).text)
    return {};
  std::string_view text{reinterpret_cast<const char*>(element.value.data()), element.value.size()};
  if (is_private(element.tag)) {
    if (text.ends_with('\0')) // padding
      text.remove_suffix(1);
    const bool printable = std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
    return printable ? bounded(std::string{text}, longest) : shown_value{};
  }
  while (text.ends_with('\0'))
    text.remove_suffix(1);
  return bounded(sets.to_utf8(text, kind_of(known->type)), longest);
}

} // namespace

shown_value value_text(const dicom_element& element, const charset& sets, std::size_t longest) {
  if (traits(element.type).text)
    return bounded(sets.to_utf8(trimmed(element.value), kind_of(element.type)), longest);
  switch (element.type) {
  case vr::us:
    return numbers<std::uint16_t>(element, longest);
  case vr::ss:
    return numbers<std::int16_t>(element, longest);
  case vr::ul:
    return numbers<std::uint32_t>(element, longest);
  case vr::sl:
    return numbers<std::int32_t>(element, longest);
  case vr::uv:
    return numbers<std::uint64_t>(element, longest);
  case vr::sv:
    return numbers<std::int64_t>(element, longest);
  case vr::fl:
    return numbers<float>(element, longest);
  case vr::fd:
    return numbers<double>(element, longest);
  case vr::at:
    return first_tag(element);
  case vr::un:
    return unknown_text(element, sets, longest);
  default:
    return {};
  }
}

} // namespace troupe::dicom
