#include "bench/synthetic.hpp"

#include <algorithm>
#include <cstddef>
#include <random>
#include <string_view>

namespace troupe::bench {
namespace {

constexpr std::string_view secondary_capture = "1.2.840.10008.5.1.4.1.1.7";
constexpr std::string_view explicit_little_endian = "1.2.840.10008.1.2.1";

/// Appends data elements in explicit VR little endian.
class element_writer {
public:
  void text(std::uint32_t tag, std::string_view vr, std::string value) {
    if (value.size() % 2 != 0)
      value += vr == "UI" ? '\0' : ' ';
    short_header(tag, vr, value.size());
    bytes_ += value;
  }

  void number16(std::uint32_t tag, std::uint16_t value) {
    short_header(tag, "US", 2);
    little_endian(value, 2);
  }

  void number32(std::uint32_t tag, std::uint32_t value) {
    short_header(tag, "UL", 4);
    little_endian(value, 4);
  }

  void binary(std::uint32_t tag, std::string_view value) {
    const std::size_t padding = value.size() % 2;
    tag_and_vr(tag, "OB");
    little_endian(0, 2);
    little_endian(static_cast<std::uint32_t>(value.size() + padding), 4);
    bytes_ += value;
    bytes_.append(padding, '\0');
  }

  const std::string& bytes() const noexcept { return bytes_; }

private:
  void tag_and_vr(std::uint32_t tag, std::string_view vr) {
    little_endian(tag >> 16U, 2);
    little_endian(tag & 0xffffU, 2);
    bytes_ += vr;
  }

  void short_header(std::uint32_t tag, std::string_view vr, std::size_t length) {
    tag_and_vr(tag, vr);
    little_endian(static_cast<std::uint32_t>(length), 2);
  }

  void little_endian(std::uint32_t value, int length) {
    for (int i = 0; i < length; ++i, value >>= 8U)
      bytes_ += static_cast<char>(value & 0xffU);
  }

  std::string bytes_;
};

std::string meta_header(const std::string& instance_uid) {
  element_writer meta;
  meta.binary(0x0002'0001, std::string_view("\0\1", 2));
  meta.text(0x0002'0002, "UI", std::string(secondary_capture));
  meta.text(0x0002'0003, "UI", instance_uid);
  meta.text(0x0002'0010, "UI", std::string(explicit_little_endian));
  meta.text(0x0002'0012, "UI", "2.25.17384056218");
  element_writer length;
  length.number32(0x0002'0000, static_cast<std::uint32_t>(meta.bytes().size()));
  return std::string(128, '\0') + "DICM" + length.bytes() + meta.bytes();
}

} // namespace

synthetic_files::synthetic_files(std::uint64_t pixel_bytes, std::uint64_t instances_per_series)
  : instances_per_series_(std::max<std::uint64_t>(instances_per_series, 1)) {
  const std::uint64_t size = std::clamp<std::uint64_t>(pixel_bytes, 1, max_pixel_bytes);
  columns_ = static_cast<std::uint16_t>(std::min<std::uint64_t>(size, 1024));
  rows_ = static_cast<std::uint16_t>((size + columns_ - 1) / columns_);
  std::random_device random;
  root_ = "2.25." + std::to_string((std::uint64_t{random()} << 32U | random()) | 1U << 31U);
}

std::string synthetic_files::file(std::uint64_t index) const {
  const std::uint64_t series = index / instances_per_series_ + 1;
  const std::string series_uid = root_ + '.' + std::to_string(series);
  const std::string instance_uid = series_uid + '.' + std::to_string(index + 1);
  element_writer data;
  data.text(0x0008'0016, "UI", std::string(secondary_capture));
  data.text(0x0008'0018, "UI", instance_uid);
  data.text(0x0008'0020, "DA", "20240102");
  data.text(0x0008'0060, "CS", "OT");
  data.text(0x0008'1030, "LO", "Load");
  data.text(0x0010'0010, "PN", "Load^Synthetic");
  data.text(0x0010'0020, "LO", root_.substr(5));
  data.text(0x0020'000d, "UI", root_);
  data.text(0x0020'000e, "UI", series_uid);
  data.text(0x0020'0011, "IS", std::to_string(series));
  data.text(0x0020'0013, "IS", std::to_string(index % instances_per_series_ + 1));
  data.number16(0x0028'0002, 1);
  data.text(0x0028'0004, "CS", "MONOCHROME2");
  data.number16(0x0028'0010, rows_);
  data.number16(0x0028'0011, columns_);
  data.number16(0x0028'0100, 8);
  data.number16(0x0028'0101, 8);
  data.number16(0x0028'0102, 7);
  data.number16(0x0028'0103, 0);
  // Each image differs, so that nothing along the way can keep two of them as one.
  std::string pixels(std::size_t{rows_} * columns_, static_cast<char>(index & 0x7fU));
  for (std::size_t i = 0; i < pixels.size(); i += 97)
    pixels[i] = static_cast<char>((i * 31 + index * 7) & 0xffU);
  data.binary(0x7fe0'0010, pixels);
  return meta_header(instance_uid) + data.bytes();
}

} // namespace troupe::bench
