/// \file
/// The query language for one value (PS3.4 C.2.2.2, docs/find.md): exact, `*` and `?`, `a\b`, ranges of dates and
/// times.
#pragma once

#include <troupe/error.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// How texts of a tag are compared.
struct matching_rules {
  bool wildcards = true;       ///< `*` and `?` mean something
  bool ranges = false;         ///< `-` means something: dates and times
  bool case_sensitive = false; ///< else case and accents do not count
};

/// What a value must be. Matching takes a time that grows with the product of the sizes at most, and no memory.
class value_pattern {
public:
  /// One of the alternatives.
  struct alternative {
    enum class kind : std::uint8_t { exact, wildcard, range } what = kind::exact;
    std::string text;                         ///< exact and wildcard, folded where case does not count
    std::string first;                        ///< of a range; empty: from the beginning
    std::string last;                         ///< of a range; empty: to the end
    std::string_view prefix() const noexcept; ///< what every match of `exact` or `wildcard` begins with
  };

  /// Longest pattern and most alternatives that are taken.
  static constexpr std::size_t most_bytes = 64 * 1024;
  static constexpr std::size_t most_alternatives = 1000;
  static constexpr std::size_t most_wildcard_bytes = 1024; ///< of all alternatives with wildcards

  /// Reads a pattern. Errors: `parameter_out_of_range` above the limits.
  static result<value_pattern> parse(std::string_view text, const matching_rules& rules);

  /// Nothing is asked for: also a tag that is not there matches.
  bool universal() const noexcept { return alternatives_.empty(); }

  /// Whether a stored value matches: the whole of it, or one of the values that backslashes separate.
  bool matches(std::string_view value) const;
  /// The same for one value without padding, which was folded unless the pattern counts case.
  bool matches_folded(std::string_view value) const;

  const std::vector<alternative>& alternatives() const noexcept { return alternatives_; }

  bool case_sensitive() const noexcept { return rules_.case_sensitive; }

private:
  bool matches_one(std::string_view value) const;

  matching_rules rules_;
  std::vector<alternative> alternatives_;
};

/// Calls `visit` for the values that backslashes separate, at least one, until it returns false.
template <class Visit>
void for_each_value(std::string_view text, Visit visit) {
  for (;;) {
    const auto end = text.find('\\');
    if (!visit(text.substr(0, end)) || end == std::string_view::npos)
      return;
    text.remove_prefix(end + 1);
  }
}

/// Whether a text is what a pattern with `*` (any characters) and `?` (one character of UTF-8) describes.
bool matches_wildcard(std::string_view pattern, std::string_view text) noexcept;

/// A date or time without the separators that older standards had (`2020.01.31`, `10:15:00`).
std::string plain_moment(std::string_view text);

/// Whether a date or time lies in a range, both ends included. What the shorter of two leaves open does not count:
/// `2021` as the end includes all of 2021. An empty end is open.
bool in_range(std::string_view value, std::string_view first, std::string_view last) noexcept;

} // namespace troupe
