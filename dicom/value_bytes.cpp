#include "dicom/value_bytes.hpp"

#include <algorithm>

namespace troupe::dicom {

std::size_t number_size(vr type) noexcept {
  switch (type) {
  case vr::at:
  case vr::ow:
  case vr::ss:
  case vr::us:
  case vr::xs:
    return 2;
  case vr::fl:
  case vr::of:
  case vr::ol:
  case vr::sl:
  case vr::ul:
    return 4;
  case vr::fd:
  case vr::od:
  case vr::ov:
  case vr::sv:
  case vr::uv:
    return 8;
  default:
    return 1;
  }
}

bool is_swapped(const dicom_element& element) noexcept {
  return element.big_endian && number_size(element.type) > 1;
}

std::string little_endian_bytes(const dicom_element& element) {
  std::string bytes(reinterpret_cast<const char*>(element.value.data()), element.value.size());
  if (!is_swapped(element))
    return bytes;
  const auto size = static_cast<std::ptrdiff_t>(number_size(element.type));
  for (auto at = bytes.begin(); bytes.end() - at >= size; at += size)
    std::reverse(at, at + size);
  return bytes;
}

} // namespace troupe::dicom
