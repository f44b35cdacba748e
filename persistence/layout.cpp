#include "persistence/layout.hpp"

#include <array>
#include <charconv>
#include <string>

namespace troupe::persistence {

namespace {

/// At least six lower-case hexadecimal digits.
std::string blob_digits(blob_number number) {
  std::array<char, 16> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number, 16).ptr;
  const auto length = static_cast<std::size_t>(end - text.data());
  return std::string(length < 6 ? 6 - length : 0, '0').append(text.data(), length);
}

} // namespace

std::filesystem::path layout::blob(blob_number number) const {
  const auto digits = blob_digits(number);
  return storage() / digits.substr(0, digits.size() - 4) / digits.substr(digits.size() - 4, 2) / (digits + ".dcm");
}

std::optional<blob_number> layout::blob_of(const std::filesystem::path& file) const {
  const auto number = parse_hexadecimal(file.stem().native());
  return number && blob(*number) == file ? number : std::nullopt;
}

std::optional<std::uint64_t> parse_hexadecimal(std::string_view digits) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  const bool whole = problem == std::errc{} && end == digits.data() + digits.size();
  return whole ? std::optional{number} : std::nullopt;
}

} // namespace troupe::persistence
