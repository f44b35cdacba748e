#include "dicom/zip_reader.hpp"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <string>
#include <string_view>

namespace troupe::dicom {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t piece_bytes = 1 << 20;
constexpr std::string_view directory_entry = "PK\x01\x02";

struct free_archive {
  void operator()(archive* reader) const noexcept { archive_read_free(reader); }
};

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

error refused(std::string why) {
  return {error_code::bad_file_format, std::move(why)};
}

/// Whether the signature of a directory entry is there more than `most` times. libarchive reads the whole directory
/// into memory, and takes nobody's word for where it begins and how long it is.
bool has_more_entries(std::string_view archive, std::uint64_t most) {
  std::uint64_t seen = 0;
  for (auto at = archive.find(directory_entry); at != archive.npos;
       at = archive.find(directory_entry, at + directory_entry.size()))
    if (++seen > most)
      return true;
  return false;
}

/// The archive as libarchive reads it: in pieces, without a copy.
struct source {
  std::span<const std::byte> bytes;
  spent_bytes spent;
  std::size_t at = 0;
  std::span<const std::byte> piece = {};

  la_ssize_t read(const void** to) {
    if (spent && !piece.empty())
      spent(piece);
    piece = bytes.subspan(at, std::min(piece_bytes, bytes.size() - at));
    at += piece.size();
    *to = piece.data();
    return static_cast<la_ssize_t>(piece.size());
  }

  la_int64_t seek(la_int64_t offset, int from) {
    const auto size = static_cast<la_int64_t>(bytes.size());
    const auto base = from == SEEK_SET ? 0 : from == SEEK_CUR ? static_cast<la_int64_t>(at) : size;
    if (offset < -base || offset > size - base)
      return ARCHIVE_FATAL;
    at = static_cast<std::size_t>(base + offset);
    return base + offset;
  }
};

la_ssize_t read_source(archive*, void* from, const void** to) {
  return static_cast<source*>(from)->read(to);
}

la_int64_t seek_source(archive*, void* from, la_int64_t offset, int whence) {
  return static_cast<source*>(from)->seek(offset, whence);
}

la_int64_t skip_source(archive*, void* from, la_int64_t bytes) {
  auto& skipped = *static_cast<source*>(from);
  const auto step =
    std::min(static_cast<std::size_t>(std::max<la_int64_t>(bytes, 0)), skipped.bytes.size() - skipped.at);
  skipped.at += step;
  return static_cast<la_int64_t>(step);
}

} // namespace

bool looks_like_zip(std::span<const std::byte> bytes) noexcept {
  constexpr std::size_t preamble = 128;
  const auto text = text_of(bytes);
  const bool dicom = text.size() >= preamble + 4 && text.substr(preamble, 4) == "DICM";
  return !dicom && (text.starts_with("PK\x03\x04") || text.starts_with("PK\x05\x06"));
}

struct zip_reader::impl {
  impl(std::span<const std::byte> archive, const unpacking_limits& limits_of, spent_bytes spent)
    : from{archive, std::move(spent)},
      limits(limits_of),
      count(limits_of, archive.size()) {}

  result<void> open();
  result<bool> next();
  result<void> check_member(archive_entry* member) const;
  result<void> read(const byte_sink& into);

  error damaged() const {
    const char* why = archive_error_string(reader.get());
    return refused("The ZIP is damaged or not complete: " + std::string(why == nullptr ? "unknown" : why));
  }

  source from;
  const unpacking_limits limits;
  unpacking_count count;
  bool any = false;                              ///< member was there
  std::unique_ptr<archive, free_archive> reader; ///< after what it reads from
};

result<void> zip_reader::impl::open() {
  if (has_more_entries(text_of(from.bytes), limits.members))
    return refused("The ZIP has more than the " + std::to_string(limits.members) + " members it may have")
      .with_status(413);
  reader.reset(archive_read_new());
  if (!reader)
    throw failure{error{error_code::not_enough_memory, "libarchive"}};
  archive_read_support_format_zip_seekable(reader.get());
  archive_read_set_callback_data(reader.get(), &from);
  archive_read_set_read_callback(reader.get(), read_source);
  archive_read_set_seek_callback(reader.get(), seek_source);
  archive_read_set_skip_callback(reader.get(), skip_source);
  if (archive_read_open1(reader.get()) != ARCHIVE_OK)
    return damaged();
  return {};
}

result<bool> zip_reader::impl::next() {
  if (!reader)
    if (auto opened = open(); !opened)
      return opened.error();
  for (;;) {
    archive_entry* member = nullptr;
    const int status = archive_read_next_header(reader.get(), &member);
    if (status == ARCHIVE_EOF && !any)
      return refused("The ZIP has no members");
    if (status == ARCHIVE_EOF)
      return false;
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) // a warning is about the name, which nobody needs
      return damaged();
    any = true;
    if (archive_entry_filetype(member) != AE_IFREG
        || (archive_entry_size_is_set(member) && archive_entry_size(member) == 0))
      continue;
    if (auto good = check_member(member); !good)
      return good.error();
    count.begin_file();
    return true;
  }
}

result<void> zip_reader::impl::check_member(archive_entry* member) const {
  if (archive_entry_is_encrypted(member) != 0)
    return refused("The ZIP is encrypted");
  // The other methods allocate what the archive asks for.
  const std::string_view format = archive_format_name(reader.get());
  if (!format.ends_with("(uncompressed)"sv) && !format.ends_with("(deflation)"sv))
    return refused("The ZIP has a member that is neither stored nor deflated");
  return {};
}

result<void> zip_reader::impl::read(const byte_sink& into) {
  for (;;) {
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int status = archive_read_data_block(reader.get(), &block, &size, &offset);
    if (status == ARCHIVE_EOF)
      return {};
    if (status != ARCHIVE_OK)
      return damaged();
    if (auto counted = count.add(size); !counted)
      return counted;
    into({static_cast<const std::byte*>(block), size});
  }
}

zip_reader::zip_reader(std::span<const std::byte> archive, const unpacking_limits& limits, spent_bytes spent)
  : impl_(std::make_unique<impl>(archive, limits, std::move(spent))) {}

zip_reader::~zip_reader() = default;

result<bool> zip_reader::next() {
  return impl_->next();
}

result<void> zip_reader::read(const byte_sink& into) {
  return impl_->read(into);
}

} // namespace troupe::dicom
