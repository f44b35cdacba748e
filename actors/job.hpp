/// \file
/// One attempt at one job: an actor that lives while the job has a slot (or is parked).
#pragma once

#include "actors/parts.hpp"
#include "actors/protocol.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace troupe {

/// The part of an attempt that its steps see from their threads.
struct attempt_shared {
  std::atomic<bool> stop{false};
  job_row row;
  std::shared_ptr<output_stream> stream;
  std::filesystem::path outputs_directory;
  std::mutex mutex;
  std::vector<std::filesystem::path> files; ///< handed out by `new_output_file`
};

/// What an attempt is told when it is made. Its work is already being made.
struct attempt_order {
  std::shared_ptr<attempt_shared> shared = std::make_shared<attempt_shared>();
  inner_scheduler_actor scheduler;
  store_actor store;
};

/// Posts steps up to the window, takes their results in the order of the items, commits what they write together with
/// the cursor.
class job_attempt {
public:
  explicit job_attempt(job_actor::pointer self) : self_(self) {}

  static inline const char* name = "job";

  void begin(const engine_parts& parts, attempt_order order);
  void made(work_made& work);
  void returned(step_outcome& outcome);
  void woken(const wake_step& wake);
  void stop(const stop_work& wish);
  void resume();
  void save();
  void lend();

private:
  void post(std::uint64_t number);
  void go_on();
  void take_results();
  bool take(std::uint64_t number, step_result& result, batch& writes);
  bool is_tried_again(const error& why) const;
  void note_failure(std::uint64_t number, step_result& result);
  void commit(std::shared_ptr<batch> writes);
  void settle_steps(std::uint64_t below);
  bool lends_instead() const;
  bool waits_on_thread() const;
  void notice_idleness();
  void note_idleness();
  void report_slot(bool lent);
  void conclude(attempt_end how);
  void end_with(job_event event, const error& why, std::chrono::milliseconds delay = {});
  void drop_blobs_of(const batch& never_written);
  void drop_unused_files(const std::vector<job_output>& used);
  microseconds runtime() const;
  persistence::advance_job advance();

  job_actor::pointer self_;
  const engine_parts* parts_ = nullptr;
  const job_type* type_ = nullptr;
  inner_scheduler_actor scheduler_;
  store_actor store_;
  std::shared_ptr<attempt_shared> shared_;
  std::shared_ptr<job_work> work_;
  std::uint64_t total_ = 0;
  std::uint64_t next_ = 0;    ///< step to post next
  std::uint64_t taken_ = 0;   ///< results of all steps below were taken
  std::uint64_t settled_ = 0; ///< all steps below are complete, their writes durable
  std::uint64_t saved_ = 0;   ///< the cursor that was sent to the store last
  unsigned running_ = 1;      ///< steps on a thread; the first is the making of the work
  microseconds ran_{0};       ///< the job, before this attempt began or went on
  std::chrono::steady_clock::time_point began_;
  bool committing_ = false;
  bool parked_ = false;
  bool timer_set_ = false;
  bool lent_ = false;    ///< the slot is lent
  bool offered_ = false; ///< the slot, when it was asked to give way
  bool lend_timer_set_ = false;
  std::optional<std::chrono::steady_clock::time_point> idle_since_; ///< when all there is to do began to wait
  std::set<std::uint64_t> waiting_;                                 ///< steps that answered `wait`
  std::set<std::uint64_t> woken_early_;                             ///< woken before they had returned
  std::map<std::uint64_t, std::shared_ptr<step_result>> results_;   ///< not taken yet
  std::optional<job_event> stop_as_;
  bool may_park_ = false;
  std::optional<attempt_end> end_; ///< how the attempt will end once nothing is under way
  std::uint64_t failed_items_ = 0;
  std::vector<std::pair<std::uint64_t, item_failure>> failures_; ///< not sent to the store yet
  std::optional<std::string> content_;
  std::optional<std::string> unsaved_content_; ///< the same, as long as it was not sent to the store
  std::vector<job_output> outputs_;
};

job_actor::behavior_type job(job_actor::stateful_pointer<job_attempt> self, const engine_parts* parts,
                             std::shared_ptr<attempt_order> order);

} // namespace troupe
