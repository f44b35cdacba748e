/// \file
/// Rings when something has happened to jobs. Who hears it reads what from the table of events: nothing is queued, so a
/// slow listener costs nobody memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>

namespace troupe {

/// Any thread.
class job_event_bell {
public:
  using listener = std::uint64_t;

  /// Calls `hear` after every commit that holds events, on the store's thread: it must only pass that on. 0: there are
  /// too many listeners already.
  listener listen(std::function<void()> hear);
  void leave(listener which);
  void ring() const;

  std::size_t listeners() const;

private:
  mutable std::mutex mutex_;
  std::map<listener, std::function<void()>> listeners_;
  listener last_ = 0;
};

} // namespace troupe
