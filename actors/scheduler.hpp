/// \file
/// The scheduler: owns the rows of all jobs that are not final, asks the schedule what shall happen, and performs it.
#pragma once

#include "actors/job.hpp"
#include "actors/parts.hpp"
#include "actors/protocol.hpp"
#include "core/schedule.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

namespace troupe {

class scheduler_state {
public:
  using record_promise = caf::typed_response_promise<result<job_record>>;
  using told = std::function<void(result<job_record>)>;

  explicit scheduler_state(inner_scheduler_actor::pointer self) : self_(self) {}

  static inline const char* name = "scheduler";

  /// Takes up the jobs that are on disk.
  void open(const engine_parts& parts, store_actor store);

  // -- submission (scheduler_submit.cpp)
  void submit(submit_job what, std::function<void(result<job_id>)> accepted, told ended);
  void take_plan(planned& made);

  // -- what clients ask (scheduler_control.cpp)
  void control(const control_job& asked, told answer);
  void watch(const watch_job& asked, told answer);
  void remove(const delete_job& asked, told answer);
  result<job_record> describe(const describe_job& asked) const;

  // -- attempts (scheduler_run.cpp)
  void dispatch();
  void take_report(attempt_report& report);
  void end_abandoned(const client_gone& gone);
  void take_slot_report(const slot_report& report);
  void attempt_down(const caf::down_msg& gone);
  void look();
  void drain_jobs(std::function<void()> drained);

private:
  struct submission {
    job_id id;
    submit_job what;
    std::function<void(result<job_id>)> accepted;
    told ended; ///< empty: nobody waits for the end
  };

  struct attempt {
    job_sequence sequence;
    epoch_number epoch;
    job_actor handle;
  };

  /// What belongs to a change but not to the schedule.
  struct leavings {
    std::optional<std::string> content;
    std::vector<job_output> outputs;
  };

  moment now() const;
  void recover();
  void write(std::shared_ptr<batch> what, std::function<void(const persistence::commit_answer&)> then);
  void perform(change what, leavings left, const told& answer);
  void finish(const change& what, const job_record& seen);
  void begin_attempt(const started& what);
  void stop_attempt(job_sequence job, job_event as);
  std::shared_ptr<batch> batch_of(const change& what, const persistence::job_result& how, leavings left) const;
  void fail_unknown_type(const job_row& row);
  void arm_timer();
  void publish();
  std::optional<job_row> row_on_disk(const job_id& id) const;

  inner_scheduler_actor::pointer self_;
  const engine_parts* parts_ = nullptr;
  store_actor store_;
  schedule schedule_{0, 0};
  job_sequence last_sequence_ = 0;
  bool recovering_ = true;
  bool closing_ = false;
  bool timer_set_ = false;
  std::unordered_map<job_sequence, submission> planning_;
  std::unordered_map<job_sequence, std::shared_ptr<output_stream>> streams_;
  std::unordered_map<job_sequence, std::vector<told>> waiters_;
  std::map<caf::actor_addr, attempt> attempts_;
  std::unordered_map<job_sequence, caf::actor_addr> attempt_of_;
  std::set<job_sequence> deleting_;              ///< their removal is being written
  std::vector<std::function<void()>> unwritten_; ///< ends of jobs to be written again
  std::function<void()> drained_;
};

inner_scheduler_actor::behavior_type scheduler(inner_scheduler_actor::stateful_pointer<scheduler_state> self,
                                               const engine_parts* parts, store_actor store);

} // namespace troupe
