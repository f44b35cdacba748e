#include <troupe/engine.hpp>

#include "actors/actor_threads.hpp"
#include "actors/engine_tree.hpp"

#include <caf/actor_system.hpp>

#include <utility>

namespace troupe {

namespace {

/// Answers its future, at the latest when nobody can answer any more.
template <class Answer>
class answer_slot {
public:
  answer_slot() = default;
  answer_slot(const answer_slot&) = delete;
  answer_slot& operator=(const answer_slot&) = delete;

  ~answer_slot() {
    if (!answered_)
      promise_.set_value(error{error_code::database_unavailable, "The engine has stopped"});
  }

  void set(result<Answer> answer) {
    answered_ = true;
    promise_.set_value(std::move(answer));
  }

  std::future<result<Answer>> future() { return promise_.get_future(); }

private:
  std::promise<result<Answer>> promise_;
  bool answered_ = false;
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
    auto slot = std::make_shared<answer_slot<Answer>>();
    troupe::ask<Answer>(tree->desk(), tree->scheduler(), std::move(what),
                        [slot](result<Answer> answer) { slot->set(std::move(answer)); });
    return slot->future();
  }

  options settings;
  actor_threads config;
  caf::actor_system system{config};
  std::optional<engine_tree> tree;
};

engine::engine(const std::filesystem::path& directory, const std::function<void(options&)>& configure)
  : impl_(std::make_unique<impl>(directory, configure)) {}

engine::~engine() = default;

void engine::add(job_type type) {
  impl_->tree->add(std::move(type));
}

void engine::start() {
  impl_->tree->start();
}

std::future<result<job_id>> engine::submit(submit_job what) {
  auto slot = std::make_shared<answer_slot<job_id>>();
  impl_->tree->submit(std::move(what), [slot](result<job_id> id) { slot->set(std::move(id)); });
  return slot->future();
}

void engine::submit(submit_job what, std::function<void(result<job_id>)> tell) {
  impl_->tree->submit(std::move(what), std::move(tell));
}

std::future<result<job_record>> engine::run(submit_job what) {
  return impl_->ask<job_record>(run_job{std::move(what)});
}

std::future<result<job_record>> engine::wait(watch_job which) {
  return impl_->ask<job_record>(std::move(which));
}

std::future<result<job_record>> engine::prioritize(prioritize_job what) {
  return impl_->ask<job_record>(std::move(what));
}

std::future<result<bulk_outcome>> engine::control_all(control_jobs what) {
  return impl_->ask<bulk_outcome>(std::move(what));
}

std::future<result<job_explanation>> engine::explain(job_id which) {
  return impl_->ask<job_explanation>(explain_job{std::move(which)});
}

std::future<result<lane_record>> engine::set_lane(troupe::set_lane what) {
  return impl_->ask<lane_record>(std::move(what));
}

std::future<result<std::vector<lane_record>>> engine::lanes() {
  return impl_->ask<std::vector<lane_record>>(list_lanes{});
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
