#include "core/value_pattern.hpp"

#include "core/folded_text.hpp"

#include <algorithm>

namespace troupe {
namespace {

using alternative = value_pattern::alternative;

constexpr std::string_view wild = "*?";

/// Where the character of UTF-8 at `at` ends. Stray bytes are characters of their own.
std::size_t next_character(std::string_view text, std::size_t at) noexcept {
  if (static_cast<unsigned char>(text[at++]) < 0xc0)
    return at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80)
    ++at;
  return at;
}

bool begins_not_below(std::string_view value, std::string_view bound) noexcept {
  const auto both = std::min(value.size(), bound.size());
  return value.substr(0, both) >= bound.substr(0, both);
}

alternative read_alternative(std::string_view text, const matching_rules& rules) {
  using kind = alternative::kind;
  const auto hyphen = rules.ranges ? text.find('-') : std::string_view::npos;
  if (hyphen != std::string_view::npos)
    return {kind::range,
            {},
            plain_moment(without_padding(text.substr(0, hyphen))),
            plain_moment(without_padding(text.substr(hyphen + 1)))};
  std::string plain = rules.case_sensitive ? std::string(without_padding(text)) : folded(text);
  if (rules.ranges)
    plain = plain_moment(plain);
  const bool is_wild = rules.wildcards && plain.find_first_of(wild) != std::string::npos;
  return {is_wild ? kind::wildcard : kind::exact, std::move(plain), {}, {}};
}

bool matches_alternative(const alternative& wanted, std::string_view value) {
  switch (wanted.what) {
  case alternative::kind::exact:
    return value == wanted.text;
  case alternative::kind::wildcard:
    return matches_wildcard(wanted.text, value);
  case alternative::kind::range:
    return in_range(value, wanted.first, wanted.last);
  }
  return false;
}

} // namespace

std::string_view alternative::prefix() const noexcept {
  return what == kind::wildcard ? std::string_view(text).substr(0, text.find_first_of(wild)) : std::string_view(text);
}

result<value_pattern> value_pattern::parse(std::string_view text, const matching_rules& rules) {
  const auto refused = [](std::string_view why) { return error(error_code::parameter_out_of_range, std::string(why)); };
  if (text.size() > most_bytes)
    return refused("A value to look for is longer than 64 KiB");
  value_pattern made;
  made.rules_ = rules;
  if (without_padding(text).empty() || (rules.ranges && without_padding(text) == "-"))
    return made;
  std::optional<error> problem;
  std::size_t wild_bytes = 0;
  for_each_value(text, [&](std::string_view each) {
    made.alternatives_.push_back(read_alternative(each, rules));
    const auto& read = made.alternatives_.back();
    wild_bytes += read.what == alternative::kind::wildcard ? read.text.size() : 0;
    if (made.alternatives_.size() > most_alternatives)
      problem = refused("A value to look for has more than 1000 alternatives");
    else if (wild_bytes > most_wildcard_bytes)
      problem = refused("A value with wildcards is longer than 1024 bytes");
    return !problem;
  });
  if (problem)
    return *std::move(problem);
  return made;
}

bool value_pattern::matches(std::string_view value) const {
  if (universal() || matches_one(value))
    return true;
  bool matched = false;
  if (value.find('\\') != std::string_view::npos)
    for_each_value(value, [&](std::string_view each) { return !(matched = matches_one(each)); });
  return matched;
}

bool value_pattern::matches_one(std::string_view value) const {
  return matches_folded(rules_.case_sensitive ? std::string(without_padding(value)) : folded(value));
}

bool value_pattern::matches_folded(std::string_view value) const {
  if (universal())
    return true;
  const std::string plain = rules_.ranges ? plain_moment(value) : std::string();
  const std::string_view compared = rules_.ranges ? plain : value;
  return std::ranges::any_of(alternatives_, [&](const auto& each) { return matches_alternative(each, compared); });
}

std::string plain_moment(std::string_view text) {
  std::string plain(text);
  const bool dated = plain.size() == 10 && plain[4] == '.' && plain[7] == '.';
  std::erase_if(plain, [&](char c) { return c == ':' || (dated && c == '.'); });
  return plain;
}

bool matches_wildcard(std::string_view pattern, std::string_view text) noexcept {
  std::size_t p = 0;
  std::size_t t = 0;
  // Where to go on if what follows the last star does not fit: with the star taking one character more. Stars before it
  // need not be thought of again.
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      taken = t;
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      t = next_character(text, t);
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star;
      t = taken = next_character(text, taken);
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool in_range(std::string_view value, std::string_view first, std::string_view last) noexcept {
  if (value.empty())
    return false;
  const auto end = value.substr(0, last.size());
  return (first.empty() || begins_not_below(value, first)) && (last.empty() || end <= last.substr(0, end.size()));
}

} // namespace troupe
