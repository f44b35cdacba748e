#include "core/item_names.hpp"

#include <troupe/options.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <span>
#include <utility>

namespace troupe {
namespace {

using nlohmann::json;
using named_type = std::pair<std::string_view, std::uint16_t>;

template <class Type>
constexpr named_type row(std::string_view name, Type type) {
  return {name, static_cast<std::uint16_t>(type)};
}

constexpr std::array metadata_names{
  row("IndexInSeries", metadata_type::index_in_series),
  row("ReceptionDate", metadata_type::reception_date),
  row("RemoteAET", metadata_type::remote_aet),
  row("ExpectedNumberOfInstances", metadata_type::expected_number_of_instances),
  row("ModifiedFrom", metadata_type::modified_from),
  row("AnonymizedFrom", metadata_type::anonymized_from),
  row("LastUpdate", metadata_type::last_update),
  row("Origin", metadata_type::origin),
  row("TransferSyntax", metadata_type::transfer_syntax),
  row("SopClassUid", metadata_type::sop_class_uid),
  row("RemoteIP", metadata_type::remote_ip),
  row("CalledAET", metadata_type::called_aet),
  row("HttpUsername", metadata_type::http_username),
  row("PixelDataOffset", metadata_type::pixel_data_offset),
  row("MainDicomTagsSignature", metadata_type::main_dicom_tags_signature),
  row("MainDicomSequences", metadata_type::main_dicom_sequences),
  row("PixelDataVR", metadata_type::pixel_data_vr),
  row("IsProtected", metadata_type::is_protected),
  row("PatientRecyclingOrder", metadata_type::patient_recycling_order),
};

constexpr std::array attachment_names{
  row("dicom", attachment_type::dicom),
  row("dicom-as-json", attachment_type::dicom_as_json),
  row("dicom-until-pixel-data", attachment_type::dicom_until_pixel_data),
};

bool is_name(std::string_view text) {
  const auto good = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
  };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, good) && !std::ranges::all_of(text, digit);
}

error wrong(const std::string& name, std::string_view why) {
  return {error_code::parameter_out_of_range, "'" + name + "' " + std::string(why)};
}

/// A user's names with numbers, `type_of` giving the JSON value that is the number.
template <class TypeOf>
result<void> check_names(const json& value, std::span<const named_type> taken, TypeOf type_of) {
  std::set<std::uint64_t> seen;
  for (const auto& [name, of_name] : value.items()) {
    if (!is_name(name) || std::ranges::find(taken, name, &named_type::first) != taken.end())
      return wrong(name, "is no name: letters, digits, - and _ make one that is not the server's and no number");
    const json* const type = type_of(of_name);
    if (type == nullptr || !type->is_number_unsigned() || type->get<std::uint64_t>() < first_user_type
        || type->get<std::uint64_t>() > 65535)
      return wrong(name, "needs a number from 1024 to 65535");
    if (!seen.insert(type->get<std::uint64_t>()).second)
      return wrong(name, "has a number that another name has");
  }
  return {};
}

const json* itself(const json& value) {
  return &value;
}

const json* first_of_pair(const json& value) {
  if (!value.is_array())
    return &value;
  return value.size() == 2 && value[1].is_string() ? &value[0] : nullptr;
}

} // namespace

result<void> check_user_metadata(const json& value) {
  return check_names(value, metadata_names, itself);
}

result<void> check_user_content_types(const json& value) {
  return check_names(value, attachment_names, first_of_pair);
}

void item_names::add(std::string name, std::uint16_t type) {
  names_.emplace(type, name);
  types_.emplace(std::move(name), type);
}

item_names item_names::of_metadata(const std::string& option) {
  item_names all;
  for (const auto& [name, type] : metadata_names)
    all.add(std::string(name), type);
  const auto users = json::parse(option);
  for (const auto& [name, type] : users.items())
    all.add(name, type.get<std::uint16_t>());
  return all;
}

item_names item_names::of_attachments(const std::string& option) {
  item_names all;
  for (const auto& [name, type] : attachment_names)
    all.add(std::string(name), type);
  all.media_types_ = {{row("", attachment_type::dicom).second, "application/dicom"},
                      {row("", attachment_type::dicom_as_json).second, "application/json"},
                      {row("", attachment_type::dicom_until_pixel_data).second, "application/dicom"}};
  const auto users = json::parse(option);
  for (const auto& [name, value] : users.items()) {
    const auto type = first_of_pair(value)->get<std::uint16_t>();
    all.add(name, type);
    if (value.is_array())
      all.media_types_.emplace(type, value[1].get<std::string>());
  }
  return all;
}

result<std::uint16_t> item_names::type(std::string_view name) const {
  if (const auto found = types_.find(name); found != types_.end())
    return found->second;
  std::uint16_t number = 0;
  const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (name.empty() || end != name.data() + name.size() || problem == std::errc::invalid_argument)
    return error{error_code::inexistent_item, "There is no such name"};
  return problem == std::errc{} ? number : std::uint16_t{0};
}

std::string item_names::name(std::uint16_t type) const {
  const auto found = names_.find(type);
  return found == names_.end() ? std::to_string(type) : found->second;
}

std::string item_names::media_type(std::uint16_t type) const {
  const auto found = media_types_.find(type);
  return found == media_types_.end() ? "application/octet-stream" : found->second;
}

} // namespace troupe
