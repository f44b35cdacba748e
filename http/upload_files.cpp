#include "http/upload_files.hpp"

#include "dicom/gunzip.hpp"

#include <algorithm>

namespace troupe::http {
namespace {

/// Larger ones go into a file.
constexpr std::size_t unpacked_in_memory_bytes = 4 << 20;

bool same_letters(std::string_view one, std::string_view lower) {
  return std::ranges::equal(one, lower, {},
                            [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
}

/// A collector that a reader unpacks into.
class unpacked_file {
public:
  explicit unpacked_file(const std::filesystem::path& directory)
    : collector_(directory, unpacked_in_memory_bytes, std::make_shared<body_memory>(unpacked_in_memory_bytes)) {}

  dicom::byte_sink sink() {
    return [this](std::span<const std::byte> bytes) {
      collector_.add({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    };
  }

  upload_file finish(bool may_be_other) {
    auto body = collector_.finish();
    const auto bytes = body->bytes();
    const auto* const of = body.get();
    return {bytes, of, std::move(body), may_be_other};
  }

private:
  body_collector collector_;
};

bool is_gzip(std::string_view coding) {
  return same_letters(coding, "gzip") || same_letters(coding, "x-gzip");
}

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

} // namespace

result<upload_files> upload_files::open(std::shared_ptr<const request> what, unpacking_place where) {
  upload_files files(std::move(what), std::move(where));
  const auto& head = files.what_->head;
  const auto coding = head.header("content-encoding").value_or("identity");
  if (is_gzip(coding)) {
    files.gzip_ = true;
    return files;
  }
  if (!same_letters(coding, "identity"))
    return error{error_code::unsupported_media_type, "The only Content-Encoding that is read is gzip"};
  const auto type = parse_media_type(head.header("content-type").value_or(""));
  const auto boundary = type.parameter("boundary");
  if (type.name == "multipart/form-data" && boundary) {
    if (auto found = files.find_parts(*boundary); !found)
      return found.error();
  } else {
    files.files_.push_back(files.body());
  }
  files.several_ = files.files_.size() > 1 || dicom::looks_like_zip(files.files_.front());
  return files;
}

/// The parts that have a name of a file; all of them if none has.
result<void> upload_files::find_parts(std::string_view boundary) {
  std::vector<std::span<const std::byte>> named;
  multipart_reader parts(what_->body->text(), boundary);
  for (;;) {
    const auto part = parts.next();
    if (!part)
      return part.error();
    if (!*part)
      break;
    const auto disposition = parse_media_type((*part)->header("content-disposition").value_or(""));
    (disposition.parameter("filename") ? named : files_).push_back(bytes_of((*part)->content));
  }
  if (!named.empty())
    files_ = std::move(named);
  if (files_.empty())
    return error{error_code::bad_file_format, "The form has no file"};
  std::ranges::reverse(files_);
  return {};
}

result<std::optional<upload_file>> upload_files::next() {
  using found = std::optional<upload_file>;
  const auto as_found = [](result<upload_file> file) -> result<found> {
    if (!file)
      return file.error();
    return found(*std::move(file));
  };
  if (std::exchange(gzip_, false))
    return as_found(gunzipped());
  for (;;) {
    if (zip_) {
      const auto more = zip_->next();
      if (!more)
        return more.error();
      if (*more)
        return as_found(unzipped());
      zip_.reset();
    }
    if (files_.empty())
      return found();
    const auto file = files_.back();
    files_.pop_back();
    if (!dicom::looks_like_zip(file))
      return found(upload_file{.bytes = file, .of = what_->body.get()});
    zip_ = std::make_unique<dicom::zip_reader>(
      file, where_.limits, [body = what_->body.get()](std::span<const std::byte> spent) { body->release(spent); });
  }
}

result<upload_file> upload_files::unzipped() {
  unpacked_file into(where_.directory);
  if (auto read = zip_->read(into.sink()); !read)
    return read.error();
  return into.finish(true);
}

result<upload_file> upload_files::gunzipped() {
  unpacked_file into(where_.directory);
  const auto spent = [this](std::span<const std::byte> bytes) { what_->body->release(bytes); };
  if (auto read = dicom::gunzip(body(), where_.limits, into.sink(), spent); !read)
    return read.error();
  return into.finish(false);
}

} // namespace troupe::http
