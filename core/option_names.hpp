/// \file
/// Names of options as people write them: spelling, near misses, and the options of Orthanc that we do not have yet.
#pragma once

#include <troupe/option.hpp>

#include <string>
#include <string_view>

namespace troupe {

/// The letters and digits of a name, in lower case: `HTTP_PORT` and `HttpPort` are both `httpport`.
std::string letters_of(std::string_view name);

/// The option with the same letters; null if there is none.
option_base* find_by_letters(const option_list& options, std::string_view name);

/// How many letters must be added, removed, replaced or swapped with their neighbour to make one text of the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The name of the option that was probably meant; empty if none is near.
std::string_view nearest_option(const option_list& options, std::string_view name);

/// Whether Orthanc or one of its usual plugins has an option or a section of that name.
bool is_orthanc_option(std::string_view name);

} // namespace troupe
