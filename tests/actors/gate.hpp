/// \file
/// Steps that wait until they may go on, and what tests of the scheduler ask again and again.
#pragma once

#include "tests/actors/fixture.hpp"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace troupe::testing {

inline step_result nothing(std::uint64_t, step_context&) {
  return step_result::more();
}

/// Its copies are one gate.
class gate {
public:
  step_result operator()(std::uint64_t, step_context& context) const {
    if (inside_->open)
      return step_result::more();
    inside_->wakers.push_back(context.waker());
    return step_result::wait();
  }

  void open() const {
    inside_->open = true;
    for (const auto& wake : std::exchange(inside_->wakers, {}))
      wake();
  }

  void close() const { inside_->open = false; }

private:
  struct inside {
    bool open = false;
    std::vector<std::function<void()>> wakers;
  };

  std::shared_ptr<inside> inside_ = std::make_shared<inside>();
};

inline job_explanation explain(run& server, const job_id& id) {
  auto answer = server.ask<job_explanation>(explain_job{id});
  server.coordinator.run();
  return answer->value().value();
}

inline result<lane_record> change_lane(run& server, set_lane what) {
  auto answer = server.ask<lane_record>(std::move(what));
  server.settle();
  return answer->value();
}

inline std::vector<lane_record> lanes_of(run& server) {
  auto answer = server.ask<std::vector<lane_record>>(list_lanes{});
  server.coordinator.run();
  return answer->value().value();
}

inline result<bulk_outcome> control_all(run& server, control_jobs what) {
  auto answer = server.ask<bulk_outcome>(std::move(what));
  server.settle();
  return answer->value();
}

inline void one_slot(options& o) {
  o.concurrent_jobs.set_value(1);
}

} // namespace troupe::testing
