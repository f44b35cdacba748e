/// \file
/// The types of what belongs to a resource besides its tags: numbers, of which those from 1024 on are the user's.
/// All of them are on disk and in the REST API.
#pragma once

#include <cstdint>

namespace troupe {

/// Texts: `/metadata`.
enum class metadata_type : std::uint16_t {
  none = 0,
  index_in_series = 1,
  reception_date = 2,
  remote_aet = 3,
  expected_number_of_instances = 4,
  modified_from = 5,
  anonymized_from = 6,
  last_update = 7,
  origin = 8,
  transfer_syntax = 9,
  sop_class_uid = 10,
  remote_ip = 11,
  called_aet = 12,
  http_username = 13,
  pixel_data_offset = 14,
  main_dicom_tags_signature = 15,
  main_dicom_sequences = 16,
  pixel_data_vr = 17,
  is_protected = 18,
  patient_recycling_order = 19,
};

/// Files: `/attachments`.
enum class attachment_type : std::uint16_t {
  none = 0,
  dicom = 1, ///< of an instance: what was uploaded
  dicom_as_json = 2,
  dicom_until_pixel_data = 3,
};

inline constexpr std::uint16_t first_user_type = 1024;

template <class Type>
constexpr bool is_users(Type type) noexcept {
  return static_cast<std::uint16_t>(type) >= first_user_type;
}

} // namespace troupe
