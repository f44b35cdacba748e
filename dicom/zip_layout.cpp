#include "dicom/zip_layout.hpp"

#include "dicom/ascii_folding.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

namespace troupe::dicom {
namespace {

constexpr dicom_tag accession_number = 0x00080050;
constexpr dicom_tag modality = 0x00080060;
constexpr dicom_tag study_description = 0x00081030;
constexpr dicom_tag series_description = 0x0008103e;
constexpr dicom_tag patient_name = 0x00100010;
constexpr dicom_tag patient_id = 0x00100020;

constexpr std::size_t longest_name = 100;

std::string_view value_of(const tag_values& tags, dicom_tag tag) {
  const auto found = std::ranges::find(tags, tag, &tag_value::tag);
  return found == tags.end() ? std::string_view{} : std::string_view{found->value};
}

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// What every file system takes: no blanks or dots at the ends, no two blanks in a row, nothing unsafe.
std::string safe_name(std::string_view utf8) {
  std::string out;
  for (const char c : ascii_folded(utf8)) {
    const bool kept = is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
    if (kept && !(out.empty() && c == '.'))
      out.push_back(c);
    else if (!kept && !out.empty() && out.back() != ' ')
      out.push_back(' ');
  }
  out.resize(std::min(out.size(), longest_name));
  while (out.ends_with(' ') || out.ends_with('.'))
    out.pop_back();
  return out;
}

std::string joined(const tag_values& tags, dicom_tag first, dicom_tag second, std::string_view otherwise) {
  std::string name = safe_name(std::string{value_of(tags, first)} + ' ' + std::string{value_of(tags, second)});
  return name.empty() ? std::string{otherwise} : name;
}

/// The first two letters of the modality in upper case.
std::string file_prefix(const tag_values& series_tags) {
  std::string prefix;
  for (const char c : value_of(series_tags, modality).substr(0, 2))
    if (is_letter_or_digit(c))
      prefix.push_back(lower(c) == c && c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c);
  return prefix;
}

/// Eight characters in all, more if the number needs them.
std::string file_name(const std::string& prefix, std::uint32_t number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%s%0*u.dcm", prefix.c_str(), static_cast<int>(8 - prefix.size()), number);
  return text.data();
}

} // namespace

std::string patient_folder(const tag_values& patient_tags) {
  return joined(patient_tags, patient_id, patient_name, "Unknown Patient");
}

std::string study_folder(const tag_values& study_tags) {
  return joined(study_tags, accession_number, study_description, "Unknown Study");
}

std::string series_folder(const tag_values& series_tags) {
  return joined(series_tags, modality, series_description, "Unknown Series");
}

std::string zip_layout::entry_name(const orthanc_id& patient, const orthanc_id& study, const orthanc_id& series,
                                   const tag_values& patient_tags, const tag_values& study_tags,
                                   const tag_values& series_tags, std::optional<std::uint32_t> instance_number) {
  auto place = series_.find(series);
  if (place == series_.end()) {
    const std::string& patient_path = folder(patient, "", patient_folder(patient_tags));
    const std::string& study_path = folder(study, patient_path, study_folder(study_tags));
    const std::string& series_path = folder(series, study_path, series_folder(series_tags));
    series_names fresh{.folder = series_path, .prefix = file_prefix(series_tags), .used = {}};
    place = series_.emplace(series, std::move(fresh)).first;
  }
  series_names& names_of_series = place->second;
  std::uint32_t number = 0;
  if (instance_number && names_of_series.used.insert(*instance_number).second) {
    number = *instance_number;
  } else {
    while (!names_of_series.used.insert(names_of_series.next).second)
      ++names_of_series.next;
    number = names_of_series.next;
  }
  return names_of_series.folder + '/' + file_name(names_of_series.prefix, number);
}

/// The folder of a resource: as it was given the first time.
const std::string& zip_layout::folder(const orthanc_id& of, const std::string& parent, std::string wanted) {
  const auto known = folders_.find(of);
  if (known != folders_.end())
    return known->second;
  const std::string name = unique(taken_[parent], std::move(wanted));
  return folders_.emplace(of, parent.empty() ? name : parent + '/' + name).first->second;
}

/// Names that differ only in case clash on some file systems, so they clash here.
std::string zip_layout::unique(names& taken, std::string wanted) {
  const auto key = [](std::string text) {
    std::ranges::transform(text, text.begin(), lower);
    return text;
  };
  const auto [first, fresh] = taken.emplace(key(wanted), 2);
  if (fresh)
    return wanted;
  for (;;) {
    const std::string suffix = '-' + std::to_string(first->second++);
    std::string name = wanted.substr(0, longest_name - suffix.size());
    name += suffix;
    if (taken.emplace(key(name), 2).second)
      return name;
  }
}

} // namespace troupe::dicom
