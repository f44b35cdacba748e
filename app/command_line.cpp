#include "app/command_line.hpp"

#include <troupe/version.hpp>

#include <CLI/CLI.hpp>
#include <sstream>

namespace troupe::app {

namespace {

constexpr int usage_error = 2;

void declare_running(CLI::App& app, command_line& into) {
  app.add_option("configuration", into.configurations, "Configuration files, or directories whose *.json are joined");
  app.add_flag("--verbose", into.verbose, "Log what the server does");
  app.add_flag("--trace", into.trace, "Log everything");
  auto* file = app.add_option("--logfile", into.log_file, "Log into this file as well");
  app.add_option("--logdir", into.log_directory, "Log into a new file in this directory as well")->excludes(file);
  app.add_flag("--no-jobs", into.no_jobs, "Do not go on with the jobs of the last run");
  app.add_flag("--upgrade")->description("Accepted: the index needs no separate upgrade");
}

void declare_printing(CLI::App& app, command_line& into) {
  app.add_option("--config", into.sample_configuration, "Write a sample configuration into this file");
  app.add_option("--openapi", into.openapi, "Write the OpenAPI document into this file");
  app.add_option("--cheatsheet", into.cheatsheet, "Write the list of routes into this file");
  app.add_flag("--check-config", into.check_configuration, "Check the configuration");
  app.add_flag("--print-config", into.print_configuration, "Print the configuration in effect");
  app.add_option("--describe", into.describe, "Print a table as Markdown")
    ->check(CLI::IsMember({"errors", "options", "metrics", "states", "routes"}));
  app.set_version_flag("--version", std::string("Troupe ") + version);
}

} // namespace

std::variant<command_line, command_line_end> parse_command_line(int count, const char* const* arguments) {
  command_line into;
  CLI::App app("Troupe, a DICOM server with Orthanc's REST API", "troupe-server");
  declare_running(app, into);
  declare_printing(app, into);
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& end) {
    std::ostringstream out;
    const bool refused = app.exit(end, out, out) != 0;
    return command_line_end{refused ? usage_error : 0, out.str()};
  }
  into.verbose = into.verbose || into.trace;
  return into;
}

} // namespace troupe::app
