#include "dicom/part10_header.hpp"

#include <troupe/version.hpp>

#include <cstdint>

namespace troupe::dicom {
namespace {

constexpr std::string_view implementation_class = "2.25.133164159733523588801271718355467414306";
constexpr std::size_t version_name_max = 16;

void append_16(std::string& out, std::size_t number) {
  out.push_back(static_cast<char>(number & 0xff));
  out.push_back(static_cast<char>(number >> 8 & 0xff));
}

void append_32(std::string& out, std::size_t number) {
  append_16(out, number & 0xffff);
  append_16(out, number >> 16);
}

void append_head(std::string& out, std::size_t element, std::string_view type) {
  append_16(out, 2);
  append_16(out, element);
  out += type;
}

void append(std::string& out, std::size_t element, std::string_view type, std::string_view value) {
  if (value.empty())
    return;
  append_head(out, element, type);
  append_16(out, value.size() + value.size() % 2);
  out += value;
  if (value.size() % 2 != 0)
    out.push_back(type == "UI" ? '\0' : ' ');
}

} // namespace

std::string part10_header(std::string_view sop_class, std::string_view sop_instance, std::string_view transfer_syntax) {
  std::string meta;
  append_head(meta, 0x01, "OB");
  append_16(meta, 0);
  append_32(meta, 2);
  meta += std::string_view("\0\1", 2);
  append(meta, 0x02, "UI", sop_class);
  append(meta, 0x03, "UI", sop_instance);
  append(meta, 0x10, "UI", transfer_syntax);
  append(meta, 0x12, "UI", implementation_class);
  append(meta, 0x13, "SH", ("TROUPE " + std::string(version)).substr(0, version_name_max));
  std::string out(128, '\0');
  out += "DICM";
  append_head(out, 0, "UL");
  append_16(out, 4);
  append_32(out, meta.size());
  return out += meta;
}

} // namespace troupe::dicom
