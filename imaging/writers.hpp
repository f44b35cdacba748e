/// \file
/// Pictures as files: PNG, JPEG, portable arbitrary map.
#pragma once

#include "imaging/picture.hpp"

#include <string>

namespace troupe::imaging {

/// 8 bits a sample in gray or colors, or 16 bits in gray. Made to be fast: the files are about as large as those of
/// libpng's standard settings and take a tenth of the time.
std::string png(const picture& of);

/// 8 bits a sample. `quality` is between 1 and 100. Throws `failure` where the picture is larger than JPEG allows.
std::string jpeg(const picture& of, int quality);

/// As `png`.
std::string portable_map(const picture& of);

} // namespace troupe::imaging
