#include "dicom/instance_to_send.hpp"

#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcuid.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace troupe::dicom {

namespace {

constexpr std::array<std::string_view, 4> uncompressed{
  UID_LittleEndianExplicitTransferSyntax,
  UID_LittleEndianImplicitTransferSyntax,
  UID_BigEndianExplicitTransferSyntax,
  UID_DeflatedExplicitVRLittleEndianTransferSyntax,
};

OFCondition read_bytes(DcmFileFormat& into, std::span<const std::byte> bytes) {
  DcmInputBufferStream stream;
  stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  stream.setEos();
  into.transferInit();
  const auto done = into.read(stream);
  into.transferEnd();
  return done;
}

std::string uid_of(DcmDataset& from, const DcmTagKey& tag) {
  OFString text;
  from.findAndGetOFString(tag, text);
  return {text.data(), text.size()};
}

} // namespace

std::vector<presentation> ways_to_send(const presentation& which) {
  std::vector<presentation> ways{which};
  if (std::ranges::find(uncompressed, which.transfer_syntax) == uncompressed.end())
    return ways;
  for (const auto* const syntax : {UID_LittleEndianExplicitTransferSyntax, UID_LittleEndianImplicitTransferSyntax})
    if (which.transfer_syntax != syntax)
      ways.push_back({which.sop_class, syntax});
  return ways;
}

std::optional<network_condition> instance_to_send::load(const decltype(store_order::file)& from) {
  const auto* const path = std::get_if<std::filesystem::path>(&from);
  const auto done =
    path != nullptr ? file_.loadFile(path->c_str()) : read_bytes(file_, std::get<std::span<const std::byte>>(from));
  if (done.bad())
    return network_condition::unreadable;
  sop_class_ = uid_of(*data_set(), DCM_SOPClassUID);
  sop_instance_ = uid_of(*data_set(), DCM_SOPInstanceUID);
  if (sop_class_.empty() || sop_instance_.empty())
    return network_condition::nameless;
  return std::nullopt;
}

} // namespace troupe::dicom
