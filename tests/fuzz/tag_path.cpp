#include "dicom/tag_path.hpp"

#include "dicom/charset.hpp"
#include "dicom/tag_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace troupe;

namespace {

constexpr std::size_t steps_max = 16;
constexpr std::uint32_t item_max = 999;

void check_path(std::string_view text) {
  const auto path = dicom::parse_tag_path(text);
  if (!path)
    return;
  const bool far = std::ranges::any_of(path->steps, [](const auto& step) { return step.item.value_or(0) > item_max; });
  if (path->steps.size() > steps_max || far)
    std::abort();
}

/// The first line says the character sets, the rest is text in them: it becomes UTF-8, whatever it is.
void check_text(std::string_view input) {
  const auto end = std::min(input.find('\n'), input.size());
  const dicom::charset sets(input.substr(0, end));
  const auto text = input.substr(end);
  for (const auto kind : {dicom::text_kind::plain, dicom::text_kind::values, dicom::text_kind::name}) {
    const std::string utf8 = sets.to_utf8(text, kind);
    (void)nlohmann::json(utf8).dump();
    if (const auto back = sets.from_utf8(utf8, kind); back && sets.to_utf8(*back, kind) != utf8)
      std::abort();
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_path(text);
  check_text(text);
  return 0;
}
