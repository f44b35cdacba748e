#include "persistence/item_store.hpp"

#include "persistence/index_store.hpp"
#include "persistence/keys.hpp"
#include "persistence/lookup.hpp"

#include <algorithm>

namespace troupe::persistence {

std::vector<std::pair<attachment_type, stored_blob>> attachments_of(const read_transaction& from, const resource& of) {
  auto all = load_attachments(from, of.key);
  if (auto own = find_attachment(from, of, attachment_type::dicom); own && of.level == resource_level::instance) {
    all.emplace(all.begin(), attachment_type::dicom, *std::move(own));
  }
  return all;
}

std::optional<stored_blob> find_attachment(const read_transaction& from, const resource& of, attachment_type type) {
  return load_file(from, of.key, of.level, type);
}

std::vector<std::string> labels_of(const read_transaction& from, resource_key of) {
  std::vector<std::string> labels;
  for_each_with_prefix(from, table::labels, number_key(of), [&](std::string_view key, std::string_view) {
    labels.emplace_back(key.substr(8));
    return true;
  });
  return labels;
}

bool has_label(const read_transaction& from, resource_key of, std::string_view label) {
  return view(from).contains(table::labels, named_key(of, label));
}

std::vector<std::string> all_labels(const read_transaction& from) {
  std::vector<std::string> labels;
  cursor at(from, table::label_index);
  for (bool more = at.first(); more;) {
    labels.emplace_back(at.key().substr(0, at.key().find('\0')));
    more = at.seek(labels.back() + '\1');
  }
  return labels;
}

void for_each_labelled(const read_transaction& from, std::string_view label, resource_level level,
                       const std::function<bool(resource_key)>& visit) {
  const auto prefix = label_prefix(label, level);
  for_each_with_prefix(from, table::label_index, prefix, [&](std::string_view key, std::string_view) {
    const auto resource = number_at(key, prefix.size());
    return !resource || visit(*resource);
  });
}

} // namespace troupe::persistence
