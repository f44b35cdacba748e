/// \file
/// The ledger of a job: the items that failed without failing the job.
#include "core/orthanc_id.hpp"
#include "http/job_lookup.hpp"
#include "http/query.hpp"
#include "http/routes/families.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <limits>
#include <string>
#include <utility>

namespace troupe::http {

namespace {

using nlohmann::json;

constexpr std::uint64_t page_default = 1000;
constexpr std::uint64_t page_most = 10'000;

struct page_request {
  std::uint64_t since = 0;
  std::size_t limit = page_default;
};

json failure_json(std::uint64_t item, const item_failure& failed) {
  json shown{{"Item", item},
             {"ErrorCode", static_cast<int>(failed.why.code())},
             {"ErrorDescription", describe(failed.why.code()).text},
             {"Details", failed.why.details()}};
  if (failed.dimse_status)
    shown["DimseErrorStatus"] = *failed.dimse_status;
  return shown;
}

/// An item of a plan is a text of the job type's own; clients see it where it is the name of a resource.
void add_resource(const persistence::job_spec& spec, std::uint64_t item, json& to) {
  if (item < spec.items.size() && orthanc_id::parse(spec.items[item]))
    to["Resource"] = spec.items[item];
}

reply ledger(const exchange& with, page_request which) {
  const auto from = with.server().database().read();
  const auto row = find_row(with, from);
  if (!row)
    throw failure(no_job());
  auto failed = persistence::failed_items_from(from, row->sequence, which.since, which.limit + 1);
  const bool more = failed.size() > which.limit;
  if (more)
    failed.pop_back();
  const auto spec = failed.empty() ? std::nullopt : persistence::load_spec(from, row->sequence);
  json list = json::array();
  for (const auto& [item, why] : failed) {
    list.push_back(failure_json(item, why));
    if (spec)
      add_resource(*spec, item, list.back());
  }
  auto answer = json_reply(list);
  if (more)
    answer.headers.emplace_back("Link", next_link(with.head(), "since", std::to_string(failed.back().first + 1)));
  return answer;
}

void show_ledger(exchange& with) {
  const auto since = number_parameter(with.head(), "since", 0, std::numeric_limits<std::uint64_t>::max());
  const auto limit = number_parameter(with.head(), "limit", 1, page_most);
  if (!since || !limit) {
    with.respond_error(since ? limit.error() : since.error());
    return;
  }
  const page_request which{since->value_or(0), limit->value_or(page_default)};
  with.respond_from_cpu([which](const exchange& later) { return ledger(later, which); });
}

constexpr std::array parameters{
  parameter_doc{"since", "From that item on"},
  parameter_doc{"limit", "At most that many, 1 to 10000, 1000 by default; the header `Link` leads to the next ones"},
};

constexpr std::string_view schema = R"({"type": "array", "items": {"type": "object", "properties": {
  "Item": {"type": "integer"}, "ErrorCode": {"type": "integer"}, "ErrorDescription": {"type": "string"},
  "Details": {"type": "string"}, "DimseErrorStatus": {"type": "integer"}, "Resource": {"type": "string"}}}})";

} // namespace

std::span<const route> job_failure_routes() {
  // clang-format off
  static constexpr std::array rows{
    route{verb::get, "/jobs/{id}/failures", permission::view, "The items of a job that failed, in their order.", show_ledger, body_kind::none, parameters, {}, schema},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
