#include "actors/engine_tree.hpp"

#include "actors/scheduler.hpp"
#include "actors/stability.hpp"
#include "actors/store.hpp"
#include "core/log.hpp"
#include "persistence/job_store.hpp"

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <cstdlib>
#include <thread>

namespace troupe {

namespace {

constexpr int exit_status_io_error = 74; // sysexits.h EX_IOERR: a supervisor restarts the server

/// Threads that wait for peers; each step in progress holds one, also those whose slots are lent.
constexpr std::size_t io_threads_max = 512;

std::size_t cores() {
  return std::max(2U, std::thread::hardware_concurrency());
}

/// One patient a transaction: there may be many.
void enforce_limits(persistence::database& in) {
  const batch narrowed{{persistence::enforce_limits{}}};
  const batch* const one = &narrowed;
  for (bool more = true; more;) {
    const auto answer = in.commit({&one, 1}).front();
    if (!answer)
      log(log_level::error, "store", "The limits of the storage stay exceeded: " + answer.error().details());
    more = answer && std::get<persistence::applied>(answer->front()).effective;
  }
}

/// Two a core: what they do waits for the disk about as long as it computes.
std::size_t cpu_threads() {
  return 2 * cores();
}

persistence::storage_limits limits_of(const options& settings) {
  constexpr std::uint64_t mib = 1024 * 1024;
  return {.bytes = static_cast<std::uint64_t>(settings.maximum_storage_size_mb()) * mib,
          .patients = static_cast<std::uint64_t>(settings.maximum_patient_count()),
          .recycle = settings.maximum_storage_mode() == "Recycle"};
}

void end_process(const error& why) {
  log(log_level::error, "engine", "Nothing can be written any more, the process ends: " + why.details());
  stop_log();
  std::_Exit(exit_status_io_error);
}

} // namespace

engine_tree::engine_tree(caf::actor_system& system, const std::filesystem::path& directory, const options& settings_of,
                         engine_settings settings)
  : system_(system),
    database_(directory),
    names_(system_clock()),
    cpu_(std::make_unique<blocking_pool>(cpu_threads())),
    io_(std::make_unique<blocking_pool>(io_threads_max)),
    parts_{database_, settings_of, types_, system_clock(), names_, metrics_, live_, bell_, *cpu_, *io_} {
  if (!settings.load_jobs) {
    parts_.first_job = persistence::last_job_sequence(database_.read()) + 1;
    log(log_level::warning, "jobs", "The saved jobs are set aside for this run: they are neither shown nor run");
  }
  database_.limit(limits_of(settings_of));
  parts_.give_up = settings.give_up ? std::move(settings.give_up) : end_process;
  metrics_.collect(settings_of.metrics_enabled());
}

engine_tree::~engine_tree() {
  if (!stopped_)
    stop(std::chrono::seconds{10});
}

void engine_tree::add(job_type type) {
  if (!type.plan || !type.make_work || type.window == 0)
    throw failure(error{error_code::parameter_out_of_range, "The job type " + type.name + " is not complete"});
  auto name = type.name;
  if (!types_.emplace(name, std::move(type)).second)
    throw failure(error{error_code::duplicate_resource, "There are two job types named " + name});
}

void engine_tree::start() {
  enforce_limits(database_);
  store_ = system_.spawn<caf::detached>(troupe::store, &parts_);
  stability_ = system_.spawn(troupe::stability, &parts_, store_);
  scheduler_ = system_.spawn(troupe::scheduler, &parts_, store_);
  for (std::size_t i = 0; i < cores(); ++i)
    desks_.push_back(system_.spawn<troupe::desk>());
}

scheduler_actor engine_tree::scheduler() const {
  return caf::actor_cast<scheduler_actor>(scheduler_);
}

void engine_tree::submit(submit_job what, std::function<void(result<job_id>)> tell) {
  caf::anon_send(scheduler_, take_submission{std::move(what), std::move(tell)});
}

const desk_actor& engine_tree::desk() {
  if (desks_.empty())
    throw failure(error{error_code::bad_sequence_of_calls, "The engine is not running"});
  return desks_[next_desk_.fetch_add(1, std::memory_order_relaxed) % desks_.size()];
}

bool engine_tree::stop(std::chrono::milliseconds deadline) {
  stopped_ = true;
  if (!scheduler_)
    return true;
  bool in_order = false;
  {
    caf::scoped_actor self{system_};
    self->request(scheduler_, deadline, drain{}).receive([&](bool) { in_order = true; }, [](const caf::error&) {});
    // Behind everything that the scheduler and the jobs have sent.
    bool flushed = false;
    self->request(store_, caf::infinite, persist{std::make_shared<batch>()})
      .receive([&](const persistence::commit_answer& answer) { flushed = answer.has_value(); },
               [](const caf::error&) {});
    in_order = in_order && flushed;
  }
  stop_actors();
  if (in_order) {
    cpu_.reset();
    io_.reset();
    database_.close_clean();
  }
  return in_order;
}

void engine_tree::stop_actors() {
  caf::scoped_actor self{system_};
  std::vector<caf::actor> all{caf::actor_cast<caf::actor>(scheduler_), caf::actor_cast<caf::actor>(stability_),
                              caf::actor_cast<caf::actor>(store_)};
  for (const auto& one : desks_)
    all.push_back(caf::actor_cast<caf::actor>(one));
  for (const auto& one : all)
    self->send_exit(one, caf::exit_reason::user_shutdown);
  self->wait_for(all);
  scheduler_ = nullptr;
  stability_ = nullptr;
  store_ = nullptr;
  desks_.clear();
}

} // namespace troupe
