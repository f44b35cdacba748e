#include "core/substitution.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

namespace troupe {

namespace {

constexpr std::string_view name_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

/// `${NAME}` or `${NAME:-default}`.
struct reference {
  std::string_view name;
  std::string_view fallback;
  std::size_t size = 0;
};

/// The reference that a text beginning with `${` begins with; nothing if it is only such a text.
std::optional<reference> read_reference(std::string_view text) {
  const auto name_end = text.find_first_not_of(name_characters, 2);
  if (name_end == std::string_view::npos || name_end == 2)
    return std::nullopt;
  const auto name = text.substr(2, name_end - 2);
  if (text[name_end] == '}')
    return reference{name, {}, name_end + 1};
  const auto end = text.find('}', name_end);
  if (end == std::string_view::npos || text.substr(name_end, 2) != ":-")
    return std::nullopt;
  return reference{name, text.substr(name_end + 2, end - name_end - 2), end + 1};
}

} // namespace

substituted_text::substituted_text(std::string_view source, const environment& variables) {
  std::size_t done = 0;
  parts_.push_back({0, 0, false});
  for (auto at = source.find("${"); at != std::string_view::npos; at = source.find("${", at)) {
    const auto found = read_reference(source.substr(at));
    if (!found) {
      at += 2;
      continue;
    }
    text_.append(source.substr(done, at - done));
    parts_.push_back({text_.size(), at, true});
    const auto value = variables.find(found->name);
    text_.append(value != variables.end() ? std::string_view(value->second) : found->fallback);
    at += found->size;
    done = at;
    parts_.push_back({text_.size(), done, false});
  }
  text_.append(source.substr(done));
}

std::size_t substituted_text::source_offset(std::size_t offset) const noexcept {
  const auto after = std::ranges::upper_bound(parts_, offset, {}, &part::to);
  const auto& inside = *std::prev(after);
  return inside.from + (inside.replaced ? 0 : offset - inside.to);
}

} // namespace troupe
