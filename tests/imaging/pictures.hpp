/// \file
/// What the tests of pictures share.
#pragma once

#include "imaging/picture.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace troupe::imaging::test {

template <class Sample>
picture gray(std::uint32_t width, std::uint32_t height, std::initializer_list<Sample> samples) {
  return {width, height, 1, 8 * sizeof(Sample), std::vector<Sample>(samples)};
}

template <class Sample>
const std::vector<Sample>& samples_of(const picture& of) {
  return std::get<std::vector<Sample>>(of.samples);
}

inline std::vector<std::byte> bytes(std::initializer_list<unsigned> values) {
  std::vector<std::byte> all;
  for (const unsigned value : values)
    all.push_back(static_cast<std::byte>(value));
  return all;
}

} // namespace troupe::imaging::test
