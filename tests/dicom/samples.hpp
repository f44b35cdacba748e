/// \file
/// The sample files of Debian's python3-pydicom.
#pragma once

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::dicom::test {

inline const std::filesystem::path samples_folder = "/usr/lib/python3/dist-packages/pydicom/data";

inline std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  BOOST_TEST_REQUIRE(in.good(), "cannot read " << file << ": is the package python3-pydicom installed?");
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::string sample(std::string_view name) {
  return content_of(samples_folder / name);
}

/// All files, DICOM or not, ordered by name.
inline std::vector<std::filesystem::path> sample_files() {
  BOOST_TEST_REQUIRE(std::filesystem::is_directory(samples_folder), "the package python3-pydicom is missing");
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(samples_folder))
    if (entry.is_regular_file())
      files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

} // namespace troupe::dicom::test
