/// \file
/// Values of elements as bytes that mean the same whatever the transfer syntax.
#pragma once

#include "dicom/element_reader.hpp"
#include "dicom/value_representation.hpp"

#include <cstddef>
#include <string>

namespace troupe::dicom {

/// Bytes of one number; 1 where there are none whose order could matter.
std::size_t number_size(vr type) noexcept;

/// Whether the bytes stand in the file in another order than `little_endian_bytes` gives them.
bool is_swapped(const dicom_element& element) noexcept;

/// The value with its numbers in little endian.
std::string little_endian_bytes(const dicom_element& element);

} // namespace troupe::dicom
