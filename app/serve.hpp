/// \file
/// The life of the server, from opening the directory to the clean mark.
#pragma once

#include <troupe/options.hpp>

namespace troupe::app {

/// Runs until SIGTERM or SIGINT; a second one ends the process at once. Answers with the exit status: 0 after a clean
/// stop. Throws `failure` if the server cannot be started.
int serve(options& settings, bool load_jobs);

} // namespace troupe::app
