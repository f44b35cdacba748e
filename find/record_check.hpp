/// \file
/// Whether a resource is what a question asks for, seen in its tags.
#pragma once

#include "find/query.hpp"
#include "find/tag_reader.hpp"

#include <span>

namespace troupe::find {

/// Holds resources of one level against constraints. A tag of a lower level is matched by a child that has it; all such
/// tags of a level by the same child. A tag that the index does not keep is looked for in the first instance's file.
class record_check {
public:
  /// The constraints must outlive it.
  record_check(tag_reader& reader, resource_level level, std::span<const constraint* const> wanted);

  bool matches(const persistence::resource& of);

private:
  bool matches_below(persistence::resource_key parent, resource_level level);

  tag_reader& reader_;
  std::array<std::vector<const constraint*>, 4> by_level_; ///< in the index, by the level whose resources show it
  std::vector<const constraint*> in_files_;
};

} // namespace troupe::find
