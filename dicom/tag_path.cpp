#include "dicom/tag_path.hpp"

#include "dicom/dictionary.hpp"
#include "dicom/tag_text.hpp"
#include "dicom/value_representation.hpp"

#include <charconv>
#include <string>

namespace troupe::dicom {
namespace {

constexpr std::size_t steps_max = 16;
constexpr std::uint32_t item_max = 999;
constexpr std::size_t shown_max = 100;

error unknown_tag(std::string_view text) {
  return error{error_code::unknown_dicom_tag, "Unknown DICOM tag: " + std::string(text.substr(0, shown_max))}
    .with_status(400);
}

error no_path(std::string_view text) {
  return {error_code::bad_request, "This is no path to a tag: " + std::string(text.substr(0, shown_max))};
}

result<dicom_tag> tag_of(std::string_view text) {
  auto name = text;
  if (name.starts_with('(') && name.ends_with(')'))
    name = name.substr(1, name.size() - 2);
  const auto tag = parse_tag(name);
  if (!tag)
    return unknown_tag(text);
  return *tag;
}

/// `Sequence[3]` or `Sequence[*]`.
result<item_step> step_of(std::string_view text) {
  const auto bracket = text.find('[');
  if (bracket == std::string_view::npos || !text.ends_with(']'))
    return no_path(text);
  const auto sequence = tag_of(text.substr(0, bracket));
  if (!sequence)
    return sequence.error();
  const auto* const known = find_tag(*sequence);
  if (known != nullptr && known->type != vr::sq && known->type != vr::un)
    return error{error_code::bad_request, "This is no sequence: " + std::string(text.substr(0, shown_max))};
  const auto digits = text.substr(bracket + 1, text.size() - bracket - 2);
  if (digits == "*")
    return item_step{*sequence, std::nullopt};
  std::uint32_t item = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), item);
  if (code != std::errc{} || end != digits.data() + digits.size() || item > item_max)
    return no_path(text);
  return item_step{*sequence, item};
}

} // namespace

result<tag_path> parse_tag_path(std::string_view text) {
  tag_path path;
  auto rest = text;
  for (auto dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
    if (path.steps.size() == steps_max)
      return no_path(text);
    const auto step = step_of(rest.substr(0, dot));
    if (!step)
      return step.error();
    path.steps.push_back(*step);
    rest.remove_prefix(dot + 1);
  }
  if (rest.find('[') != std::string_view::npos)
    return no_path(text);
  const auto tag = tag_of(rest);
  if (!tag)
    return tag.error();
  path.tag = *tag;
  return path;
}

} // namespace troupe::dicom
