/// \file
/// Writes DICOM files for tests, right ones and wrong ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace troupe::dicom::test {

inline constexpr std::uint32_t undefined_length = 0xffffffff;

inline std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span{text});
}

inline std::string number_16(std::uint16_t number) {
  return {static_cast<char>(number & 0xff), static_cast<char>(number >> 8)};
}

inline std::string number_32(std::uint32_t number) {
  return number_16(static_cast<std::uint16_t>(number & 0xffff)) + number_16(static_cast<std::uint16_t>(number >> 16));
}

inline std::string tag_bytes(std::uint32_t tag) {
  return number_16(static_cast<std::uint16_t>(tag >> 16)) + number_16(static_cast<std::uint16_t>(tag & 0xffff));
}

/// An element in Explicit VR Little Endian with the length that is said, whatever the value's is.
inline std::string element_of_length(std::uint32_t tag, std::string_view vr, std::string_view value,
                                     std::uint32_t length) {
  const bool long_header =
    vr == "OB" || vr == "OW" || vr == "SQ" || vr == "UN" || vr == "UT" || vr == "UC" || vr == "SV" || vr == "UV";
  std::string out = tag_bytes(tag).append(vr);
  out += long_header ? number_16(0) + number_32(length) : number_16(static_cast<std::uint16_t>(length));
  return out.append(value);
}

/// An element in Explicit VR Little Endian; values of odd length are padded.
inline std::string element(std::uint32_t tag, std::string_view vr, std::string value) {
  if (value.size() % 2 != 0)
    value.push_back(vr == "UI" || vr == "OB" || vr == "UN" ? '\0' : ' ');
  return element_of_length(tag, vr, value, static_cast<std::uint32_t>(value.size()));
}

/// An element in Implicit VR Little Endian.
inline std::string implicit(std::uint32_t tag, std::string_view value) {
  return (tag_bytes(tag) + number_32(static_cast<std::uint32_t>(value.size()))).append(value);
}

inline std::string implicit_of_length(std::uint32_t tag, std::string_view value, std::uint32_t length) {
  return (tag_bytes(tag) + number_32(length)).append(value);
}

inline std::string item(std::string_view content) {
  return implicit(0xfffee000, content);
}

inline std::string item_end() {
  return implicit(0xfffee00d, "");
}

inline std::string sequence_end() {
  return implicit(0xfffee0dd, "");
}

inline std::string open_item(std::string_view content) {
  return implicit_of_length(0xfffee000, content, undefined_length) + item_end();
}

inline constexpr std::string_view explicit_little = "1.2.840.10008.1.2.1";
inline constexpr std::string_view implicit_little = "1.2.840.10008.1.2";
inline constexpr std::string_view deflated_little = "1.2.840.10008.1.2.1.99";

/// Preamble and meta information.
inline std::string frame(std::string_view transfer_syntax = explicit_little) {
  const std::string syntax = element(0x00020010, "UI", std::string{transfer_syntax});
  return std::string(128, '\0') + "DICM"
         + element(0x00020000, "UL", number_32(static_cast<std::uint32_t>(syntax.size()))) + syntax;
}

/// The elements that every instance must have, of groups 8 to 20, and PatientID `OV1`.
inline std::string identified(std::string_view between = {}) {
  return element(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7") + element(0x00080018, "UI", "1.2.3.4.5.1")
         + std::string{between} + element(0x00100020, "LO", "OV1") + element(0x0020000d, "UI", "1.2.3.4.5.2")
         + element(0x0020000e, "UI", "1.2.3.4.5.3");
}

} // namespace troupe::dicom::test
