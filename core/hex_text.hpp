/// \file
/// Bytes as lower-case hexadecimal digits in groups: the shape of our two kinds of names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace troupe {

/// Says whether the character at a place of the text is a hyphen.
using hyphen_places = bool (*)(std::size_t place);

/// Two digits a byte, with hyphens where `hyphen` wants them.
std::string hex_text(std::span<const std::uint8_t> bytes, hyphen_places hyphen);

/// Reads what `hex_text` wrote. False, with `bytes` in any state, if the text is not exactly that; upper case is not.
bool parse_hex_text(std::string_view text, hyphen_places hyphen, std::span<std::uint8_t> bytes);

} // namespace troupe
