#include "core/output_stream.hpp"

#include <utility>

namespace troupe {

namespace {

void call(const std::function<void()>& what) {
  if (what)
    what();
}

} // namespace

// Every callback is moved out under the lock and called after it, so it is called at most once and may call back in.

bool output_stream::writable() const {
  const std::lock_guard lock(mutex_);
  return room();
}

bool output_stream::write(std::string bytes) {
  read_handler reader;
  {
    const std::lock_guard lock(mutex_);
    if (abandoned_)
      return false;
    if (finished_ || bytes.empty())
      return true;
    if (!reader_) {
      if (buffered_.empty())
        buffered_ = std::move(bytes);
      else
        buffered_ += bytes;
      return true;
    }
    reader = std::exchange(reader_, nullptr); // a waiting reader means an empty buffer: the bytes pass by it
  }
  reader(std::move(bytes));
  return true;
}

void output_stream::when_writable(std::function<void()> wake) {
  {
    const std::lock_guard lock(mutex_);
    if (!room()) {
      std::swap(wake_writer_, wake);
      return;
    }
  }
  call(wake);
}

void output_stream::finish(error why) {
  read_handler reader;
  std::function<void()> needless;
  {
    const std::lock_guard lock(mutex_);
    if (finished_)
      return;
    finished_ = true;
    why_ = std::move(why);
    reader = std::exchange(reader_, nullptr);
    ended_ = reader != nullptr;
    if (ended_)
      std::swap(needless, tell_abandoned_);
  }
  if (reader)
    reader(end());
}

bool output_stream::abandoned() const {
  const std::lock_guard lock(mutex_);
  return abandoned_;
}

void output_stream::read(read_handler handler) {
  std::string chunk;
  std::function<void()> wake;
  std::function<void()> needless;
  {
    const std::lock_guard lock(mutex_);
    if (abandoned_)
      return;
    if (buffered_.empty() && !finished_) {
      std::swap(reader_, handler);
      return;
    }
    chunk = std::exchange(buffered_, {});
    ended_ = chunk.empty();
    if (ended_)
      std::swap(needless, tell_abandoned_);
    if (room())
      std::swap(wake, wake_writer_);
  }
  call(wake);
  handler(chunk.empty() ? end() : result<std::string>(std::move(chunk)));
}

void output_stream::abandon() {
  read_handler forgotten;
  std::string unread;
  std::function<void()> wake;
  std::function<void()> tell;
  {
    const std::lock_guard lock(mutex_);
    if (abandoned_)
      return;
    abandoned_ = true;
    std::swap(unread, buffered_);
    std::swap(forgotten, reader_);
    std::swap(wake, wake_writer_);
    std::swap(tell, tell_abandoned_);
  }
  call(wake);
  call(tell);
}

void output_stream::when_abandoned(std::function<void()> tell) {
  {
    const std::lock_guard lock(mutex_);
    if (ended_)
      return;
    if (!abandoned_) {
      std::swap(tell_abandoned_, tell);
      return;
    }
  }
  call(tell);
}

result<std::string> output_stream::end() const {
  if (why_.code() == error_code::success)
    return std::string();
  return why_;
}

} // namespace troupe
