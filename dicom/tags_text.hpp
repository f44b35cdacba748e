/// \file
/// A DICOM file as JSON text, in the three formats of the REST API, written without a tree in between.
#pragma once

#include <troupe/error.hpp>

#include "core/instance_summary.hpp"
#include "dicom/dictionary.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::dicom {

/// `full`: `"0010,0010": {"Name", "Type", "Value"}`; `brief` (`?short`): `"0010,0010": value`; `simplified`
/// (`?simplify`): `"PatientName": value`.
enum class tag_format : std::uint8_t { full, brief, simplified };

struct tags_options {
  tag_format format = tag_format::full;
  std::vector<dicom_tag> ignore_length; ///< shown even if longer than 256 bytes
  bool whole = false;                   ///< also the tags after the pixel data
  std::size_t level = 0;                ///< how deep the text will stand in another JSON text
};

/// A data set as members of a JSON object, ordered by tag, each tag once.
class tags_text {
public:
  struct member {
    dicom_tag tag = 0;
    bool is_text = false;           ///< its type is `String`
    const tag_info* info = nullptr; ///< never null
    std::size_t begin = 0;          ///< of `"name": value` in the text
    std::size_t length = 0;
  };

  std::span<const member> members() const noexcept { return members_; }

  /// `"name": value`
  std::string_view text(const member& of) const noexcept { return std::string_view{text_}.substr(of.begin, of.length); }

  /// Keeps those members that `wanted` is true for.
  void keep(const std::function<bool(const member&)>& wanted);

  /// The JSON object, without a line feed at its end.
  std::string object() const;

private:
  friend class tags_text_maker;

  tag_format format_ = tag_format::full;
  std::size_t level_ = 0;
  std::string text_;
  std::vector<member> members_;
};

/// The data set without meta information. The file was scanned before, or is treated as hostile all the same: errors as
/// of `scan`, and `not_enough_memory` for more text than anybody can use.
result<tags_text> read_tags(std::span<const std::byte> file, const tags_options& options);

/// The meta information, without what has no text.
result<tags_text> read_meta_tags(std::span<const std::byte> file, const tags_options& options);

} // namespace troupe::dicom
