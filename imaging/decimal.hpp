/// \file
/// Decimal strings (PS3.5 6.2, DS and IS) as numbers.
#pragma once

#include <optional>
#include <string_view>

namespace troupe::imaging {

/// A finite number; blanks around it and a plus sign are accepted, nothing else.
std::optional<double> decimal(std::string_view text);

} // namespace troupe::imaging
