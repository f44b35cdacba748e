#include "imaging/decoder_pool.hpp"

#include "core/log.hpp"
#include "imaging/codecs.hpp"
#include "imaging/decoder_protocol.hpp"

#include <utility>

namespace troupe::imaging {

decoder_pool::decoder_pool(std::filesystem::path program, std::chrono::milliseconds patience, std::size_t most)
  : program_(std::move(program)),
    patience_(patience),
    free_(static_cast<std::ptrdiff_t>(most)) {}

decoder_pool::~decoder_pool() = default;

result<decoded_frame> decoder_pool::decode(const encoded_frame& frame) {
  if (frame.bytes.empty() || frame.bytes.size() > encoded_bytes_max)
    return undecodable_stream();
  if (!free_.try_acquire_for(patience_))
    return error{error_code::database_unavailable, "Too many images are being decoded"};

  // The turn ends however the frame does.
  struct turn {
    std::counting_semaphore<>& of;

    ~turn() { of.release(); }
  } const mine{free_};

  return decode_in_turn(frame);
}

result<decoded_frame> decoder_pool::decode_in_turn(const encoded_frame& frame) {
  auto process = borrow();
  decoded_frame samples;
  switch (process->decode(frame, patience_, samples)) {
  case decoder_process::outcome::decoded:
    give_back(std::move(process));
    return samples;
  case decoder_process::outcome::refused:
    give_back(std::move(process));
    return undecodable_stream();
  case decoder_process::outcome::broken:
    break;
  }
  log(log_level::warning, "imaging", "A decoder process has crashed or hung over a frame; it is replaced");
  return error{error_code::unsupported_media_type, "Decoding the compressed pixel data has failed"};
}

std::unique_ptr<decoder_process> decoder_pool::borrow() {
  for (;;) {
    std::unique_lock lock(mutex_);
    if (idle_.empty())
      break;
    auto process = std::move(idle_.back());
    idle_.pop_back();
    lock.unlock();
    if (process->alive())
      return process;
  }
  return decoder_process::start(program_);
}

void decoder_pool::give_back(std::unique_ptr<decoder_process> process) {
  const std::scoped_lock lock(mutex_);
  idle_.push_back(std::move(process));
}

} // namespace troupe::imaging
