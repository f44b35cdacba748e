/// \file
/// Small DICOM files, made by hand.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace troupe::http::test {

struct element {
  std::string_view vr;
  std::string value;
};

/// A file in Explicit VR Little Endian with these elements (group in the upper 16 bits) of short VRs.
inline std::string dicom_bytes(const std::map<std::uint32_t, element>& elements) {
  const auto little = [](std::uint32_t number, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i)
      text += static_cast<char>(number >> (8 * i) & 0xffU);
    return text;
  };
  const auto encoded = [&](std::uint32_t tag, const element& of) {
    std::string value = of.value;
    if (value.size() % 2 != 0)
      value += of.vr == "UI" ? '\0' : ' ';
    return little(tag >> 16, 2) + little(tag & 0xffffU, 2) + std::string(of.vr)
           + little(static_cast<std::uint32_t>(value.size()), 2) + value;
  };
  const std::string syntax = encoded(0x00020010, {"UI", "1.2.840.10008.1.2.1"});
  std::string file = std::string(128, '\0') + "DICM";
  file += encoded(0x00020000, {"UL", little(static_cast<std::uint32_t>(syntax.size()), 4)}) + syntax;
  for (const auto& [tag, of] : elements)
    file += encoded(tag, of);
  return file;
}

/// Image Comments of an even size: belongs behind the elements of an instance.
inline std::string comments_bytes(std::uint16_t size) {
  std::string element("\x20\0\0\x40LT", 6);
  element += static_cast<char>(size & 0xffU);
  element += static_cast<char>(size >> 8);
  return element + std::string(size, ' ');
}

/// An instance of a patient, a study and a series of the given numbers.
inline std::string instance_bytes(int patient, int study, int series, int number) {
  const std::string root = "1.2.3." + std::to_string(patient) + '.' + std::to_string(study);
  return dicom_bytes({{0x00080016, {"UI", "1.2.840.10008.5.1.4.1.1.7"}},
                      {0x00080018, {"UI", root + '.' + std::to_string(series) + '.' + std::to_string(number)}},
                      {0x00080060, {"CS", "OT"}},
                      {0x00081030, {"LO", "Head"}},
                      {0x00100010, {"PN", "Doe^Jane"}},
                      {0x00100020, {"LO", "P" + std::to_string(patient)}},
                      {0x0020000d, {"UI", root}},
                      {0x0020000e, {"UI", root + '.' + std::to_string(series)}},
                      {0x00200013, {"IS", std::to_string(number)}},
                      {0x00200105, {"IS", "1"}},
                      {0x00201002, {"IS", "2"}}});
}

} // namespace troupe::http::test
