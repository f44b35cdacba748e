/// \file
/// Value representations (PS3.5 6.2): the types of DICOM values.
#pragma once

#include <cstdint>

namespace troupe::dicom {

/// The two letters as they stand in a file, the first in the upper byte. `xs` is no type of the standard: the
/// dictionary says US or SS, depending on PixelRepresentation.
enum class vr : std::uint16_t {
  ae = 'A' << 8 | 'E',
  as = 'A' << 8 | 'S',
  at = 'A' << 8 | 'T',
  cs = 'C' << 8 | 'S',
  da = 'D' << 8 | 'A',
  ds = 'D' << 8 | 'S',
  dt = 'D' << 8 | 'T',
  fd = 'F' << 8 | 'D',
  fl = 'F' << 8 | 'L',
  is = 'I' << 8 | 'S',
  lo = 'L' << 8 | 'O',
  lt = 'L' << 8 | 'T',
  ob = 'O' << 8 | 'B',
  od = 'O' << 8 | 'D',
  of = 'O' << 8 | 'F',
  ol = 'O' << 8 | 'L',
  ov = 'O' << 8 | 'V',
  ow = 'O' << 8 | 'W',
  pn = 'P' << 8 | 'N',
  sh = 'S' << 8 | 'H',
  sl = 'S' << 8 | 'L',
  sq = 'S' << 8 | 'Q',
  ss = 'S' << 8 | 'S',
  st = 'S' << 8 | 'T',
  sv = 'S' << 8 | 'V',
  tm = 'T' << 8 | 'M',
  uc = 'U' << 8 | 'C',
  ui = 'U' << 8 | 'I',
  ul = 'U' << 8 | 'L',
  un = 'U' << 8 | 'N',
  ur = 'U' << 8 | 'R',
  us = 'U' << 8 | 'S',
  ut = 'U' << 8 | 'T',
  uv = 'U' << 8 | 'V',
  xs = 'x' << 8 | 's',
};

/// How an explicit VR stands before its length, and what its bytes are.
struct vr_traits {
  bool known = false;       ///< one of the standard's
  bool long_header = false; ///< two reserved bytes and a length of 32 bits
  bool text = false;        ///< characters, not binary numbers or bytes
};

constexpr vr_traits traits(vr type) noexcept {
  switch (type) {
  case vr::ob:
  case vr::od:
  case vr::of:
  case vr::ol:
  case vr::ov:
  case vr::ow:
  case vr::sq:
  case vr::sv:
  case vr::un:
  case vr::uv:
    return {.known = true, .long_header = true, .text = false};
  case vr::uc:
  case vr::ur:
  case vr::ut:
    return {.known = true, .long_header = true, .text = true};
  case vr::ae:
  case vr::as:
  case vr::cs:
  case vr::da:
  case vr::ds:
  case vr::dt:
  case vr::is:
  case vr::lo:
  case vr::lt:
  case vr::pn:
  case vr::sh:
  case vr::st:
  case vr::tm:
  case vr::ui:
    return {.known = true, .long_header = false, .text = true};
  case vr::at:
  case vr::fd:
  case vr::fl:
  case vr::sl:
  case vr::ss:
  case vr::ul:
  case vr::us:
    return {.known = true, .long_header = false, .text = false};
  case vr::xs:
    break;
  }
  return {};
}

} // namespace troupe::dicom
