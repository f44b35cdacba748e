#include "persistence/tag_index.hpp"

#include "core/folded_text.hpp"
#include "core/value_pattern.hpp"
#include "persistence/keys.hpp"
#include "persistence/writer.hpp"

#include <algorithm>
#include <array>

namespace troupe::persistence {
namespace {

constexpr dicom_tag modality = 0x00080060;

constexpr std::array<dicom_tag, 3> of_patients{
  0x00100010, // PatientName
  0x00100020, // PatientID
  0x00100030, // PatientBirthDate
};
constexpr std::array<dicom_tag, 9> of_studies{
  0x00080020, // StudyDate
  0x00080050, // AccessionNumber
  0x00080080, // InstitutionName
  0x00080090, // ReferringPhysicianName
  0x00081030, // StudyDescription
  0x00100010, // of the patient, as this study has them
  0x00100020, 0x00100030,
  0x0020000D, // StudyInstanceUID
};
constexpr std::array<dicom_tag, 4> of_series{
  0x00080021, // SeriesDate
  modality,
  0x0008103E, // SeriesDescription
  0x0020000E, // SeriesInstanceUID
};
/// Written for every upload: what an instance is named by, and no more.
constexpr std::array<dicom_tag, 1> of_instances{
  0x00080018, // SOPInstanceUID
};

std::string tag_prefix(resource_level level, dicom_tag tag) {
  std::string key(1, static_cast<char>(level));
  append_number<4>(key, tag);
  return key;
}

std::string row_key(std::string key, std::string_view value, resource_key of) {
  key.append(value).push_back('\0');
  append_number<8>(key, of);
  return key;
}

std::string_view value_of(const resource& of, dicom_tag tag) {
  for (const auto* tags : {&of.tags, &of.patient_tags}) {
    const auto found = std::ranges::lower_bound(*tags, tag, {}, &tag_value::tag);
    if (found != tags->end() && found->tag == tag) {
      return found->value;
    }
  }
  return {};
}

/// What lies between the tag and the key of the resource.
std::optional<std::pair<std::string_view, resource_key>> read_row(std::string_view key, std::size_t prefix) {
  constexpr std::size_t behind = 1 + sizeof(resource_key);
  if (key.size() < prefix + behind || key[key.size() - behind] != '\0') {
    return std::nullopt;
  }
  return std::pair(key.substr(prefix, key.size() - behind - prefix),
                   *number_at(key, key.size() - sizeof(resource_key)));
}

} // namespace

std::span<const dicom_tag> indexed_tags(resource_level level) noexcept {
  constexpr std::array<std::span<const dicom_tag>, 4> tags{of_patients, of_studies, of_series, of_instances};
  return tags[static_cast<std::size_t>(level)];
}

bool is_indexed(resource_level level, dicom_tag tag) noexcept {
  return std::ranges::find(indexed_tags(level), tag) != indexed_tags(level).end()
         || (level == resource_level::study && tag == modalities_in_study);
}

std::string indexed_value(std::string_view value) {
  auto shortened = folded(value);
  shortened.resize(std::min(shortened.size(), longest_indexed));
  return shortened;
}

std::vector<std::string> tag_index_keys(const resource& of) {
  std::vector<std::string> keys;
  for (const auto tag : indexed_tags(of.level)) {
    const auto prefix = tag_prefix(of.level, tag);
    const auto value = value_of(of, tag);
    keys.push_back(row_key(prefix, indexed_value(value), of.key));
    if (value.find('\\') != std::string_view::npos) {
      for_each_value(value, [&](std::string_view each) {
        keys.push_back(row_key(prefix, indexed_value(each), of.key));
        return true;
      });
    }
  }
  return keys;
}

std::optional<std::string> modality_index_key(const resource& series) {
  const auto value = indexed_value(value_of(series, modality));
  return value.empty()
           ? std::nullopt
           : std::optional(row_key(tag_prefix(resource_level::study, modalities_in_study), value, series.parent));
}

void index_tags(writer& by, const resource& added) {
  for (const auto& key : tag_index_keys(added)) {
    by.to.put(table::tag_index, key, {});
  }
}

void index_modality(writer& by, const resource& series) {
  if (const auto key = modality_index_key(series)) {
    by.to.put(table::tag_index, *key, {});
  }
}

void build_tag_index(writer& by) {
  for (resource_key key = 1; key <= by.made.now.last_resource; ++key) {
    const auto found = load_resource(by.rows(), key);
    if (!found) {
      continue;
    }
    index_tags(by, *found);
    if (found->level == resource_level::series) {
      index_modality(by, *found);
    }
  }
}

void for_each_indexed(const read_transaction& from, resource_level level, dicom_tag tag, const index_walk& which,
                      const std::function<bool(std::string_view value, resource_key key)>& visit) {
  const auto all = tag_prefix(level, tag);
  const auto wanted = all + std::string(which.prefix);
  cursor at(from, table::tag_index);
  bool more = false;
  if (which.descending) {
    // The first row behind those of the tag, and one back.
    more = at.seek(tag_prefix(level, tag + 1)) ? at.previous() : at.last();
  } else {
    more = at.seek(wanted + std::string(which.first));
  }
  while (more && at.key().starts_with(wanted)) {
    const auto row = read_row(at.key(), all.size());
    if (!row) {
      from.origin().note_undecodable(table::tag_index, at.key());
    } else if (!visit(row->first, row->second)) {
      return;
    }
    more = which.descending ? at.previous() : at.next();
  }
}

} // namespace troupe::persistence
