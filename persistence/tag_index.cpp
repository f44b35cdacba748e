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

constexpr std::array<dicom_tag, 3> dates{
  0x00080020, // StudyDate
  0x00080021, // SeriesDate
  0x00100030, // PatientBirthDate
};

std::string tag_prefix(resource_level level, dicom_tag tag) {
  std::string key(1, static_cast<char>(level));
  append_number<4>(key, tag);
  return key;
}

/// What ends a value in its row.
constexpr char whole = '\0';
constexpr char part = '\1';

std::string row_key(std::string key, std::string_view value, char kind, resource_key of) {
  key.append(value).push_back(kind);
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

/// A row from its key, whose first bytes are the level and the tag.
std::optional<indexed_row> read_row(std::string_view key, std::size_t prefix) {
  constexpr std::size_t behind = 1 + sizeof(resource_key);
  if (key.size() < prefix + behind || (key[key.size() - behind] != whole && key[key.size() - behind] != part)) {
    return std::nullopt;
  }
  return indexed_row{key.substr(prefix, key.size() - behind - prefix),
                     *number_at(key, key.size() - sizeof(resource_key)), key[key.size() - behind] == part};
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

std::string comparable_value(dicom_tag tag, std::string_view value) {
  auto text = folded(value);
  return std::ranges::find(dates, tag) == dates.end() ? text : plain_moment(text);
}

std::string indexed_value(dicom_tag tag, std::string_view value) {
  auto text = comparable_value(tag, value);
  text.resize(std::min(text.size(), longest_indexed));
  return text;
}

std::vector<std::string> tag_index_keys(const resource& of) {
  std::vector<std::string> keys;
  for (const auto tag : indexed_tags(of.level)) {
    const auto prefix = tag_prefix(of.level, tag);
    const auto value = value_of(of, tag);
    keys.push_back(row_key(prefix, indexed_value(tag, value), whole, of.key));
    if (value.find('\\') != std::string_view::npos) {
      for_each_value(value, [&](std::string_view each) {
        keys.push_back(row_key(prefix, indexed_value(tag, each), part, of.key));
        return true;
      });
    }
  }
  return keys;
}

std::vector<std::string> modality_index_keys(const resource& series) {
  std::vector<std::string> keys;
  for_each_value(value_of(series, modality), [&](std::string_view each) {
    if (const auto value = indexed_value(modality, each); !value.empty()) {
      keys.push_back(row_key(tag_prefix(resource_level::study, modalities_in_study), value, whole, series.parent));
    }
    return true;
  });
  return keys;
}

void index_tags(writer& by, const resource& added) {
  for (const auto& key : tag_index_keys(added)) {
    by.to.put(table::tag_index, key, {});
  }
}

void index_modality(writer& by, const resource& series) {
  for (const auto& key : modality_index_keys(series)) {
    by.to.put(table::tag_index, key, {});
  }
}

void unindex_modality(writer& by, const resource& series) {
  auto gone = modality_index_keys(series);
  for_each_with_prefix(
    by.rows(), table::children, number_key(series.parent), [&](std::string_view row, std::string_view) {
      const auto sibling = number_at(row, 8).value_or(0);
      if (const auto other = sibling == series.key ? std::nullopt : load_resource(by.rows(), sibling)) {
        const auto kept = modality_index_keys(*other);
        std::erase_if(gone, [&](const auto& key) { return std::ranges::find(kept, key) != kept.end(); });
      }
      return !gone.empty();
    });
  for (const auto& key : gone) {
    by.to.erase(table::tag_index, key);
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
                      const std::function<bool(const indexed_row&)>& visit) {
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
    } else if (!visit(*row)) {
      return;
    }
    more = which.descending ? at.previous() : at.next();
  }
}

void for_each_with_value(const read_transaction& from, resource_level level, dicom_tag tag, std::string_view value,
                         const std::function<bool(const indexed_row&)>& visit) {
  for (const char kind : {whole, part}) {
    // A longer value may go on with the same byte.
    for_each_indexed(from, level, tag, {.prefix = std::string(value) + kind},
                     [&](const indexed_row& row) { return row.value != value || visit(row); });
  }
}

} // namespace troupe::persistence
