#include "dicom/element_reader.hpp"

#include "dicom/dictionary.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

namespace troupe::dicom {
namespace {

constexpr dicom_tag item_tag = 0xfffee000;
constexpr dicom_tag item_delimitation = 0xfffee00d;
constexpr dicom_tag sequence_delimitation = 0xfffee0dd;
constexpr dicom_tag pixel_representation = 0x00280103;
constexpr dicom_tag pixel_data = 0x7fe00010;
} // namespace

std::string_view trimmed(std::span<const std::byte> value) noexcept {
  std::string_view text{reinterpret_cast<const char*>(value.data()), value.size()};
  text = text.substr(0, text.find('\0'));
  while (text.ends_with(' '))
    text.remove_suffix(1);
  return text;
}

element_reader::element_reader(std::span<const std::byte> bytes, std::size_t start, data_encoding encoding,
                               const scan_limits& limits)
  : bytes_(bytes),
    limits_(limits),
    position_(std::min(start, bytes.size())) {
  open_.reserve(8);
  open_.push_back({.what = kind::data_set,
                   .delimited = false,
                   .pixel_type = vr::xs,
                   .encoding = encoding,
                   .tag = 0,
                   .end = bytes.size(),
                   .creators = 0});
}

bool element_reader::next() {
  if (problem_)
    return false;
  const container& inner = open_.back();
  if (position_ == inner.end) {
    if (inner.delimited)
      return fail(position_, inner.tag, "the delimiter at the end is missing: truncated");
    return inner.what != kind::data_set && leave();
  }
  if (inner.end - position_ < 8)
    return fail(position_, inner.tag, "no room for an element: truncated");
  switch (inner.what) {
  case kind::sequence:
    return next_of_sequence();
  case kind::fragments:
    return next_of_fragments();
  case kind::data_set:
  case kind::item:
    break;
  }
  return next_element();
}

bool element_reader::fail(std::uint64_t offset, dicom_tag tag, std::string_view what) {
  std::array<char, 64> place{};
  std::snprintf(place.data(), place.size(), "at byte %llu, tag (%04x,%04x): ", static_cast<unsigned long long>(offset),
                static_cast<unsigned>(tag >> 16), static_cast<unsigned>(tag & 0xffff));
  problem_.emplace(error_code::bad_file_format, std::string{place.data()}.append(what));
  return false;
}

bool element_reader::count() {
  if (++count_ > limits_.elements)
    return fail(current_.offset, current_.tag, "more elements than are accepted");
  return true;
}

std::uint16_t element_reader::read_16(std::size_t at, bool big_endian) const {
  const auto first = std::to_integer<unsigned>(bytes_[at]);
  const auto second = std::to_integer<unsigned>(bytes_[at + 1]);
  return static_cast<std::uint16_t>(big_endian ? first << 8 | second : second << 8 | first);
}

std::uint32_t element_reader::read_32(std::size_t at, bool big_endian) const {
  const std::uint32_t first = read_16(at, big_endian);
  const std::uint32_t second = read_16(at + 2, big_endian);
  return big_endian ? first << 16 | second : second << 16 | first;
}

dicom_tag element_reader::read_tag(std::size_t at, bool big_endian) const {
  return static_cast<dicom_tag>(read_16(at, big_endian)) << 16 | read_16(at + 2, big_endian);
}

/// Ends the innermost container.
bool element_reader::leave() {
  const container& inner = open_.back();
  current_.what = inner.what == kind::item       ? event::item_end
                  : inner.what == kind::sequence ? event::sequence_end
                                                 : event::fragments_end;
  current_.tag = inner.tag;
  current_.offset = position_;
  current_.value = {};
  creators_.resize(inner.creators);
  open_.pop_back();
  return true;
}

bool element_reader::next_of_sequence() {
  const container inner = open_.back();
  const bool big_endian = inner.encoding.big_endian;
  const header item{
    .tag = read_tag(position_, big_endian), .type = vr::un, .length = read_32(position_ + 4, big_endian)};
  current_.offset = position_;
  if (item.tag == sequence_delimitation) {
    position_ += 8;
    return leave();
  }
  if (item.tag != item_tag)
    return fail(position_, item.tag, "an item of a sequence is expected here");
  position_ += 8;
  if (item.length == undefined_length)
    return enter(kind::item, item, inner.end, inner.encoding);
  if (item.length > inner.end - position_)
    return fail(current_.offset, item.tag, "the item is longer than what is around it");
  return enter(kind::item, item, position_ + item.length, inner.encoding);
}

bool element_reader::next_of_fragments() {
  const container& inner = open_.back();
  const bool big_endian = inner.encoding.big_endian;
  const dicom_tag tag = read_tag(position_, big_endian);
  const std::uint32_t length = read_32(position_ + 4, big_endian);
  current_ = {.what = event::fragment,
              .tag = tag,
              .type = vr::ob,
              .big_endian = big_endian,
              .offset = position_,
              .value = {},
              .private_creator = {}};
  if (tag == sequence_delimitation) {
    position_ += 8;
    return leave();
  }
  if (tag != item_tag)
    return fail(position_, tag, "a fragment of the pixel data is expected here");
  position_ += 8;
  if (length > inner.end - position_)
    return fail(current_.offset, tag, "the fragment is longer than what is around it");
  current_.value = bytes_.subspan(position_, length);
  position_ += length;
  return count();
}

bool element_reader::next_element() {
  const std::size_t start = position_;
  const auto found = read_header();
  if (!found)
    return false;
  const header& of = *found;
  const container& inner = open_.back();
  current_.offset = start;
  if (of.tag == item_delimitation) {
    if (inner.what == kind::item)
      return leave();
    // As DCMTK: the data set ends here.
    position_ = inner.end;
    return false;
  }
  if (of.tag == item_tag || of.tag == sequence_delimitation)
    return fail(start, of.tag, "not expected here");
  if (of.length == undefined_length)
    return begin_undefined(of, start);
  if (of.length > inner.end - position_)
    return fail(start, of.tag, "the value is longer than what is around it");
  if (of.type == vr::sq)
    return enter(kind::sequence, of, position_ + of.length, inner.encoding);
  const auto value = bytes_.subspan(position_, of.length);
  current_ = {.what = event::element,
              .tag = of.tag,
              .type = of.type,
              .big_endian = inner.encoding.big_endian,
              .offset = start,
              .value = value,
              .private_creator = creator_of(of.tag)};
  position_ += of.length;
  note(of, value);
  return !problem_ && count();
}

/// Reads tag, VR and length and stops at the value.
std::optional<element_reader::header> element_reader::read_header() {
  const data_encoding encoding = open_.back().encoding;
  header of{.tag = read_tag(position_, encoding.big_endian)};
  if (!encoding.explicit_vr || of.tag >> 16 == 0xfffe) {
    of.length = read_32(position_ + 4, encoding.big_endian);
    position_ += 8;
    return read_implicit(of);
  }
  return read_explicit(of);
}

std::optional<element_reader::header> element_reader::read_explicit(header of) {
  const container& inner = open_.back();
  const bool big_endian = inner.encoding.big_endian;
  const auto upper = [](unsigned letter) { return letter >= 'A' && letter <= 'Z'; };
  const unsigned letters = read_16(position_ + 4, true);
  of.type = static_cast<vr>(letters);
  vr_traits known = traits(of.type);
  if (!known.known) {
    // Two capitals may be a VR of a later edition, and all new ones have long headers. Anything else is a mistake.
    of.type = vr::un;
    known.long_header = upper(letters >> 8) && upper(letters & 0xff);
  }
  if (!known.long_header) {
    of.length = read_16(position_ + 6, big_endian);
    position_ += 8;
    return of;
  }
  if (inner.end - position_ < 12) {
    fail(position_, of.tag, "no room for the length: truncated");
    return std::nullopt;
  }
  of.length = read_32(position_ + 8, big_endian);
  position_ += 12;
  return of;
}

element_reader::header element_reader::read_implicit(header of) const {
  if (const tag_info* known = find_tag(of.tag, creator_of(of.tag)))
    of.type = known->type;
  if (of.type == vr::xs)
    of.type = open_.back().pixel_type;
  if (of.type == vr::xs)
    of.type = vr::un;
  return of;
}

/// Begins what is ended by a delimiter.
bool element_reader::begin_undefined(const header& of, std::size_t start) {
  const container& inner = open_.back();
  if (of.tag == pixel_data)
    return enter(kind::fragments, of, inner.end, inner.encoding);
  if (of.type == vr::sq)
    return enter(kind::sequence, of, inner.end, inner.encoding);
  if (of.type == vr::un) // Correction proposal 246: what is inside is in Implicit VR Little Endian
    return enter(kind::sequence, of, inner.end, {.explicit_vr = false, .big_endian = false});
  return fail(start, of.tag, "undefined length, but no sequence");
}

/// Opens a container whose content begins at `position_`.
bool element_reader::enter(kind what, const header& of, std::size_t end, data_encoding encoding) {
  current_ = {.what = what == kind::item       ? event::item_begin
                      : what == kind::sequence ? event::sequence_begin
                                               : event::fragments_begin,
              .tag = of.tag,
              .type = what == kind::sequence ? vr::sq : of.type,
              .big_endian = encoding.big_endian,
              .offset = current_.offset,
              .value = {},
              .private_creator = creator_of(of.tag)};
  if (what == kind::sequence && depth() >= limits_.depth)
    return fail(current_.offset, of.tag, "nested deeper than is accepted");
  open_.push_back({.what = what,
                   .delimited = of.length == undefined_length,
                   .pixel_type = vr::xs,
                   .encoding = encoding,
                   .tag = of.tag,
                   .end = end,
                   .creators = creators_.size()});
  return count();
}

/// Keeps what later elements are read by.
void element_reader::note(const header& of, std::span<const std::byte> value) {
  if (of.tag == pixel_representation && value.size() == 2) {
    const bool negatives = value[0] != std::byte{0} || value[1] != std::byte{0};
    open_.back().pixel_type = negatives ? vr::ss : vr::us;
  } else if (is_private_creator(of.tag) && traits(of.type).text) {
    reserve(of.tag, value);
  }
}

/// The reservations of the innermost data set, ordered.
std::span<const element_reader::reservation> element_reader::reservations() const {
  return std::span{creators_}.subspan(open_.back().creators);
}

void element_reader::reserve(dicom_tag tag, std::span<const std::byte> value) {
  const auto known = reservations();
  if (!known.empty() && known.back().block >> 16 != tag >> 16)
    creators_.resize(open_.back().creators);
  const auto first = creators_.begin() + static_cast<std::ptrdiff_t>(open_.back().creators);
  const auto place = std::ranges::lower_bound(first, creators_.end(), tag, {}, &reservation::block);
  if (place == creators_.end() || place->block != tag)
    creators_.insert(place, {tag, trimmed(value)});
}

std::string_view element_reader::creator_of(dicom_tag tag) const {
  if (!is_private(tag) || (tag & 0xffff) < 0x1000)
    return {};
  const dicom_tag block = (tag & 0xffff0000) | (tag >> 8 & 0xff);
  const auto known = reservations();
  const auto found = std::ranges::lower_bound(known, block, {}, &reservation::block);
  return found != known.end() && found->block == block ? found->creator : std::string_view{};
}

} // namespace troupe::dicom
