/// \file
/// Removing resources: first everything that goes away is looked up, then it is erased.
#pragma once

#include "persistence/writer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::persistence {

/// A resource that goes away.
struct doomed {
  resource what;                       ///< without tags that erasing it does not need
  std::optional<instance_facts> facts; ///< of an instance
  std::vector<std::string> index_keys; ///< its rows of `tag_index`

  std::uint64_t attached_bytes = 0; ///< on disk

  /// What its going frees on disk.
  std::uint64_t bytes() const noexcept { return attached_bytes + (facts ? facts->blob.disk_bytes() : 0); }
};

/// `root` and everything below it. An error if a record of it or of a file cannot be read.
result<std::vector<doomed>> collect_below(view rows, resource_key root);

/// Erases a resource and all that belongs to it alone.
void erase(writer& by, const doomed& one);

/// Resources that go away together.
struct removal {
  std::vector<doomed> all;
  std::optional<resource> survivor; ///< the nearest parent that stays

  std::uint64_t bytes() const noexcept;
};

/// A resource with everything below it and the parents that this leaves empty. An error if a record cannot be read.
result<removal> plan_removal(view rows, resource_key root);
void carry_out(writer& by, const removal& planned);

} // namespace troupe::persistence
