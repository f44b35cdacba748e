#include "persistence/blob_area.hpp"

#include "persistence/file.hpp"

#include <algorithm>

namespace troupe::persistence {

blob_number blob_area::take() {
  const std::lock_guard lock(mutex_);
  const auto directory = where_.blob(next_).parent_path();
  if (directory != made_) {
    make_directory(directory);
    made_ = directory;
  }
  in_flight_.insert(next_);
  return next_++;
}

blob_number blob_area::take_without_file() {
  const std::lock_guard lock(mutex_);
  return next_++;
}

void blob_area::drop(blob_number number) {
  {
    const std::lock_guard lock(mutex_);
    if (!in_flight_.contains(number)) {
      return;
    }
  }
  // The file goes first: a number that is not in flight any more is not looked at by recovery.
  if (remove_file(where_.blob(number))) {
    const std::lock_guard lock(mutex_);
    in_flight_.erase(number);
  }
}

void blob_area::settle(std::span<const blob_number> numbers) {
  const std::lock_guard lock(mutex_);
  for (const auto number : numbers) {
    in_flight_.erase(number);
  }
}

blob_number blob_area::low_water(std::span<const blob_number> settled) const {
  std::vector<blob_number> sorted(settled.begin(), settled.end());
  std::ranges::sort(sorted);
  const std::lock_guard lock(mutex_);
  const auto lowest =
    std::ranges::find_if(in_flight_, [&](blob_number number) { return !std::ranges::binary_search(sorted, number); });
  return lowest == in_flight_.end() ? next_ : *lowest;
}

} // namespace troupe::persistence
