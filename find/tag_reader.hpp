/// \file
/// The tags of a resource, wherever they are: in its record, in those above it, in what can be computed, and at last in
/// the file of one of its instances.
#pragma once

#include "persistence/database.hpp"
#include "persistence/index_store.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::find {

/// Reads tags within one transaction, and keeps the records that were read last. One thread.
class tag_reader {
public:
  /// Files that one reader opens at most; then it throws `failure(parameter_out_of_range)`.
  static constexpr std::size_t most_files = 10'000;
  /// Longer values of files are not looked at, in bytes.
  static constexpr std::size_t longest_value = 16 * 1024;

  tag_reader(const persistence::database& storage, const persistence::read_transaction& from)
    : storage_(storage),
      from_(from) {}

  const persistence::read_transaction& rows() const noexcept { return from_; }

  /// The tags that are wanted of files. Before anything is read.
  void want_from_files(std::vector<dicom_tag> tags) { wanted_ = std::move(tags); }

  /// Whether the index knows the tag of such a resource without looking below it.
  static bool in_index(resource_level level, dicom_tag tag);
  /// Its value there; nothing if it has none.
  std::optional<std::string> indexed(const persistence::resource& of, dicom_tag tag);

  /// The value in the file of the first instance of a resource: a text, or an array of objects by `gggg,eeee` for a
  /// sequence; null where there is none or no text.
  const nlohmann::json& in_file(const persistence::resource& of, dicom_tag tag);

  /// The resource itself or the one above it. Throws `failure(corrupted_file)` where the index lacks it.
  persistence::resource ancestor(const persistence::resource& of, resource_level level);

private:
  void load_file(const persistence::resource& of);

  const persistence::database& storage_;
  const persistence::read_transaction& from_;
  std::vector<dicom_tag> wanted_;
  std::map<persistence::resource_key, persistence::resource> above_; ///< parents that were read
  persistence::resource_key file_of_ = 0;
  nlohmann::json file_;
  std::size_t files_ = 0;
};

/// The name of a tag as `in_file` and the REST API have it: `gggg,eeee`.
std::string tag_number(dicom_tag tag);

} // namespace troupe::find
