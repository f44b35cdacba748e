#include "dicom/attribute_model.hpp"

#include "dicom/charset.hpp"
#include "dicom/default_encoding.hpp"
#include "dicom/part10_file.hpp"
#include "dicom/tag_text.hpp"
#include "dicom/value_bytes.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <openssl/evp.h>
#include <utility>
#include <vector>

namespace troupe::dicom {
namespace {

constexpr dicom_tag specific_character_set = 0x00080005;
constexpr dicom_tag pixel_data = 0x7fe00010;
constexpr std::size_t written_max = std::size_t{256} * 1024 * 1024;

std::string_view without_blanks(std::string_view text) {
  while (text.ends_with(' '))
    text.remove_suffix(1);
  return text;
}

std::string_view without_blanks_around(std::string_view text) {
  text = without_blanks(text);
  while (text.starts_with(' '))
    text.remove_prefix(1);
  return text;
}

/// A text without values, in which a backslash is a character.
bool is_one_value(vr type) {
  return type == vr::st || type == vr::lt || type == vr::ut || type == vr::ur;
}

bool is_number_text(vr type) {
  return type == vr::ds || type == vr::is;
}

template <class Number>
void append_decimal(std::string& out, Number number) {
  std::array<char, 40> buffer;
  const auto [end, code] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  out.assign(buffer.data(), end);
}

/// Reads one file for a sink.
class attribute_reader {
public:
  attribute_reader(std::string_view root, attribute_sink& into) : root_(root), into_(into) {
    levels_.push_back({.sets = charset_of("")});
  }

  void take(const dicom_element& element);

private:
  /// A data set that is being read, and the sequence in it.
  struct level {
    charset sets;
    dicom_tag sequence = 0;
    std::size_t items = 0;
  };

  void take_element(const dicom_element& element);
  void give_values(const dicom_element& element);
  void give_texts(const dicom_element& element);
  void give_number_text(std::size_t number, std::string_view text);
  void give_bytes(const dicom_element& element);
  void give_tags(const dicom_element& element);
  template <class Number>
  void give_numbers(const dicom_element& element);
  std::string place_of(dicom_tag tag) const;

  std::string_view root_;
  attribute_sink& into_;
  std::vector<level> levels_;
};

void attribute_reader::take(const dicom_element& element) {
  switch (element.what) {
  case event::element:
    return take_element(element);
  case event::sequence_begin:
    levels_.back().sequence = element.tag;
    levels_.back().items = 0;
    return into_.begin(element);
  case event::item_begin: {
    into_.begin_item(++levels_.back().items);
    const charset sets = levels_.back().sets;
    levels_.push_back({.sets = sets});
    return;
  }
  case event::item_end:
    levels_.pop_back();
    return into_.end_item();
  case event::sequence_end:
    return into_.end();
  case event::fragments_begin:
  case event::fragment:
  case event::fragments_end:
    return;
  }
}

void attribute_reader::take_element(const dicom_element& element) {
  if ((element.tag & 0xffff) == 0) // a length, which means nothing outside of the file
    return;
  if (element.tag == specific_character_set)
    levels_.back().sets = charset_of(trimmed(element.value));
  into_.begin(element);
  if (!element.value.empty())
    give_values(element);
  into_.end();
}

void attribute_reader::give_values(const dicom_element& element) {
  if (traits(element.type).text)
    return give_texts(element);
  switch (element.type) {
  case vr::us:
  case vr::xs:
    return give_numbers<std::uint16_t>(element);
  case vr::ss:
    return give_numbers<std::int16_t>(element);
  case vr::ul:
    return give_numbers<std::uint32_t>(element);
  case vr::sl:
    return give_numbers<std::int32_t>(element);
  case vr::uv:
    return give_numbers<std::uint64_t>(element);
  case vr::sv:
    return give_numbers<std::int64_t>(element);
  case vr::fl:
    return give_numbers<float>(element);
  case vr::fd:
    return give_numbers<double>(element);
  case vr::at:
    return give_tags(element);
  default:
    return give_bytes(element);
  }
}

void attribute_reader::give_texts(const dicom_element& element) {
  const auto kind = text_kind_of(element.type).value_or(text_kind::values);
  const std::string text = levels_.back().sets.to_utf8(trimmed(element.value), kind);
  if (text.empty())
    return;
  if (is_one_value(element.type))
    return into_.text(1, text);
  std::string_view rest = text;
  for (std::size_t number = 1, end = 0; end != rest.npos; ++number) {
    end = rest.find('\\');
    const auto value = without_blanks(rest.substr(0, end));
    if (element.type == vr::pn)
      into_.name(number, value);
    else if (is_number_text(element.type))
      give_number_text(number, without_blanks_around(value));
    else
      into_.text(number, value);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    if (into_.size() > written_max)
      return;
  }
}

/// What is no number stays a text.
void attribute_reader::give_number_text(std::size_t number, std::string_view text) {
  const auto digits = text.starts_with('+') ? text.substr(1) : text;
  double value = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (code != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(value))
    return into_.text(number, text);
  std::string decimal;
  append_decimal(decimal, value);
  into_.decimal(number, decimal);
}

template <class Number>
void attribute_reader::give_numbers(const dicom_element& element) {
  const std::string bytes = little_endian_bytes(element);
  std::string decimal;
  for (std::size_t i = 0; i < bytes.size() / sizeof(Number) && into_.size() <= written_max; ++i) {
    Number value;
    static_assert(std::endian::native == std::endian::little);
    std::memcpy(&value, bytes.data() + i * sizeof(Number), sizeof(Number));
    append_decimal(decimal, value);
    if (std::isfinite(static_cast<double>(value)))
      into_.decimal(i + 1, decimal);
    else
      into_.text(i + 1, decimal);
  }
}

void attribute_reader::give_tags(const dicom_element& element) {
  const std::string bytes = little_endian_bytes(element);
  const auto half = [&](std::size_t at) {
    return static_cast<unsigned>(static_cast<unsigned char>(bytes[at])
                                 | static_cast<unsigned char>(bytes[at + 1]) << 8);
  };
  for (std::size_t i = 0; i + 4 <= bytes.size() && into_.size() <= written_max; i += 4) {
    std::string digits;
    append_upper_tag(digits, half(i) << 16 | half(i + 2));
    into_.text(i / 4 + 1, digits);
  }
}

void attribute_reader::give_bytes(const dicom_element& element) {
  if (element.value.size() > inline_binary_max)
    into_.reference(place_of(element.tag));
  else
    into_.binary(little_endian_bytes(element));
}

std::string attribute_reader::place_of(dicom_tag tag) const {
  std::string place(root_);
  for (std::size_t i = 0; i + 1 < levels_.size(); ++i) {
    append_tag(place += '/', levels_[i].sequence, '-');
    place.append("/").append(std::to_string(levels_[i].items - 1));
  }
  append_tag(place += '/', tag, '-');
  return levels_.size() == 1 && tag == pixel_data ? place + "/0" : place;
}

} // namespace

result<void> read_attributes(std::span<const std::byte> file, std::string_view root, attribute_sink& into) {
  const scan_limits limits;
  const auto opened = open_part10(file, limits);
  if (!opened)
    return opened.error();
  attribute_reader attributes(root, into);
  element_reader reader(opened->bytes, opened->start, opened->encoding, limits);
  while (reader.next()) {
    attributes.take(reader.current());
    if (into.size() > written_max)
      return error{error_code::not_enough_memory, "the file has more to show than fits into a reply"};
  }
  if (reader.problem())
    return *reader.problem();
  return {};
}

void append_base_64(std::string& out, std::string_view bytes) {
  constexpr std::size_t at_once = 3 * 1024;
  std::array<unsigned char, at_once / 3 * 4 + 1> buffer;
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, at_once);
    const int length = EVP_EncodeBlock(buffer.data(), reinterpret_cast<const unsigned char*>(piece.data()),
                                       static_cast<int>(piece.size()));
    out.append(reinterpret_cast<const char*>(buffer.data()), static_cast<std::size_t>(length));
    bytes.remove_prefix(piece.size());
  }
}

} // namespace troupe::dicom
