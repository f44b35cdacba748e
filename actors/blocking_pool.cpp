#include "actors/executor.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>

namespace troupe {

struct blocking_pool::impl {
  explicit impl(std::size_t count) : threads(count) {}

  std::atomic<std::size_t> load{0};
  boost::asio::thread_pool threads;
};

blocking_pool::blocking_pool(std::size_t threads) : impl_(std::make_unique<impl>(threads)) {}

blocking_pool::~blocking_pool() {
  impl_->threads.join();
}

void blocking_pool::post(std::function<void()> work) {
  ++impl_->load;
  boost::asio::post(impl_->threads, [this, work = std::move(work)] {
    work();
    --impl_->load;
  });
}

std::size_t blocking_pool::load() const noexcept {
  return impl_->load;
}

} // namespace troupe
