/// \file
/// What is looked for: the question of `/tools/find` as data. docs/find.md explains the language.
#pragma once

#include "core/instance_summary.hpp"
#include "core/item_types.hpp"
#include "core/value_pattern.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::find {

/// What the value of a tag must be.
struct constraint {
  dicom_tag tag = 0;
  value_pattern pattern;
  std::vector<constraint> item; ///< of a sequence: what one of its items must be; empty: nothing

  /// Nothing is asked for.
  bool universal() const { return pattern.universal() && item.empty(); }
};

/// What the labels of a resource must be: all of these, any of them, none of them. Nothing is asked for without any.
struct label_filter {
  enum class rule : std::uint8_t { all, any, none } which = rule::all;
  std::vector<std::string> labels;
};

/// By what the answers are ordered.
struct sort_key {
  enum class kind : std::uint8_t { tag, metadata } what = kind::tag;
  dicom_tag tag = 0;
  metadata_type metadata{};
  bool numeric = false; ///< compared as numbers
  bool descending = false;
};

/// A question. Without an order the answers come in that of their arrival.
struct query {
  resource_level level = resource_level::patient;
  std::vector<constraint> constraints;
  std::vector<std::pair<resource_level, orthanc_id>> parents; ///< all of them must be above
  label_filter labels;
  std::vector<std::pair<metadata_type, value_pattern>> metadata;
  std::vector<sort_key> order;
  std::uint64_t since = 0;
  std::uint64_t limit = 0; ///< 0: none
};

} // namespace troupe::find
