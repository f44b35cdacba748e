#include "dicom/attribute_model.hpp"
#include "dicom/scan.hpp"
#include "dicom/tags_text.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>

using namespace troupe;

namespace {

/// What is written must be JSON in UTF-8.
void check(const std::string& text) {
  if (!nlohmann::json::accept(text))
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = std::as_bytes(std::span{data, size});
  const bool accepted = dicom::scan(file).has_value();
  for (const auto format : {dicom::tag_format::full, dicom::tag_format::brief, dicom::tag_format::simplified}) {
    const auto tags = dicom::read_tags(file, {.format = format, .whole = true});
    if (tags)
      check(tags->object());
    else if (accepted && tags.error().code() == error_code::bad_file_format)
      std::abort(); // what the scan has accepted can be shown
  }
  if (const auto header = dicom::read_meta_tags(file, {}))
    check(header->object());
  if (const auto json = dicom::dicom_json(file, "/x"))
    check(*json);
  (void)dicom::native_model(file, "/x");
  return 0;
}
