/// \file
/// A bounded channel of bytes between a job that makes them and a client that downloads them.
#pragma once

#include <troupe/error.hpp>

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>

namespace troupe {

/// One writer, one reader, on any threads. Neither ever waits: the writer asks to be woken when there is room again,
/// the reader when there are bytes. Callbacks are called without the lock held, on the thread of the other side.
class output_stream {
public:
  /// `capacity` in bytes: above it `writable` is false. One write may exceed it, so memory is bounded by capacity + one
  /// write.
  explicit output_stream(std::size_t capacity) : capacity_(capacity) {}

  // -- the writer ---------------------------------------------------------------------------------------------------
  /// True while a write would not exceed the capacity by more than itself, and once the reader has gone.
  bool writable() const;
  /// Adds bytes. Returns false once the reader has gone: nobody will read them. Nothing is added after `finish`.
  bool write(std::string bytes);
  /// Calls `wake` once, as soon as the stream is writable; at once if it is already.
  void when_writable(std::function<void()> wake);
  /// Says that everything was written, or why it will never be. Only the first call counts.
  void finish(error why = error{error_code::success});
  /// True once the reader has gone.
  bool abandoned() const;

  // -- the reader ---------------------------------------------------------------------------------------------------
  /// A chunk of at least one byte; an empty text is the end; an error is the writer's reason.
  using read_handler = std::function<void(result<std::string>)>;
  /// Calls `handler` once, as soon as there is something to say; what was written before `finish` comes before the end.
  /// One read at a time. After `abandon` it is forgotten.
  void read(read_handler handler);
  /// The reader goes away. Calls what `when_writable` and `when_abandoned` were given; a read that waits is forgotten.
  void abandon();
  /// Called once when the reader goes away before it was told the end; at once if it has.
  void when_abandoned(std::function<void()> tell);

private:
  bool room() const { return abandoned_ || buffered_.size() < capacity_; }

  result<std::string> end() const;

  mutable std::mutex mutex_;
  const std::size_t capacity_;
  std::string buffered_;
  bool finished_ = false;
  bool ended_ = false; ///< the reader was told the end
  bool abandoned_ = false;
  error why_{error_code::success};
  read_handler reader_;
  std::function<void()> wake_writer_;
  std::function<void()> tell_abandoned_;
};

} // namespace troupe
