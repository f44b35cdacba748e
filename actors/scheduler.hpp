/// \file
/// The scheduler: owns the rows of all jobs that are not final, asks the schedule what shall happen, and performs it.
#pragma once

#include "actors/job.hpp"
#include "actors/parts.hpp"
#include "actors/protocol.hpp"
#include "actors/waiters.hpp"
#include "core/schedule.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe {

class scheduler_state {
public:
  using told = std::function<void(result<job_record>)>;
  using accepted = std::function<void(result<job_id>)>;
  using written = std::function<void(const persistence::commit_answer&)>;

  explicit scheduler_state(inner_scheduler_actor::pointer self) : self_(self) {}

  static inline const char* name = "scheduler";

  /// Takes up the jobs that are on disk.
  void open(const engine_parts& parts, store_actor store);

  /// The store has committed.
  void take_answers(committed& all);

  // -- submission (scheduler_submit.cpp)
  void submit(submit_job what, accepted tell);
  void take_plan(planned& made);

  // -- what clients ask (scheduler_control.cpp)
  void control(const control_job& asked, const told& answer);
  void prioritize(const prioritize_job& asked, const told& answer);
  void watch(const watch_job& asked, told answer);
  void remove(const delete_job& asked, told answer);
  result<job_record> describe(const describe_job& asked) const;
  result<job_explanation> explain(const explain_job& asked) const;

  // -- many jobs at once (scheduler_bulk.cpp)
  void control_all(control_jobs asked, std::function<void(result<bulk_outcome>)> answer);
  void go_on_with(continue_bulk which);

  // -- lanes (scheduler_lanes.cpp)
  void change_lane(const set_lane& asked, std::function<void(result<lane_record>)> answer);
  std::vector<lane_record> show_lanes() const;
  void take_probe(const probe_answer& answer);

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
    std::string fingerprint; ///< with an idempotency key
    submit_job what;
    accepted tell;
  };

  /// A submission that waits for a place under `LimitJobs`.
  struct blocked_submission {
    submission asked;
    std::optional<microseconds> until;
  };

  /// A submission with an idempotency key on its way to the disk, and those who repeated it meanwhile.
  struct key_in_flight {
    std::string fingerprint;
    std::vector<submission> repeated;
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

  /// A change on its way to the disk, and who is told.
  struct pending_write {
    troupe::change change;
    persistence::job_result how;
    told answer;
    std::optional<job_record> seen; ///< as it was then: the history may not keep the job
  };

  /// `control_jobs` under way.
  struct bulk {
    control_jobs asked;
    std::function<void(result<bulk_outcome>)> answer;
    bulk_outcome so_far;
    std::size_t next_id = 0; ///< of `asked.which.ids`
    job_sequence after = 0;  ///< otherwise
    job_sequence last = 0;   ///< jobs that come later are not meant
    bool all_sent = false;
    unsigned writes_under_way = 0;
    std::optional<error> failed;
  };

  moment now() const;
  void recover();
  void write(std::shared_ptr<const batch> what, written then, bool may_wait = false);

  // -- scheduler_submit.cpp
  std::optional<error> refuse(const submit_job& what) const;
  bool disk_is_full() const;
  bool is_repeated(submission& asked);
  void answer_repeated(const job_id& id, submission asked);
  bool has_to_wait(const submit_job& what) const;
  void admit(submission asked);
  void admit_blocked();
  void give_up_blocked(moment at);
  void job_written(const job_row& row, submission asked, const persistence::commit_answer& answer);
  void release_key(const std::string& key, const result<job_id>& answer);

  // -- scheduler_write.cpp
  void perform(change what, leavings left, const told& answer);
  void answer_unchanged(const change& what, const told& answer);
  pending_write prepare(change what, leavings left, const told& answer, batch& into);
  void write_change(std::shared_ptr<const batch> writes, std::shared_ptr<pending_write> pending);
  bool nobody_waits_for(const pending_write& pending) const;
  void change_written(const pending_write& pending, bool effective);
  void tell_of_change(job_sequence job, const job_id& id);
  void finish(const pending_write& pending);

  // -- scheduler_run.cpp
  void begin_attempt(const started& next);
  void spawn_attempt(const started& next);
  void stop_attempt(job_sequence job, job_event as);
  void fail_unknown_type(const job_row& row);
  void act_on(const change& what);
  void start_probes(moment at);
  void arm_timer();
  void publish();

  // -- scheduler_bulk.cpp
  bool fill_slice(bulk& all, std::vector<job_row>& rows);
  void apply_slice(std::uint64_t number, bulk& all, const std::vector<job_row>& rows);
  bool apply_to_one(bulk& all, const job_row& row, batch& writes, std::vector<std::shared_ptr<pending_write>>& pending);
  void end_bulk_if_done(std::uint64_t number);

  std::optional<job_row> row_on_disk(const job_id& id) const;
  lane_record record_of(const lane_view& seen) const;

  inner_scheduler_actor::pointer self_;
  const engine_parts* parts_ = nullptr;
  store_actor store_;
  schedule schedule_{0, {}};
  job_sequence last_sequence_ = 0;
  bool recovering_ = true;
  bool closing_ = false;
  std::optional<microseconds> timer_at_; ///< steady time of the timer that is set
  std::unordered_map<job_sequence, submission> planning_;
  std::size_t being_written_ = 0;                     ///< new jobs
  std::unordered_map<std::uint64_t, written> writes_; ///< on their way to the disk, by ticket
  std::uint64_t last_write_ = 0;
  job_sequence careful_until_ = 0; ///< jobs that an unclean stop has left: their starts are written first
  mutable std::optional<microseconds> disk_looked_at_;
  mutable bool disk_full_ = false;
  std::deque<blocked_submission> blocked_;
  std::optional<microseconds> blocked_until_; ///< when the patience of the first of them ends
  std::unordered_map<std::string, key_in_flight> keys_;
  std::unordered_map<job_sequence, std::shared_ptr<output_stream>> streams_;
  waiters waiters_;
  std::map<caf::actor_addr, attempt> attempts_;
  std::unordered_map<job_sequence, caf::actor_addr> attempt_of_;
  std::set<job_sequence> deleting_;              ///< their removal is being written
  std::vector<std::function<void()>> unwritten_; ///< changes to be written again
  std::map<std::string, persistence::lane_setting> lane_settings_;
  std::map<std::uint64_t, bulk> bulks_;
  std::uint64_t last_bulk_ = 0;
  std::function<void()> drained_;
};

inner_scheduler_actor::behavior_type scheduler(inner_scheduler_actor::stateful_pointer<scheduler_state> self,
                                               const engine_parts* parts, store_actor store);

} // namespace troupe
