/// \file
/// Resources with the tags that a request wants to see beside their main tags.
#pragma once

#include <troupe/error.hpp>

#include "find/tag_reader.hpp"
#include "http/resource_json.hpp"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace troupe::http {

/// `?requested-tags=` or, the old spelling, `?requestedTags=`: tags separated by semicolons. Errors:
/// `unknown_dicom_tag`, `parameter_out_of_range` for more than 256.
result<std::vector<dicom_tag>> requested_tags(const request_head& request);

/// Shows resources in one way, in one transaction. What tags are requested is read from the index, else from the file
/// of one instance, so that it belongs on a thread that may wait.
class resource_shower {
public:
  /// All must outlive it.
  resource_shower(const persistence::database& storage, const persistence::read_transaction& from,
                  const resource_view& how);
  /// The resource as `resource_json`, with `RequestedTags` if there are any: those that it has.
  nlohmann::json operator()(const persistence::resource& of);

private:
  nlohmann::json requested_tags_of(const persistence::resource& of);

  const persistence::read_transaction& from_;
  const resource_view& how_;
  find::tag_reader reader_;
};

} // namespace troupe::http
