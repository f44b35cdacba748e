/// \file
/// Names of metadata and attachments: those of the server, and those of the options `UserMetadata` and
/// `UserContentType`.
#pragma once

#include <troupe/error.hpp>

#include "core/item_types.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace troupe {

/// Both ways between the types of metadata, or of attachments, and their names.
class item_names {
public:
  /// `option` is the value of `UserMetadata`, as JSON text that was checked.
  static item_names of_metadata(const std::string& option);
  /// The same for `UserContentType`.
  static item_names of_attachments(const std::string& option);

  /// The type that a name or digits stand for. 0, which nothing has, for digits above 65535. Errors: `inexistent_item`.
  result<std::uint16_t> type(std::string_view name) const;
  /// The name of a type: its digits where it has none.
  std::string name(std::uint16_t type) const;
  /// What an attachment is sent as.
  std::string media_type(std::uint16_t type) const;

private:
  void add(std::string name, std::uint16_t type);

  std::map<std::string, std::uint16_t, std::less<>> types_;
  std::map<std::uint16_t, std::string> names_;
  std::map<std::uint16_t, std::string> media_types_;
};

} // namespace troupe
