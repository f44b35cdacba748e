/// \file
/// Small valid DICOM files, each with identifiers of its own.
#pragma once

#include <cstdint>
#include <string>

namespace troupe::bench {

/// Largest `pixel_bytes`.
inline constexpr std::uint64_t max_pixel_bytes = 1024ULL * 65'535;

/// Makes the instances of one run: secondary captures, explicit VR little endian, one patient and study a run.
class synthetic_files {
public:
  /// \param pixel_bytes about how large an image is, 1 to `max_pixel_bytes`
  /// \param instances_per_series after so many instances a new series begins
  synthetic_files(std::uint64_t pixel_bytes, std::uint64_t instances_per_series);
  /// The file number `index`; the same index gives the same file.
  std::string file(std::uint64_t index) const;

private:
  std::uint64_t instances_per_series_;
  std::uint16_t rows_;
  std::uint16_t columns_;
  std::string root_; ///< of all UIDs of this run
};

} // namespace troupe::bench
