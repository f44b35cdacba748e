#include "http/multipart.hpp"

#include <algorithm>

namespace troupe::http {
namespace {

error malformed(std::string why) {
  return {error_code::bad_file_format, "multipart: " + std::move(why)};
}

std::string lower(std::string_view text) {
  std::string made(text);
  std::ranges::transform(made, made.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return made;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::string_view> first(const std::vector<std::pair<std::string, std::string>>& of,
                                      std::string_view name) {
  const auto found = std::ranges::find(of, name, &std::pair<std::string, std::string>::first);
  if (found == of.end())
    return {};
  return found->second;
}

/// Takes a quoted text off the front; nothing if its end is missing.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string value;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return value;
    }
    // Browsers send backslashes of names as they are: only what must be escaped is taken for an escape.
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\'))
      ++i;
    value += text[i];
  }
  return {};
}

} // namespace

std::optional<std::string_view> media_type::parameter(std::string_view of) const {
  return first(parameters, of);
}

media_type parse_media_type(std::string_view header) {
  auto end = std::min(header.find(';'), header.size());
  media_type read{lower(trimmed(header.substr(0, end))), {}};
  header.remove_prefix(end);
  while (header.starts_with(';')) {
    header.remove_prefix(1);
    const auto equals = header.find_first_of("=;");
    if (equals == header.npos || header[equals] == ';')
      break;
    auto name = lower(trimmed(header.substr(0, equals)));
    header.remove_prefix(equals + 1);
    if (header.starts_with('"')) {
      auto value = take_quoted(header);
      if (!value)
        break;
      read.parameters.emplace_back(std::move(name), *std::move(value));
      header.remove_prefix(std::min(header.find(';'), header.size()));
    } else {
      end = std::min(header.find(';'), header.size());
      read.parameters.emplace_back(std::move(name), trimmed(header.substr(0, end)));
      header.remove_prefix(end);
    }
  }
  return read;
}

std::optional<std::string_view> body_part::header(std::string_view name) const {
  return first(headers, name);
}

multipart_reader::multipart_reader(std::string_view body, std::string_view boundary)
  : rest_(body),
    delimiter_("\r\n--" + std::string(boundary)) {}

result<std::optional<body_part>> multipart_reader::next() {
  using part = std::optional<body_part>;
  if (!begun_)
    if (auto first_found = begin(); !first_found)
      return first_found.error();
  // Behind a boundary: two dashes end the body, the end of the line begins a part. What follows the end is nobody's.
  if (ended_ || rest_.starts_with("--")) {
    ended_ = true;
    return part();
  }
  const auto line_end = rest_.find("\r\n");
  if (line_end == rest_.npos || !trimmed(rest_.substr(0, line_end)).empty())
    return malformed("the line of a boundary does not end, or has more on it");
  if (++parts_ > max_parts)
    return malformed("there are too many parts").with_status(413);
  rest_.remove_prefix(line_end);
  auto read = read_part();
  if (!read)
    return read.error();
  return part(*std::move(read));
}

/// Goes behind the first boundary. What comes before it is nobody's.
result<void> multipart_reader::begin() {
  const auto boundary = std::string_view(delimiter_).substr(4);
  if (boundary.empty() || boundary.size() > max_boundary_bytes || boundary.find_first_of("\r\n") != boundary.npos)
    return malformed("the boundary is missing or malformed");
  const auto first_line = std::string_view(delimiter_).substr(2);
  const auto found = rest_.starts_with(first_line) ? 0 : rest_.find(delimiter_);
  if (found == rest_.npos)
    return malformed("the boundary is not in the body");
  rest_.remove_prefix(found == 0 && rest_.starts_with(first_line) ? first_line.size() : found + delimiter_.size());
  begun_ = true;
  return {};
}

/// Reads from the end of the boundary's line to behind the next boundary.
result<body_part> multipart_reader::read_part() {
  body_part read;
  const auto head_max = std::min(rest_.size(), max_header_bytes);
  const auto head_end = rest_.substr(0, head_max).find("\r\n\r\n");
  if (head_end == rest_.npos)
    return malformed("the headers of a part do not end, or are too large");
  auto head = rest_.substr(0, head_end);
  while (!head.empty()) {
    head.remove_prefix(2); // the end of the line before
    const auto line = head.substr(0, head.find("\r\n"));
    const auto colon = line.find(':');
    if (colon == line.npos || colon == 0)
      return malformed("a header of a part is malformed");
    read.headers.emplace_back(lower(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
    head.remove_prefix(line.size());
  }
  // The blank line's own end may be that of the boundary, where there is no content at all.
  rest_.remove_prefix(head_end + 2);
  const auto end = rest_.find(delimiter_);
  if (end == rest_.npos)
    return malformed("the last boundary is missing");
  if (end != 0)
    read.content = rest_.substr(2, end - 2);
  rest_.remove_prefix(end + delimiter_.size());
  return read;
}

} // namespace troupe::http
