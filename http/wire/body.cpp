#include "http/wire/body.hpp"

#include <algorithm>
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
  throw failure(error(code, std::string(what) + ": " + std::system_category().message(reason)));
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
  mapped_body(std::filesystem::path path, void* start, std::size_t size) noexcept
    : path_(std::move(path)),
      start_(start),
      size_(size) {}

  ~mapped_body() override {
    ::munmap(start_, size_);
    ::unlink(path_.c_str());
  }

  mapped_body(const mapped_body&) = delete;
  mapped_body& operator=(const mapped_body&) = delete;

  std::span<const std::byte> bytes() const noexcept override { return {static_cast<const std::byte*>(start_), size_}; }

  const std::filesystem::path* file() const noexcept override { return &path_; }

  void release(std::span<const std::byte> part) const noexcept override {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = static_cast<std::size_t>(part.data() - static_cast<const std::byte*>(start_)) / page * page;
    const auto end = std::min(size_, begin + part.size() + page);
    // Pages of a file that nobody writes to come back as they are.
    ::madvise(static_cast<std::byte*>(start_) + begin, end - begin, MADV_DONTNEED);
  }

private:
  std::filesystem::path path_;
  void* start_;
  std::size_t size_;
};

std::filesystem::path new_path(const std::filesystem::path& directory) {
  static std::atomic<std::uint64_t> count{0};
  return directory / ("body-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
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
  if (file_ >= 0) {
    ::close(file_);
    ::unlink(path_.c_str());
  }
}

void body_collector::expect(std::uint64_t bytes) {
  if (file_ < 0 && bytes > memory_max_)
    move_to_file();
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
  path_ = new_path(directory_);
  file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file_ < 0)
    fail("A file for the body of a request cannot be made", errno);
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
  return std::make_unique<mapped_body>(std::exchange(path_, {}), start, size);
}

std::unique_ptr<request_body> empty_request_body() {
  return std::make_unique<memory_body>(std::string(), nullptr);
}

} // namespace troupe::http
