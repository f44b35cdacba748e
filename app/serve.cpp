#include "app/serve.hpp"

#include "actors/actor_threads.hpp"
#include "actors/engine_tree.hpp"
#include "actors/jobs/builtin.hpp"
#include "app/descriptors.hpp"
#include "core/log.hpp"
#include "http/gateway.hpp"
#include "http/wire/server.hpp"

#include <caf/actor_system.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <thread>
#include <unistd.h>

namespace troupe::app {

namespace {

using namespace std::chrono_literals;

/// What requests under way may take once the server stops, and what steps of jobs may take after that.
constexpr auto request_grace = 3s;
constexpr auto job_grace = 5s;

/// Blocks the signals that stop the server, in this thread and those it starts, and waits for them.
class stop_signals {
public:
  stop_signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }

  void wait() const {
    int which = 0;
    sigwait(&set_, &which);
  }

  /// From now on the next one ends the process. Nothing acknowledged is lost by that.
  void end_process_at_the_next() const {
    std::thread([set = set_] {
      int which = 0;
      sigwait(&set, &which);
      log(log_level::warning, "server", "Stopped at once");
      stop_log();
      std::_Exit(EXIT_SUCCESS);
    }).detach();
  }

private:
  sigset_t set_{};
};

/// Descriptors that are kept for everything but connections of HTTP: files, the network of DICOM.
constexpr std::size_t kept_descriptors = 1024;
constexpr std::size_t connections_max = 100'000;

http::wire_settings wire_settings_of(const options& settings, const persistence::database& database) {
  http::wire_settings wire;
  wire.address = settings.http_bind_address();
  wire.port = static_cast<std::uint16_t>(settings.http_port());
  wire.incoming = database.incoming_directory();
  wire.request_timeout = std::chrono::seconds{settings.http_request_timeout_s()};
  wire.keep_alive_timeout = std::chrono::seconds{settings.keep_alive_timeout_s()};
  wire.keep_alive = settings.keep_alive();
  wire.describe_errors = settings.http_describe_errors();
  // Each call that waits for a job has a connection.
  const auto descriptors = raise_descriptor_limit();
  wire.max_connections =
    std::clamp(descriptors - std::min(descriptors / 2, kept_descriptors), std::size_t{16}, connections_max);
  return wire;
}

void report(const persistence::recovery_report& found) {
  if (!found.clean)
    log(log_level::warning, "server", "The last run did not stop in order: recovered");
  if (found.orphans_removed > 0)
    log(log_level::info, "server",
        "Files that nothing refers to were removed: " + std::to_string(found.orphans_removed));
  if (found.undecodable > 0)
    log(log_level::error, "server",
        "Records that cannot be read, kept as they are: " + std::to_string(found.undecodable));
}

} // namespace

int serve(options& settings, bool load_jobs, const std::function<void()>& start_again) {
  const stop_signals signals;
  actor_threads config;
  caf::actor_system system{config};
  engine_tree engine(system, settings.storage_directory(), settings, {.load_jobs = load_jobs});
  report(engine.database().recovered());
  for (auto& type : builtin_job_types({engine.database(), settings, engine.time()}))
    engine.add(std::move(type));
  if (settings.diagnostic_jobs())
    engine.add(diagnostic_job());
  engine.start();
  std::atomic<bool> again{false};
  std::atomic<bool> asked{false};
  http::gateway gateway(engine, settings, [&](bool and_start_again) {
    if (asked.exchange(true))
      return; // a second signal would end the process at once
    again = and_start_again;
    ::kill(::getpid(), SIGTERM);
  });
  http::server web(wire_settings_of(settings, engine.database()), gateway, engine.measured());
  if (const auto& address = settings.http_bind_address(); !address.starts_with("127.") && address != "::1")
    log(log_level::warning, "server",
        "There is no login: everyone who reaches " + address + " can read and change everything");
  log(log_level::info, "server",
      "Ready at http://" + settings.http_bind_address() + ":" + std::to_string(web.port()) + ", data in "
        + settings.storage_directory());

  signals.wait();
  log(log_level::info, "server", "Stopping");
  signals.end_process_at_the_next();
  web.stop(request_grace);
  gateway.stop();
  const bool in_order = engine.stop(job_grace);
  log(log_level::info, "server",
      in_order ? "Stopped" : "Stopped while jobs were under way; they go on at the next start");
  if (again)
    start_again();
  if (!in_order) {
    stop_log();
    std::_Exit(EXIT_SUCCESS); // a step that does not end cannot be joined
  }
  return EXIT_SUCCESS;
}

} // namespace troupe::app
