#include "dicom/zip_writer.hpp"

#include <troupe/error.hpp>

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <utility>

namespace troupe::dicom {
namespace {

/// UTF-8 for this thread while it lives: libarchive marks names as UTF-8 only if the locale is, whatever the process
/// has set.
class utf_8_scope {
public:
  utf_8_scope() : before_(uselocale(utf_8())) {}

  ~utf_8_scope() { uselocale(before_); }

  utf_8_scope(const utf_8_scope&) = delete;
  utf_8_scope& operator=(const utf_8_scope&) = delete;

private:
  /// Loaded once, for good: that costs more than writing a small entry.
  static locale_t utf_8() {
    static const locale_t loaded = newlocale(LC_CTYPE_MASK, "C.UTF-8", static_cast<locale_t>(nullptr));
    if (loaded == static_cast<locale_t>(nullptr))
      throw failure{error{error_code::internal_error, "the locale C.UTF-8 is missing"}};
    return loaded;
  }

  locale_t before_;
};

struct free_archive {
  void operator()(archive* writer) const noexcept { archive_write_free(writer); }

  void operator()(archive_entry* entry) const noexcept { archive_entry_free(entry); }
};

la_ssize_t append(archive*, void* out, const void* bytes, std::size_t size) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

} // namespace

struct zip_writer::impl {
  // Before the archive: freeing that may still write.
  std::string produced;
  std::unique_ptr<archive, free_archive> writer{archive_write_new()};
  std::uint64_t missing = 0; ///< bytes until the current entry is complete

  void check(int status) {
    if (status == ARCHIVE_OK)
      return;
    const char* why = archive_error_string(writer.get());
    throw failure{
      error{error_code::cannot_write_file, std::string{"ZIP: "} + (why == nullptr ? "unknown error" : why)}};
  }

  void expect_complete() const {
    if (missing != 0)
      throw failure{error{error_code::bad_sequence_of_calls, "ZIP: the entry before is not complete"}};
  }
};

zip_writer::zip_writer() : impl_(std::make_unique<impl>()) {
  archive* writer = impl_->writer.get();
  if (writer == nullptr)
    throw failure{error{error_code::not_enough_memory, "libarchive"}};
  impl_->check(archive_write_set_format_zip(writer));
  impl_->check(archive_write_set_options(writer, "zip:compression=deflate,zip:compression-level=1"));
  impl_->check(archive_write_set_bytes_per_block(writer, 0));
  impl_->check(archive_write_open2(writer, &impl_->produced, nullptr, append, nullptr, nullptr));
}

zip_writer::~zip_writer() = default;
zip_writer::zip_writer(zip_writer&&) noexcept = default;
zip_writer& zip_writer::operator=(zip_writer&&) noexcept = default;

void zip_writer::begin_entry(const std::string& name, std::uint64_t size_bytes) {
  impl_->expect_complete();
  const utf_8_scope utf_8;
  const std::unique_ptr<archive_entry, free_archive> entry{archive_entry_new2(impl_->writer.get())};
  if (!entry)
    throw failure{error{error_code::not_enough_memory, "libarchive"}};
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size_bytes));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  impl_->check(archive_write_header(impl_->writer.get(), entry.get()));
  impl_->missing = size_bytes;
}

void zip_writer::add(std::span<const std::byte> bytes) {
  if (bytes.size() > impl_->missing)
    throw failure{error{error_code::bad_sequence_of_calls, "ZIP: more bytes than the entry was said to have"}};
  if (bytes.empty())
    return;
  const la_ssize_t written = archive_write_data(impl_->writer.get(), bytes.data(), bytes.size());
  if (written < 0 || static_cast<std::size_t>(written) != bytes.size())
    impl_->check(ARCHIVE_FATAL);
  impl_->missing -= bytes.size();
}

void zip_writer::finish() {
  impl_->expect_complete();
  impl_->check(archive_write_close(impl_->writer.get()));
}

std::string zip_writer::take() {
  return std::exchange(impl_->produced, {});
}

} // namespace troupe::dicom
