#include "core/main_dicom_tags.hpp"
#include "core/md5.hpp"
#include "persistence/keys.hpp"
#include "persistence/writer.hpp"

#include <algorithm>
#include <span>

namespace troupe::persistence {
namespace {

error unknown(std::string_view what) {
  return {error_code::unknown_resource, "There is no such " + std::string(what)};
}

/// The resource that a change is about, if it is there.
template <class Change>
std::optional<resource> owner_of(const writer& by, const Change& change) {
  const auto key = load_number(by.rows(), table::resource_ids, id_key(change.id, change.level));
  return key ? load_resource(by.rows(), *key) : std::nullopt;
}

/// The patient that a resource belongs to, or is.
resource_key patient_of(view rows, std::optional<resource> below) {
  resource_key key = 0;
  for (; below; below = load_resource(rows, below->parent)) {
    key = below->key;
  }
  return key;
}

std::string row_of(resource_key key, metadata_type type) {
  return typed_key(key, static_cast<std::uint16_t>(type));
}

std::string row_of(resource_key key, attachment_type type) {
  return typed_key(key, static_cast<std::uint16_t>(type));
}

std::string md5_of(const metadata_value& value) {
  return md5_text(std::as_bytes(std::span(value.text)));
}

const std::string& md5_of(const stored_blob& blob) {
  return blob.version_name();
}

/// Why an item that is there must not be changed; `success` if it may.
template <class Item>
error check(const item_condition& condition, const Item& there) {
  if (!condition.version) {
    return condition.needs_version ? error(error_code::revision, "The header If-Match is missing")
                                   : error(error_code::success);
  }
  const auto& version = *condition.version;
  const bool same = version.revision == there.revision && version.md5 == md5_of(there);
  return same ? error(error_code::success) : error(error_code::revision, "It was changed meanwhile");
}

/// The file of an instance itself, which is part of its facts.
bool is_own_file(resource_level level, attachment_type type) {
  return level == resource_level::instance && type == attachment_type::dicom;
}

/// Puts one file in place of another one in the records.
void put_blob_row(writer& by, const replace_blob& change, resource_key key, const stored_blob& blob) {
  if (!is_own_file(change.level, change.type)) {
    by.to.put(table::attachments, row_of(key, change.type), encode(blob));
  } else if (auto facts = load_instance(by.rows(), key)) {
    facts->blob = blob;
    by.to.put(table::instances, number_key(key), encode(*facts));
  }
}

} // namespace

result<outcome> apply(writer& by, const put_metadata& change) {
  const auto owner = owner_of(by, change);
  if (!owner) {
    return unknown("resource");
  }
  metadata_value value{change.text};
  if (const auto old = load_metadata(by.rows(), owner->key, change.type)) {
    if (auto refused = check(change.only_if, *old); refused.code() != error_code::success) {
      return refused;
    }
    if (!is_users(change.type) && old->text == change.text) {
      return item_written{old->revision};
    }
    value.revision = old->revision + 1;
  }
  by.to.put(table::metadata, row_of(owner->key, change.type), encode(value));
  if (is_users(change.type)) {
    put_change(by, change_kind::updated_metadata, *owner, change.at);
  }
  return item_written{value.revision};
}

result<outcome> apply(writer& by, const remove_metadata& change) {
  const auto owner = owner_of(by, change);
  const auto old = owner ? load_metadata(by.rows(), owner->key, change.type) : std::nullopt;
  if (!old) {
    return unknown("metadata");
  }
  if (auto refused = check(change.only_if, *old); refused.code() != error_code::success) {
    return refused;
  }
  by.to.erase(table::metadata, row_of(owner->key, change.type));
  put_change(by, change_kind::updated_metadata, *owner, change.at);
  return applied{};
}

result<outcome> apply(writer& by, const put_attachment& change) {
  if (auto wrong = check_new_blob(by, {change.blob, change.content}); wrong.code() != error_code::success) {
    return wrong;
  }
  const auto owner = owner_of(by, change);
  if (!owner) {
    return unknown("resource");
  }
  const auto old = load_attachment(by.rows(), owner->key, change.type);
  if (!old && by.rows().contains(table::attachments, row_of(owner->key, change.type))) {
    return error(error_code::corrupted_file, "The record of the attachment is damaged");
  }
  if (auto refused = old ? check(change.only_if, *old) : error(error_code::success);
      refused.code() != error_code::success) {
    return refused;
  }
  auto blob = change.blob;
  const auto freed = old ? std::min(old->disk_bytes(), blob.disk_bytes()) : 0;
  if (auto full = make_room(by, {blob.disk_bytes() - freed, 0, patient_of(by.rows(), owner)});
      full.code() != error_code::success) {
    return full;
  }
  blob.revision = old ? old->revision + 1 : 0;
  if (old) {
    disown_blob(by, *old);
  }
  by.to.put(table::attachments, row_of(owner->key, change.type), encode(blob));
  own_blob(by, {blob, change.content}, owner->key);
  put_change(by, change_kind::updated_attachment, *owner, change.at);
  return item_written{blob.revision};
}

result<outcome> apply(writer& by, const remove_attachment& change) {
  const auto owner = owner_of(by, change);
  const auto old = owner ? load_attachment(by.rows(), owner->key, change.type) : std::nullopt;
  if (!old) {
    return unknown("attachment");
  }
  if (auto refused = check(change.only_if, *old); refused.code() != error_code::success) {
    return refused;
  }
  by.to.erase(table::attachments, row_of(owner->key, change.type));
  disown_blob(by, *old);
  put_change(by, change_kind::updated_attachment, *owner, change.at);
  return applied{};
}

result<outcome> apply(writer& by, const replace_blob& change) {
  if (auto wrong = check_new_blob(by, {change.blob, change.content}); wrong.code() != error_code::success) {
    return wrong;
  }
  const auto owner = owner_of(by, change);
  const auto old = owner ? load_file(by.rows(), owner->key, change.level, change.type) : std::nullopt;
  if (!old || old->number != change.instead_of) {
    refuse_blob(by, change.blob);
    return applied{false};
  }
  auto blob = change.blob;
  blob.revision = old->revision + 1;
  put_blob_row(by, change, owner->key, blob);
  disown_blob(by, *old);
  own_blob(by, {blob, change.content}, owner->key);
  if (is_users(change.type)) {
    put_change(by, change_kind::updated_attachment, *owner, change.at);
  }
  return applied{};
}

void note_main_tags(writer& by, const resource& of) {
  const auto row = row_of(of.key, metadata_type::main_dicom_tags_signature);
  if (has_extra_main_dicom_tags(of.level)) {
    by.to.put(table::metadata, row, encode(metadata_value{main_dicom_tags_signature(of.level, tag_range::with_extra)}));
  } else {
    by.to.erase(table::metadata, row);
  }
}

void erase_items(writer& by, resource_key key) {
  by.to.erase_prefix(table::metadata, number_key(key));
  for (const auto& [type, blob] : load_attachments(by.rows(), key)) {
    by.to.erase(table::attachments, row_of(key, type));
    disown_blob(by, blob);
  }
}

} // namespace troupe::persistence
