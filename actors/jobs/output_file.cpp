#include "actors/jobs/output_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace troupe::jobs {

namespace {

/// What is not larger is stored in the transaction that ends the job (persistence/batch.hpp).
constexpr std::size_t inline_bytes_max = 64U << 10;

[[noreturn]] void cannot_write() {
  if (errno == ENOSPC || errno == EDQUOT)
    throw failure({error_code::full_storage, "The disk is full"});
  throw failure({error_code::cannot_write_file, "An output of a job cannot be written"});
}

} // namespace

output_file::~output_file() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

void output_file::add(std::string bytes, step_context& context) {
  size_bytes_ += bytes.size();
  if (descriptor_ >= 0) {
    write(bytes);
    return;
  }
  buffered_ += bytes;
  if (buffered_.size() <= inline_bytes_max)
    return;
  path_ = context.new_output_file();
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor_ < 0)
    cannot_write();
  write(std::exchange(buffered_, {}));
}

void output_file::write(const std::string& bytes) {
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const auto count = ::write(descriptor_, rest.data(), rest.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      cannot_write();
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::variant<std::string, std::filesystem::path> output_file::close() {
  if (descriptor_ < 0)
    return std::move(buffered_);
  if (::fdatasync(descriptor_) != 0)
    cannot_write();
  ::close(std::exchange(descriptor_, -1));
  return path_;
}

} // namespace troupe::jobs
