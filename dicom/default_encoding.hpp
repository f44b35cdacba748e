/// \file
/// The character set of texts where a file does not say which: an option, and a setting of the running server.
#pragma once

#include "dicom/charset.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace troupe::dicom {

/// What Orthanc calls the character sets: `Latin1`, `Utf8`, `JapaneseKanji` ...
std::span<const std::string_view> encoding_names() noexcept;

/// Sets it for the whole process, at any time, on any thread. False, and nothing happens, if there is none of that
/// name. At the beginning it is `Latin1`.
bool set_default_encoding(std::string_view name) noexcept;

/// Its name.
std::string_view default_encoding() noexcept;

/// How often it was set to another one: what was made of files before may be different now.
std::uint64_t default_encoding_changes() noexcept;

/// The character sets of a data set from its SpecificCharacterSet: the default where that is empty.
charset charset_of(std::string_view specific_character_set);

} // namespace troupe::dicom
