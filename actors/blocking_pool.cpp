#include "actors/executor.hpp"
#include "core/log.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace troupe {

struct blocking_pool::impl {
  explicit impl(std::size_t max) : threads_max(max) {}

  // A thread more as long as there is more work than threads.
  void grow_to(std::size_t wanted) {
    if (count >= std::min(wanted, threads_max))
      return;
    const std::scoped_lock lock(mutex);
    if (threads.size() < threads_max) {
      threads.emplace_back([this] { queue.run(); });
      count = threads.size();
    }
  }

  const std::size_t threads_max;
  std::atomic<std::size_t> load{0};
  std::atomic<std::size_t> count{0}; ///< of threads
  boost::asio::io_context queue;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> open{queue.get_executor()};
  std::mutex mutex;
  std::vector<std::thread> threads;
};

blocking_pool::blocking_pool(std::size_t threads_max) : impl_(std::make_unique<impl>(threads_max)) {}

blocking_pool::~blocking_pool() {
  impl_->open.reset();
  for (auto& one : impl_->threads)
    one.join();
}

void blocking_pool::post(std::function<void()> work) {
  impl_->grow_to(++impl_->load);
  boost::asio::post(impl_->queue, [this, work = std::move(work)] {
    try {
      work();
    } catch (const std::exception& failed) {
      log(log_level::error, "engine", std::string("work on a thread has failed: ") + failed.what());
    }
    --impl_->load;
  });
}

std::size_t blocking_pool::load() const noexcept {
  return impl_->load;
}

} // namespace troupe
