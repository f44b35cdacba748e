#include "core/main_dicom_tags.hpp"

#include <algorithm>
#include <array>
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

} // namespace

std::span<const main_dicom_tag> main_dicom_tags() noexcept {
  return table;
}

std::span<const main_dicom_tag> main_dicom_tags(resource_level level) noexcept {
  const auto rows = std::ranges::equal_range(table, level, {}, &main_dicom_tag::level);
  return {rows.begin(), rows.end()};
}

const main_dicom_tag* find_main_dicom_tag(resource_level level, dicom_tag tag) noexcept {
  const auto row = std::ranges::lower_bound(table, std::pair(level, tag), {}, place);
  return row != table.end() && row->level == level && row->tag == tag ? &*row : nullptr;
}

std::string_view main_dicom_tag_keyword(dicom_tag tag) noexcept {
  const auto row = std::ranges::find(table, tag, &main_dicom_tag::tag);
  return row != table.end() ? row->keyword : std::string_view();
}

} // namespace troupe
