#include "http/wire/body.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace troupe::http {
namespace {

[[noreturn]] void fail(std::string_view what, int reason) {
  const auto code = reason == ENOSPC || reason == EDQUOT ? error_code::full_storage : error_code::cannot_write_file;
  error why(code, std::string(what) + ": " + std::system_category().message(reason));
  throw failure(code == error_code::full_storage ? std::move(why).with_status(507) : why);
}

class memory_body final : public request_body {
public:
  memory_body(std::string text, std::shared_ptr<body_memory> memory)
    : text_(std::move(text)),
      memory_(std::move(memory)) {}

  ~memory_body() override {
    if (memory_)
      memory_->release(text_.size());
  }

  memory_body(const memory_body&) = delete;
  memory_body& operator=(const memory_body&) = delete;

  std::span<const std::byte> bytes() const noexcept override { return std::as_bytes(std::span(text_)); }

private:
  std::string text_;
  std::shared_ptr<body_memory> memory_;
};

class mapped_body final : public request_body {
public:
  mapped_body(void* start, std::size_t size) noexcept : start_(start), size_(size) {}

  ~mapped_body() override { ::munmap(start_, size_); }

  mapped_body(const mapped_body&) = delete;
  mapped_body& operator=(const mapped_body&) = delete;

  std::span<const std::byte> bytes() const noexcept override { return {static_cast<const std::byte*>(start_), size_}; }

private:
  void* start_;
  std::size_t size_;
};

/// A new file that is removed as soon as nobody has it open, whatever becomes of this process.
int open_nameless(const std::filesystem::path& directory) {
  static std::atomic<std::uint64_t> count{0};
  const auto path = directory / ("body-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0)
    fail("A file for the body of a request cannot be made", errno);
  ::unlink(path.c_str());
  return file;
}

} // namespace

bool body_memory::reserve(std::size_t bytes) noexcept {
  if (used_.fetch_add(bytes) + bytes <= limit_)
    return true;
  used_ -= bytes;
  return false;
}

body_collector::body_collector(std::filesystem::path directory, std::size_t memory_max,
                               std::shared_ptr<body_memory> memory)
  : directory_(std::move(directory)),
    memory_max_(memory_max),
    memory_(std::move(memory)) {}

body_collector::~body_collector() {
  memory_->release(text_.size());
  if (file_ >= 0)
    ::close(file_);
}

void body_collector::add(std::string_view bytes) {
  if (file_ < 0 && (size_ + bytes.size() > memory_max_ || !memory_->reserve(bytes.size())))
    move_to_file();
  if (file_ < 0)
    text_ += bytes;
  else
    write(bytes);
  size_ += bytes.size();
}

void body_collector::move_to_file() {
  file_ = open_nameless(directory_);
  write(text_);
  memory_->release(text_.size());
  text_ = {};
}

void body_collector::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      fail("The body of a request cannot be written", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::unique_ptr<request_body> body_collector::finish() {
  if (file_ < 0) {
    size_ = 0;
    return std::make_unique<memory_body>(std::exchange(text_, {}), memory_);
  }
  const auto size = static_cast<std::size_t>(size_);
  void* const start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file_, 0);
  if (start == MAP_FAILED)
    fail("The body of a request cannot be mapped", errno);
  ::close(std::exchange(file_, -1));
  size_ = 0;
  return std::make_unique<mapped_body>(start, size);
}

std::unique_ptr<request_body> empty_request_body() {
  return std::make_unique<memory_body>(std::string(), nullptr);
}

} // namespace troupe::http
