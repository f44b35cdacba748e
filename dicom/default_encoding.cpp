#include "dicom/default_encoding.hpp"

#include <algorithm>
#include <array>
#include <atomic>

namespace troupe::dicom {
namespace {

constexpr auto names = std::to_array<std::string_view>(
  {"Ascii", "Utf8", "Latin1", "Latin2", "Latin3", "Latin4", "Latin5", "Cyrillic", "Windows1251", "Arabic", "Greek",
   "Hebrew", "Thai", "Japanese", "Chinese", "Korean", "JapaneseKanji", "SimplifiedChinese"});

/// In the order of the names; empty for what is no term of DICOM.
constexpr auto values = std::to_array<std::string_view>(
  {"ISO_IR 6", "ISO_IR 192", "ISO_IR 100", "ISO_IR 101", "ISO_IR 109", "ISO_IR 110", "ISO_IR 148", "ISO_IR 144", "",
   "ISO_IR 127", "ISO_IR 126", "ISO_IR 138", "ISO_IR 166", "ISO_IR 13", "GB18030", "\\ISO 2022 IR 149",
   "\\ISO 2022 IR 87", "\\ISO 2022 IR 58"});

static_assert(names.size() == values.size());

constexpr std::size_t latin_1 = 2;
static_assert(names[latin_1] == "Latin1");

std::atomic<std::size_t> current{latin_1};
std::atomic<std::uint64_t> changes{0};

const std::array<charset, names.size()>& sets() {
  static const auto all = [] {
    std::array<charset, names.size()> made;
    for (std::size_t i = 0; i < made.size(); ++i)
      made[i] = values[i].empty() ? charset::windows_1251() : charset{values[i]};
    return made;
  }();
  return all;
}

} // namespace

std::span<const std::string_view> encoding_names() noexcept {
  return names;
}

bool set_default_encoding(std::string_view name) noexcept {
  const auto found = std::ranges::find(names, name);
  if (found == names.end())
    return false;
  const auto place = static_cast<std::size_t>(found - names.begin());
  if (current.exchange(place) != place)
    ++changes;
  return true;
}

std::string_view default_encoding() noexcept {
  return names[current];
}

std::uint64_t default_encoding_changes() noexcept {
  return changes;
}

charset charset_of(std::string_view specific_character_set) {
  return specific_character_set.find_first_not_of(' ') == std::string_view::npos ? sets()[current]
                                                                                 : charset{specific_character_set};
}

} // namespace troupe::dicom
