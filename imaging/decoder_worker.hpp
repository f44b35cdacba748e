/// \file
/// The decoder process: reads frames from descriptor 0, writes samples to it, and may do nothing else.
#pragma once

#include <string_view>

namespace troupe::imaging {

/// The argument that makes the program a decoder process.
constexpr std::string_view decoder_argument = "--decode-frames";

/// Decodes until the other side closes the connection. The exit code of the process.
int run_decoder_worker();

} // namespace troupe::imaging
