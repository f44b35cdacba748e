/// \file
/// The parts of a multipart body (RFC 2046 5.1, RFC 7578) as spans of it, strictly and without a copy.
#pragma once

#include <troupe/error.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::http {

/// A media type: `multipart/form-data; boundary="x"`.
struct media_type {
  std::string name;                                            ///< in lower case, without parameters
  std::vector<std::pair<std::string, std::string>> parameters; ///< names in lower case, values without quotes

  /// Value of the first parameter of that (lower-case) name.
  std::optional<std::string_view> parameter(std::string_view of) const;
};

/// Reads a `Content-Type`, or any header of that form such as `Content-Disposition`. What is malformed ends the list of
/// parameters.
media_type parse_media_type(std::string_view header);

struct body_part {
  std::vector<std::pair<std::string, std::string>> headers; ///< names in lower case
  std::string_view content;

  std::optional<std::string_view> header(std::string_view name) const;
};

/// Goes through the parts of a whole body.
class multipart_reader {
public:
  static constexpr std::size_t max_boundary_bytes = 70; ///< RFC 2046
  static constexpr std::size_t max_header_bytes = 16 * 1024;
  static constexpr std::size_t max_parts = 100'000;

  /// `body` must stay.
  multipart_reader(std::string_view body, std::string_view boundary);

  /// The next part; nothing behind the last one. Errors, all `bad_file_format`: a boundary that may be none, no first
  /// boundary, no last one, a part without the end of its headers or with malformed or too many of them, too many
  /// parts.
  result<std::optional<body_part>> next();

private:
  result<void> begin();
  result<body_part> read_part();

  std::string_view rest_;
  const std::string delimiter_; ///< CRLF, two dashes, the boundary
  std::size_t parts_ = 0;
  bool begun_ = false;
  bool ended_ = false;
};

} // namespace troupe::http
