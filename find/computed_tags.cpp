#include "find/computed_tags.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace troupe::find {
namespace {

using persistence::read_transaction;
using persistence::resource;
using persistence::resource_key;

constexpr dicom_tag modality = 0x00080060;
constexpr dicom_tag instance_availability = 0x00080056;
constexpr dicom_tag modalities_in_study = 0x00080061;
constexpr dicom_tag sop_classes_in_study = 0x00080062;
constexpr dicom_tag studies_of_patient = 0x00201200;
constexpr dicom_tag series_of_patient = 0x00201202;
constexpr dicom_tag instances_of_patient = 0x00201204;
constexpr dicom_tag series_of_study = 0x00201206;
constexpr dicom_tag instances_of_study = 0x00201208;
constexpr dicom_tag instances_of_series = 0x00201209;

constexpr auto table = std::to_array<computed_tag>({
  {instance_availability, resource_level::patient},
  {modalities_in_study, resource_level::study},
  {sop_classes_in_study, resource_level::study},
  {studies_of_patient, resource_level::patient},
  {series_of_patient, resource_level::patient},
  {instances_of_patient, resource_level::patient},
  {series_of_study, resource_level::study},
  {instances_of_study, resource_level::study},
  {instances_of_series, resource_level::series},
});

/// How many resources lie that many levels below: one for each level of the model, so this ends.
std::uint64_t count_below(const read_transaction& from, resource_key parent, unsigned levels) {
  std::uint64_t count = 0;
  persistence::for_each_child_key(from, parent, [&](resource_key child) {
    count += levels == 1 ? 1 : count_below(from, child, levels - 1);
    return true;
  });
  return count;
}

std::string joined(const std::set<std::string>& values) {
  std::string all;
  for (const auto& each : values)
    all += all.empty() ? each : '\\' + each;
  return all;
}

std::string modalities(const read_transaction& from, const resource& study) {
  std::set<std::string> found;
  persistence::for_each_child(from, study.key, [&](const resource& series) {
    const auto value = std::ranges::find(series.tags, modality, &tag_value::tag);
    if (value != series.tags.end() && !value->value.empty())
      found.insert(value->value);
    return true;
  });
  return joined(found);
}

std::string sop_classes(const read_transaction& from, const resource& study) {
  std::set<std::string> found;
  persistence::for_each_child_key(from, study.key, [&](resource_key series) {
    persistence::for_each_child_key(from, series, [&](resource_key instance) {
      if (auto facts = persistence::find_instance(from, instance); facts && !facts->sop_class.empty())
        found.insert(std::move(facts->sop_class));
      return true;
    });
    return true;
  });
  return joined(found);
}

} // namespace

const computed_tag* find_computed_tag(dicom_tag tag) noexcept {
  const auto row = std::ranges::find(table, tag, &computed_tag::tag);
  return row == table.end() ? nullptr : &*row;
}

std::string computed_value(const read_transaction& from, const resource& of, dicom_tag tag) {
  switch (tag) {
  case instance_availability:
    return "ONLINE";
  case modalities_in_study:
    return modalities(from, of);
  case sop_classes_in_study:
    return sop_classes(from, of);
  case studies_of_patient:
  case series_of_study:
  case instances_of_series:
    return std::to_string(count_below(from, of.key, 1));
  case series_of_patient:
  case instances_of_study:
    return std::to_string(count_below(from, of.key, 2));
  default:
    return std::to_string(count_below(from, of.key, 3));
  }
}

} // namespace troupe::find
