/// \file
/// Reads the elements of a DICOM data set one after the other, without recursion and without copying.
#pragma once

#include <troupe/error.hpp>

#include "core/instance_summary.hpp"
#include "dicom/scan.hpp"
#include "dicom/value_representation.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace troupe::dicom {

/// How elements are written.
struct data_encoding {
  bool explicit_vr = true;
  bool big_endian = false;
};

/// What the reader came across.
enum class event : std::uint8_t {
  element,        ///< an element with a value
  sequence_begin, ///< an element that holds items
  item_begin,     ///< of a sequence
  item_end,
  sequence_end,
  fragments_begin, ///< encapsulated pixel data
  fragment,        ///< of the pixel data; the first is the offset table
  fragments_end,
};

/// One event. The views are into the bytes that are read.
struct dicom_element {
  event what = event::element;
  dicom_tag tag = 0; ///< of ends: that of what ends
  vr type = vr::un;
  bool big_endian = false;          ///< byte order of the value
  std::uint64_t offset = 0;         ///< of the tag
  std::span<const std::byte> value; ///< of elements and fragments
  std::string_view private_creator; ///< of private elements, where it was given
};

/// A text as it is compared: up to the first NUL, without the blanks at the end.
std::string_view trimmed(std::span<const std::byte> value) noexcept;

/// Pulls events out of bytes. Every length is held against the bytes that are there and against the parent's; depth and
/// count are bounded; memory grows with the depth only.
class element_reader {
public:
  /// `bytes` must outlive the reader and what it gave out. Reading begins at `start`.
  element_reader(std::span<const std::byte> bytes, std::size_t start, data_encoding encoding,
                 const scan_limits& limits);

  /// Moves to the next event. False at the end and after an error.
  bool next();

  /// The event that `next` found.
  const dicom_element& current() const noexcept { return current_; }

  /// Why reading stopped before the end: `bad_file_format`, with offset and tag.
  const std::optional<error>& problem() const noexcept { return problem_; }

  /// Sequences around the current event; 0 for the elements of the data set itself.
  std::size_t depth() const noexcept { return (open_.size() - 1) / 2; }

  /// Where the next event begins.
  std::size_t position() const noexcept { return position_; }

private:
  enum class kind : std::uint8_t { data_set, sequence, item, fragments };

  /// Something that is not complete yet.
  struct container {
    kind what;
    bool delimited; ///< ended by a delimiter, not by its length
    vr pixel_type;  ///< US or SS, once PixelRepresentation has told; `xs` before
    data_encoding encoding;
    dicom_tag tag;
    std::size_t end;      ///< nothing of it lies behind this
    std::size_t creators; ///< where its reservations begin in `creators_`
  };

  /// Who reserved the private block `group << 16 | block`. Those of one group at a time are kept.
  struct reservation {
    std::uint32_t block;
    std::string_view creator;
  };

  struct header {
    dicom_tag tag = 0;
    vr type = vr::un;
    std::uint32_t length = 0;
  };

  static constexpr std::uint32_t undefined_length = std::numeric_limits<std::uint32_t>::max();

  bool fail(std::uint64_t offset, dicom_tag tag, std::string_view what);
  bool count();
  std::uint16_t read_16(std::size_t at, bool big_endian) const;
  std::uint32_t read_32(std::size_t at, bool big_endian) const;
  dicom_tag read_tag(std::size_t at, bool big_endian) const;

  bool leave();
  bool next_of_sequence();
  bool next_of_fragments();
  bool next_element();
  std::optional<header> read_header();
  std::optional<header> read_explicit(header of);
  header read_implicit(header of) const;
  bool begin_undefined(const header& of, std::size_t start);
  bool enter(kind what, const header& of, std::size_t end, data_encoding encoding);
  void note(const header& of, std::span<const std::byte> value);
  std::span<const reservation> reservations() const;
  void reserve(dicom_tag tag, std::span<const std::byte> value);
  std::string_view creator_of(dicom_tag tag) const;

  std::span<const std::byte> bytes_;
  scan_limits limits_;
  std::size_t position_;
  std::uint64_t count_ = 0;
  std::vector<container> open_; ///< outermost first, the data set itself at the bottom
  std::vector<reservation> creators_;
  dicom_element current_;
  std::optional<error> problem_;
};

} // namespace troupe::dicom
