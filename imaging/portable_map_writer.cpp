#include "imaging/raw_rows.hpp"
#include "imaging/writers.hpp"

namespace troupe::imaging {

std::string portable_map(const picture& of) {
  const raw_rows rows(of);
  std::string out = "P7\nWIDTH " + std::to_string(of.width) + "\nHEIGHT " + std::to_string(of.height) + "\nDEPTH "
                    + std::to_string(of.channels) + "\nMAXVAL " + (rows.sample_bytes() == 1 ? "255" : "65535")
                    + "\nTUPLTYPE " + (of.channels == 1 ? "GRAYSCALE" : "RGB") + "\nENDHDR\n";
  out.append(reinterpret_cast<const char*>(rows.bytes().data()), rows.bytes().size());
  return out;
}

} // namespace troupe::imaging
