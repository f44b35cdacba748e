#include "core/main_dicom_tags.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>
#include <utility>

namespace troupe {

namespace {

// clang-format off
constexpr auto table = std::to_array<main_dicom_tag>({
  {resource_level::patient, 0x00100010, "PatientName"},
  {resource_level::patient, 0x00100020, "PatientID"},
  {resource_level::patient, 0x00100030, "PatientBirthDate"},
  {resource_level::patient, 0x00100040, "PatientSex"},
  {resource_level::patient, 0x00101000, "OtherPatientIDs"},
  {resource_level::study, 0x00080020, "StudyDate"},
  {resource_level::study, 0x00080030, "StudyTime"},
  {resource_level::study, 0x00080050, "AccessionNumber"},
  {resource_level::study, 0x00080080, "InstitutionName"},
  {resource_level::study, 0x00080090, "ReferringPhysicianName"},
  {resource_level::study, 0x00080201, "TimezoneOffsetFromUTC", true},
  {resource_level::study, 0x00081030, "StudyDescription"},
  {resource_level::study, 0x0020000D, "StudyInstanceUID"},
  {resource_level::study, 0x00200010, "StudyID"},
  {resource_level::study, 0x00321032, "RequestingPhysician"},
  {resource_level::study, 0x00321060, "RequestedProcedureDescription"},
  {resource_level::series, 0x00080021, "SeriesDate"},
  {resource_level::series, 0x00080031, "SeriesTime"},
  {resource_level::series, 0x00080060, "Modality"},
  {resource_level::series, 0x00080070, "Manufacturer"},
  {resource_level::series, 0x00080201, "TimezoneOffsetFromUTC", true},
  {resource_level::series, 0x00081010, "StationName"},
  {resource_level::series, 0x0008103E, "SeriesDescription"},
  {resource_level::series, 0x00081070, "OperatorsName"},
  {resource_level::series, 0x00180010, "ContrastBolusAgent"},
  {resource_level::series, 0x00180015, "BodyPartExamined"},
  {resource_level::series, 0x00180024, "SequenceName"},
  {resource_level::series, 0x00181030, "ProtocolName"},
  {resource_level::series, 0x00181090, "CardiacNumberOfImages"},
  {resource_level::series, 0x00181400, "AcquisitionDeviceProcessingDescription"},
  {resource_level::series, 0x0020000E, "SeriesInstanceUID"},
  {resource_level::series, 0x00200011, "SeriesNumber"},
  {resource_level::series, 0x00200037, "ImageOrientationPatient"},
  {resource_level::series, 0x00200105, "NumberOfTemporalPositions"},
  {resource_level::series, 0x00201002, "ImagesInAcquisition"},
  {resource_level::series, 0x00400244, "PerformedProcedureStepStartDate", true},
  {resource_level::series, 0x00400245, "PerformedProcedureStepStartTime", true},
  {resource_level::series, 0x00400254, "PerformedProcedureStepDescription"},
  {resource_level::series, 0x00540081, "NumberOfSlices"},
  {resource_level::series, 0x00540101, "NumberOfTimeSlices"},
  {resource_level::series, 0x00541000, "SeriesType"},
  {resource_level::instance, 0x00080012, "InstanceCreationDate"},
  {resource_level::instance, 0x00080013, "InstanceCreationTime"},
  {resource_level::instance, 0x00080018, "SOPInstanceUID"},
  {resource_level::instance, 0x00200012, "AcquisitionNumber"},
  {resource_level::instance, 0x00200013, "InstanceNumber"},
  {resource_level::instance, 0x00200032, "ImagePositionPatient"},
  {resource_level::instance, 0x00200037, "ImageOrientationPatient"},
  {resource_level::instance, 0x00200100, "TemporalPositionIdentifier"},
  {resource_level::instance, 0x00204000, "ImageComments"},
  {resource_level::instance, 0x00280008, "NumberOfFrames"},
  {resource_level::instance, 0x00541330, "ImageIndex"},
});
// clang-format on

constexpr auto place = [](const main_dicom_tag& row) { return std::pair(row.level, row.tag); };

static_assert(std::ranges::is_sorted(table, {}, place) && std::ranges::adjacent_find(table, {}, place) == table.end(),
              "rows are ordered by level and tag, and none comes twice");

struct known_tags {
  std::vector<main_dicom_tag> rows{table.begin(), table.end()}; ///< in the order of the table
  std::deque<std::string> keywords;                             ///< of extra rows
  std::array<bool, 4> has_extra{};
};

known_tags& known() {
  static known_tags all;
  return all;
}

} // namespace

result<void> add_main_dicom_tags(const std::vector<extra_main_dicom_tag>& extra) {
  auto& all = known();
  for (const auto& each : extra) {
    const auto row = std::ranges::lower_bound(all.rows, std::pair(each.level, each.tag), {}, place);
    if (row != all.rows.end() && place(*row) == std::pair(each.level, each.tag))
      return error{error_code::main_dicom_tags_multiply_defined,
                   each.keyword + " is a main tag of level " + std::string(to_text(each.level)) + " already"};
    all.rows.insert(row, {each.level, each.tag, all.keywords.emplace_back(each.keyword)});
    all.has_extra[static_cast<std::size_t>(each.level)] = true;
  }
  return {};
}

bool has_extra_main_dicom_tags(resource_level level) noexcept {
  return known().has_extra[static_cast<std::size_t>(level)];
}

std::span<const main_dicom_tag> main_dicom_tags() noexcept {
  return known().rows;
}

std::span<const main_dicom_tag> main_dicom_tags(resource_level level) noexcept {
  const auto rows = std::ranges::equal_range(known().rows, level, {}, &main_dicom_tag::level);
  return {rows.begin(), rows.end()};
}

const main_dicom_tag* find_main_dicom_tag(resource_level level, dicom_tag tag) noexcept {
  const auto& rows = known().rows;
  const auto row = std::ranges::lower_bound(rows, std::pair(level, tag), {}, place);
  return row != rows.end() && row->level == level && row->tag == tag ? &*row : nullptr;
}

std::string_view main_dicom_tag_keyword(dicom_tag tag) noexcept {
  const auto& rows = known().rows;
  const auto row = std::ranges::find(rows, tag, &main_dicom_tag::tag);
  return row != rows.end() ? row->keyword : std::string_view();
}

std::string main_dicom_tags_signature(resource_level level, tag_range which) {
  const auto all = which == tag_range::with_extra ? main_dicom_tags() : std::span<const main_dicom_tag>(table);
  std::string text;
  for (const auto& row : all) {
    if (row.level != level)
      continue;
    std::array<char, 16> number{};
    std::snprintf(number.data(), number.size(), "%04x,%04x", row.tag >> 16, row.tag & 0xffffU);
    text.append(text.empty() ? "" : ";").append(number.data());
  }
  return text;
}

} // namespace troupe
