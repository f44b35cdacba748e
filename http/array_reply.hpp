/// \file
/// Frames as arrays of numbers: what the routes that send them share.
#pragma once

#include "http/exchange.hpp"
#include "http/stored_image.hpp"
#include "imaging/arrays.hpp"

#include <array>
#include <cstdint>

namespace troupe::http {

struct array_options {
  bool rescale = true;   ///< gray values as numbers after the rescale, else as stored
  bool compress = false; ///< as a `.npz` file
};

inline constexpr std::array array_parameters{
  parameter_doc{"rescale", "Gray values after the rescale, as floats; true unless told otherwise"},
  parameter_doc{"compress", "As a `.npz` file"},
};

/// Throws `failure`: `parameter_out_of_range`.
array_options array_options_of(const exchange& with);

/// The error of a route that sends numbers: what cannot be decoded is 500 and code 2 there, as clients know it.
error as_array_error(const error& why);
/// The same for an image: it is malformed if it describes more pixels than it has.
error as_array_error(const error& why, const imaging::stored_image& of);

/// A frame whose numbers are sent. Throws `failure`.
imaging::picture array_frame(opened_image& from, std::uint64_t frame);

/// Adds one frame, or all. Throws `failure`.
void add_frame(opened_image& from, std::uint64_t frame, const array_options& how, imaging::npy_writer& to);
void add_frames(opened_image& from, const array_options& how, imaging::npy_writer& to);

reply array_reply(imaging::npy_writer& array, const array_options& how);

} // namespace troupe::http
