/// \file
/// The life of the server, from opening the directory to the clean mark.
#pragma once

#include <troupe/options.hpp>

#include <functional>

namespace troupe::app {

/// Runs until SIGTERM or SIGINT; a second one ends the process at once. Answers with the exit status: 0 after a clean
/// stop. `start_again` is called after a stop that a client has asked for to start the server again; it does not
/// return. Throws `failure` if the server cannot be started.
int serve(options& settings, bool load_jobs, const std::function<void()>& start_again);

} // namespace troupe::app
