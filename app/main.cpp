/// \file
/// The server program: options, engine, HTTP; started and stopped in order.

#include <troupe/options.hpp>
#include <troupe/version.hpp>

#include "app/command_line.hpp"
#include "app/dicom_settings.hpp"
#include "app/documents.hpp"
#include "app/read_configuration.hpp"
#include "app/serve.hpp"
#include "core/crash_point.hpp"
#include "core/log.hpp"
#include "dicom/process.hpp"
#include "imaging/decoder_worker.hpp"

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <linux/close_range.h>
#include <unistd.h>

namespace {

// sysexits.h
constexpr int exit_configuration = 78;
constexpr int exit_unavailable = 69;
constexpr int exit_cannot_create = 73;

void start_log(const troupe::app::command_line& asked) {
  auto level = troupe::log_level::info;
  if (asked.trace)
    level = troupe::log_level::trace;
  else if (asked.verbose)
    level = troupe::log_level::debug;
  std::string file;
  if (asked.log_file)
    file = asked.log_file->string();
  else if (asked.log_directory)
    file = (*asked.log_directory / "troupe.log").string();
  troupe::start_log(level, file);
}

int exit_status_of(const troupe::error& why) {
  switch (why.code()) {
  case troupe::error_code::http_port_in_use:
  case troupe::error_code::database:
    return exit_unavailable;
  case troupe::error_code::cannot_write_file:
    return exit_cannot_create;
  default:
    return EXIT_FAILURE;
  }
}

/// Makes a new process of this one, with the same number, arguments and files of configuration.
[[noreturn]] void start_again(char** arguments) {
  troupe::log(troupe::log_level::info, "server", "Starting again");
  troupe::stop_log();
  // Sockets of the libraries would live on, and the port be in use.
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  ::execv("/proc/self/exe", arguments);
  std::_Exit(EXIT_FAILURE);
}

int run(const troupe::app::command_line& asked, char** arguments) {
  troupe::options settings;
  const auto warnings = troupe::app::read_configuration(settings, asked.configurations);
  if (!warnings) {
    std::cerr << "troupe-server: " << warnings.error().details() << '\n';
    return exit_configuration;
  }
  if (const auto usable = troupe::app::use_dicom_settings(settings); !usable) {
    std::cerr << "troupe-server: " << usable.error().details() << '\n';
    return exit_configuration;
  }
  if (const auto done = troupe::app::write_documents(asked, settings, *warnings))
    return *done;
  start_log(asked);
  if (const char* const at = std::getenv("TROUPE_CRASH_AT"))
    troupe::arm_crash_point(at);
  for (const auto& warning : *warnings)
    troupe::log(troupe::log_level::warning, "configuration", warning);
  return troupe::app::serve(settings, !asked.no_jobs, [&] { start_again(arguments); });
}

} // namespace

int main(int argc, char** argv) {
  if (argc == 2 && argv[1] == troupe::imaging::decoder_argument)
    return troupe::imaging::run_decoder_worker();
  try {
    troupe::dicom::prepare_process();
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN); // a file that may not grow is a full disk, no reason to die
    const auto parsed = troupe::app::parse_command_line(argc, argv);
    if (const auto* const end = std::get_if<troupe::app::command_line_end>(&parsed)) {
      (end->exit_code == 0 ? std::cout : std::cerr) << end->text;
      return end->exit_code;
    }
    const int status = run(std::get<troupe::app::command_line>(parsed), argv);
    troupe::stop_log();
    return status;
  } catch (const troupe::failure& problem) {
    troupe::log(troupe::log_level::error, "server", problem.why().details());
    troupe::stop_log();
    return exit_status_of(problem.why());
  } catch (const std::exception& problem) {
    std::cerr << "troupe-server: " << problem.what() << '\n';
    return EXIT_FAILURE;
  }
}
