/// \file
/// The store: the only writer. Its answers say that something is on disk.
#pragma once

#include "actors/parts.hpp"
#include "actors/protocol.hpp"

#include <caf/fwd.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace troupe {

/// Gathers batches while the last commit was under way. No timer: what came meanwhile is the next batch.
class store_state {
public:
  explicit store_state(store_actor::pointer self) : self_(self) {}

  static inline const char* name = "store";

  void open(const engine_parts& parts) { parts_ = &parts; }

  void gather(std::shared_ptr<const batch> what, std::function<void(persistence::commit_answer)> done);
  void gather_for(inner_scheduler_actor sender, persist_for_scheduler asked);

  void tell_unstable_to(stability_actor whom) { stability_ = std::move(whom); }

  void flush_arrived();
  void late_flush_arrived();

private:
  struct waiting {
    std::shared_ptr<const batch> what;
    std::function<void(persistence::commit_answer)> done; ///< empty: the scheduler is told, with the ticket
    std::uint64_t ticket = 0;
  };

  void gather(waiting one, bool may_wait);
  void send_flush();
  void flush();
  void tell(waiting& one, persistence::commit_answer answer);
  void tell_scheduler();
  void tell_others();
  void fail_all(std::vector<waiting> taken, const error& why);

  store_actor::pointer self_;
  const engine_parts* parts_ = nullptr;
  std::vector<waiting> gathered_;
  std::size_t mutations_ = 0;
  std::size_t mutations_then_ = 0; ///< when the flush was sent
  inner_scheduler_actor scheduler_;
  committed for_scheduler_;   ///< answers of this commit
  stability_actor stability_; ///< may be none
  std::uint64_t last_job_event_ = 0;
  std::uint64_t became_unstable_ = 0;
  bool flush_on_its_way_ = false;
  bool late_flush_on_its_way_ = false;
};

/// Spawn it detached: a commit blocks its thread for the time of an fsync.
store_actor::behavior_type store(store_actor::stateful_pointer<store_state> self, const engine_parts* parts);

} // namespace troupe
