/// \file
/// Names of the entries of an archive: `<patient>/<study>/<series>/<file>.dcm`.
#pragma once

#include "core/instance_summary.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace troupe::dicom {

/// `<PatientID> <PatientName>`, from the patient tags as the study has them. Names from DICOM are never trusted: the
/// result has no `/`, no control characters, is not empty, `.` or `..`, and has at most 100 characters.
std::string patient_folder(const tag_values& patient_tags);
/// `<AccessionNumber> <StudyDescription>`
std::string study_folder(const tag_values& study_tags);
/// `<Modality> <SeriesDescription>`
std::string series_folder(const tag_values& series_tags);

/// Hands out names, none twice: folders that clash get a numeric suffix, files of a series are `CT000000.dcm`, where
/// the number is the InstanceNumber if that is unique, else the next free one.
class zip_layout {
public:
  /// Name of the next entry, whatever the order of the calls. `series` names the series, its folders are as first
  /// given.
  std::string entry_name(const orthanc_id& patient, const orthanc_id& study, const orthanc_id& series,
                         const tag_values& patient_tags, const tag_values& study_tags, const tag_values& series_tags,
                         std::optional<std::uint32_t> instance_number);

private:
  /// Names in a folder, in lower case, with the suffix to try next where one is wanted again.
  using names = std::map<std::string, std::uint32_t>;

  static std::string unique(names& taken, std::string wanted);
  const std::string& folder(const orthanc_id& of, const std::string& parent, std::string wanted);

  struct series_names {
    std::string folder;
    std::string prefix;
    std::set<std::uint32_t> used;
    std::uint32_t next = 0;
  };

  std::map<orthanc_id, std::string> folders_;
  std::map<std::string, names> taken_; ///< by folder
  std::map<orthanc_id, series_names> series_;
};

} // namespace troupe::dicom
