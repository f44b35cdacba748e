#include "dicom/scan.hpp"

#include "dicom/content.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = std::as_bytes(std::span{data, size});
  const auto summary = troupe::dicom::scan(file);
  // What is accepted can be walked.
  if (summary && !troupe::dicom::read_content(file, ""))
    std::abort();
  return 0;
}
