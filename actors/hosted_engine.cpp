#include <troupe/hosted_engine.hpp>

#include "actors/engine_tree.hpp"

#include <utility>

namespace troupe {

struct hosted_engine::impl {
  engine_tree tree;
};

hosted_engine::hosted_engine(caf::actor_system& system, const std::filesystem::path& directory, const options& settings)
  : impl_(new impl{engine_tree{system, directory, settings, {}}}) {}

hosted_engine::~hosted_engine() = default;

void hosted_engine::add(job_type type) {
  impl_->tree.add(std::move(type));
}

scheduler_actor hosted_engine::start() {
  impl_->tree.start();
  return impl_->tree.scheduler();
}

bool hosted_engine::stop(std::chrono::milliseconds deadline) {
  return impl_->tree.stop(deadline);
}

} // namespace troupe
