/// \file
/// The data set of a file as PS3.18 and PS3.19 see it: attributes with values, names of persons, items, bytes.
#pragma once

#include <troupe/error.hpp>

#include "dicom/element_reader.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace troupe::dicom {

/// Bytes above this are referred to, not included.
inline constexpr std::size_t inline_binary_max = std::size_t{16} * 1024 * 1024;

/// Who writes the attributes of a data set in some format. Values are numbered from 1.
class attribute_sink {
public:
  virtual ~attribute_sink() = default;

  virtual void begin(const dicom_element& attribute) = 0;
  virtual void end() = 0;

  /// A text in UTF-8; empty between two others.
  virtual void text(std::size_t number, std::string_view utf8) = 0;
  /// A number as JSON and XML write it.
  virtual void decimal(std::size_t number, std::string_view digits) = 0;
  /// The up to three groups of a name of a person, separated by `=`.
  virtual void name(std::size_t number, std::string_view utf8) = 0;
  virtual void binary(std::string_view little_endian) = 0;
  virtual void reference(std::string_view uri) = 0;
  virtual void begin_item(std::size_t number) = 0;
  virtual void end_item() = 0;

  /// What was written so far.
  virtual std::size_t size() const = 0;
};

/// Gives the data set to a sink: without meta information, group lengths and encapsulated pixel data. Longer bytes are
/// referred to as `<root>/<tag>/<item>/...`. Errors as of `scan`; `not_enough_memory` where the sink has written more
/// than fits into a reply.
result<void> read_attributes(std::span<const std::byte> file, std::string_view root, attribute_sink& into);

/// The DICOM JSON model (PS3.18 annex F).
result<std::string> dicom_json(std::span<const std::byte> file, std::string_view root);

/// The Native DICOM model in XML (PS3.19 annex A.1).
result<std::string> native_model(std::span<const std::byte> file, std::string_view root);

/// Bytes in base 64 (RFC 4648).
void append_base_64(std::string& out, std::string_view bytes);

} // namespace troupe::dicom
