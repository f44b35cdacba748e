/// \file
/// The numbers of the files in `storage/`: which come next, which are in flight, below which all is settled.
#pragma once

#include "persistence/layout.hpp"

#include <mutex>
#include <set>
#include <span>

namespace troupe::persistence {

/// Hands out numbers. Any thread.
class blob_area {
public:
  /// `next` is the first number to be handed out.
  blob_area(const layout& where, blob_number next) : where_(where), next_(next) {}

  /// A number whose directory exists durably. In flight until it is settled or dropped.
  /// Throws `failure`: `full_storage`, else `cannot_write_file`.
  blob_number take();
  /// A number for what has no file; it is not in flight.
  blob_number take_without_file();
  /// The number will not be used: removes its file if it is in flight, nothing otherwise.
  void drop(blob_number number);
  /// The numbers are committed.
  void settle(std::span<const blob_number> numbers);
  /// The lowest number that would be in flight if `settled` were not; the next one if there is none.
  blob_number low_water(std::span<const blob_number> settled) const;

private:
  const layout& where_;
  mutable std::mutex mutex_;
  blob_number next_;
  std::set<blob_number> in_flight_;
  std::filesystem::path made_; ///< the directory that was made last
};

} // namespace troupe::persistence
