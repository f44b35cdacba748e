/// \file
/// Reading what belongs to resources besides their tags: metadata, attachments, labels. Writing goes through
/// persistence/batch.hpp.
#pragma once

#include "persistence/read_transaction.hpp"
#include "persistence/records.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::persistence {

/// All metadata of a resource, by type: those that are stored, and those that follow from its records.
std::vector<std::pair<metadata_type, metadata_value>> metadata_of(const read_transaction& from, const resource& of);
/// One of them.
std::optional<metadata_value> find_metadata(const read_transaction& from, const resource& of, metadata_type type);

/// All files of a resource, by type; an instance's own is the first.
std::vector<std::pair<attachment_type, stored_blob>> attachments_of(const read_transaction& from, const resource& of);
/// One of them.
std::optional<stored_blob> find_attachment(const read_transaction& from, const resource& of, attachment_type type);

/// The labels of a resource, in the order of their bytes.
std::vector<std::string> labels_of(const read_transaction& from, resource_key of);
bool has_label(const read_transaction& from, resource_key of, std::string_view label);
/// All labels in use, in the order of their bytes. Costs a search each.
std::vector<std::string> all_labels(const read_transaction& from);
/// The resources of a level that have a label, in the order of arrival, until `visit` returns false.
void for_each_labelled(const read_transaction& from, std::string_view label, resource_level level,
                       const std::function<bool(resource_key)>& visit);

} // namespace troupe::persistence
