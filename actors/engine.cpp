#include <troupe/engine.hpp>

#include "actors/engine_tree.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <utility>

namespace troupe {

namespace {

struct engine_config : caf::actor_system_config {
  engine_config() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-throughput", std::size_t{64});
  }
};

} // namespace

struct engine::impl {
  impl(const std::filesystem::path& directory, const std::function<void(options&)>& configure) {
    if (configure)
      configure(settings);
    tree.emplace(system, directory, settings, engine_settings{});
  }

  template <class Answer, class Message>
  std::future<result<Answer>> ask(Message what) {
    auto promise = std::make_shared<std::promise<result<Answer>>>();
    auto future = promise->get_future();
    troupe::ask<Answer>(tree->desk(), tree->scheduler(), std::move(what),
                        [promise](result<Answer> answer) { promise->set_value(std::move(answer)); });
    return future;
  }

  options settings;
  engine_config config;
  caf::actor_system system{config};
  std::optional<engine_tree> tree;
};

namespace {

submit_job message_of(job_submission what) {
  return {std::move(what.type), std::move(what.arguments), what.priority, std::move(what.user_data), nullptr};
}

} // namespace

engine::engine(const std::filesystem::path& directory, const std::function<void(options&)>& configure)
  : impl_(std::make_unique<impl>(directory, configure)) {}

engine::~engine() = default;

void engine::add(job_type type) {
  impl_->tree->add(std::move(type));
}

void engine::start() {
  impl_->tree->start();
}

std::future<result<job_id>> engine::submit(job_submission what) {
  return impl_->ask<job_id>(message_of(std::move(what)));
}

std::future<result<job_record>> engine::run(job_submission what) {
  return impl_->ask<job_record>(run_job{message_of(std::move(what))});
}

std::future<result<job_record>> engine::wait(job_id which) {
  return impl_->ask<job_record>(watch_job{std::move(which)});
}

std::future<result<job_record>> engine::control(job_id which, job_action action) {
  return impl_->ask<job_record>(control_job{std::move(which), action});
}

std::future<result<job_record>> engine::describe(job_id which) {
  return impl_->ask<job_record>(describe_job{std::move(which)});
}

bool engine::stop(std::chrono::milliseconds deadline) {
  return impl_->tree->stop(deadline);
}

} // namespace troupe
