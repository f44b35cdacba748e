/// \file
/// The order of the images of a series in space or time.
#pragma once

#include <troupe/error.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::imaging {

/// An image of a series.
struct slice {
  std::string id;
  std::optional<std::array<double, 3>> position;    ///< ImagePositionPatient
  std::optional<std::array<double, 6>> orientation; ///< ImageOrientationPatient
  std::optional<std::uint32_t> index;               ///< InstanceNumber or ImageIndex
  std::uint32_t frames = 1;
};

/// Images in order, and whether they make up a volume.
struct slice_order {
  bool volume = false;
  std::vector<slice> slices;
};

/// By the position along the common normal, where the images are parallel, single frames and in different places: a
/// volume. Else by their index, and where that is the same as they are given. `cannot_order_slices` if one of
/// several has no index.
result<slice_order> order_slices(std::vector<slice> all);

/// As many numbers as the value of a tag must have; nothing if it has others.
std::optional<std::array<double, 3>> three_numbers(std::string_view value);
std::optional<std::array<double, 6>> six_numbers(std::string_view value);

} // namespace troupe::imaging
