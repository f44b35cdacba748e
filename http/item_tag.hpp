/// \file
/// Entity tags of metadata and attachments: `"<revision>-<MD5>"`.
#pragma once

#include "http/call.hpp"
#include "persistence/batch.hpp"

#include <string>

namespace troupe::http {

/// The tag, without quotes.
std::string item_tag(const persistence::item_version& version);

/// What `If-Match` says, for an item that is to be changed; with `needs_version` if the option `CheckRevisions` is on.
/// Errors: `parameter_out_of_range` for what is no tag of an item.
result<persistence::item_condition> condition_of(const request_head& request, bool needs_version);

/// The same for an item that is to be removed: the version must be given, where it must, even if the item is not there.
/// Errors: also `revision`.
result<persistence::item_condition> removal_condition_of(const request_head& request, bool needs_version);

/// Whether `If-None-Match` says that the client has that version. Errors: as above.
result<bool> client_has(const request_head& request, const persistence::item_version& version);

} // namespace troupe::http
