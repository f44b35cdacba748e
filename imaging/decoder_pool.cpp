#include "imaging/decoder_pool.hpp"

#include "core/log.hpp"
#include "imaging/codecs.hpp"
#include "imaging/decoder_protocol.hpp"

#include <utility>

namespace troupe::imaging {

decoder_pool::decoder_pool(std::filesystem::path program, std::chrono::milliseconds patience, std::size_t kept)
  : program_(std::move(program)),
    patience_(patience),
    kept_(kept) {}

decoder_pool::~decoder_pool() = default;

result<decoded_frame> decoder_pool::decode(const encoded_frame& frame) {
  if (frame.bytes.empty() || frame.bytes.size() > encoded_bytes_max)
    return undecodable_stream();
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
  if (idle_.size() < kept_)
    idle_.push_back(std::move(process));
}

} // namespace troupe::imaging
