#include "dicom/data_set_file.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdatset.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcostrma.h>
#include <dcmtk/dcmdata/dcxfer.h>

#include <limits>

namespace troupe::dicom {
namespace {

/// Takes whatever is written.
class text_consumer final : public DcmConsumer {
public:
  explicit text_consumer(std::string& out) : out_(out) {}

  OFBool good() const override { return OFTrue; }

  OFCondition status() const override { return EC_Normal; }

  OFBool isFlushed() const override { return OFTrue; }

  offile_off_t avail() const override { return std::numeric_limits<std::int32_t>::max(); }

  offile_off_t write(const void* bytes, offile_off_t size) override {
    out_.append(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
    return size;
  }

  void flush() override {}

private:
  std::string& out_;
};

class text_stream final : public DcmOutputStream {
public:
  explicit text_stream(text_consumer& to) : DcmOutputStream(&to) {}
};

bool has_fragments(const part10_file& file) {
  element_reader reader(file.bytes, file.start, file.encoding, {});
  while (reader.next())
    if (reader.current().what == event::fragments_begin)
      return true;
  return false;
}

// Any encapsulated syntax will do for a file that has one, also one that DCMTK does not know: fragments are passed on.
E_TransferSyntax syntax_of(const part10_file& file) {
  if (!file.encoding.explicit_vr)
    return EXS_LittleEndianImplicit;
  if (file.encoding.big_endian)
    return EXS_BigEndianExplicit;
  return has_fragments(file) ? EXS_JPEG2000 : EXS_LittleEndianExplicit;
}

error wrong(const char* doing, const OFCondition& why) {
  return {error_code::bad_file_format, std::string(doing) + ": " + why.text()};
}

result<void> append_as(std::string& out, DcmDataset& content, E_TransferSyntax syntax) {
  text_consumer consumer(out);
  text_stream stream(consumer);
  content.transferInit();
  const auto status = content.write(stream, syntax, EET_ExplicitLength, nullptr, EGL_recalcGL);
  content.transferEnd();
  stream.flush();
  if (status.bad())
    return wrong("The data set cannot be written", status);
  return {};
}

} // namespace

result<std::unique_ptr<DcmDataset>> read_data_set(const part10_file& file) {
  const auto bytes = file.bytes.subspan(file.start);
  auto content = std::make_unique<DcmDataset>();
  DcmInputBufferStream stream;
  stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  stream.setEos();
  content->transferInit();
  const auto status = content->read(stream, syntax_of(file), EGL_noChange);
  content->transferEnd();
  if (status.bad())
    return wrong("The data set cannot be read", status);
  return content;
}

result<void> append_data_set(std::string& out, DcmDataset& content, const part10_file& file) {
  return append_as(out, content, file.in_file() ? syntax_of(file) : EXS_DeflatedLittleEndianExplicit);
}

result<void> append_data_set_as(std::string& out, DcmDataset& content, std::string_view transfer_syntax) {
  return append_as(out, content, DcmXfer(std::string(transfer_syntax).c_str()).getXfer());
}

} // namespace troupe::dicom
