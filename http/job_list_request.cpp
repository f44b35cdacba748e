#include "http/job_list_request.hpp"

#include "core/json_text.hpp"
#include "http/job_state_text.hpp"
#include "http/query.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

namespace troupe::http {

namespace {

using nlohmann::json;

constexpr std::uint64_t page_most = 10'000;

std::optional<std::string> text_of(const request_head& request, std::string_view name) {
  const auto text = request.parameter(name);
  return text ? std::optional(std::string(*text)) : std::nullopt;
}

/// The place behind a job, or the number of a place that a `Link` said: that one is good also when the job is gone.
result<persistence::job_sequence> place(const exchange& with, std::string_view text) {
  persistence::job_sequence number = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (!text.empty() && read.ec == std::errc{} && read.ptr == end)
    return number;
  if (const auto row = persistence::find_job(with.server().database().read(), job_id{std::string(text)}))
    return row->sequence;
  return error{error_code::parameter_out_of_range, "The parameter 'after' must be a job that is there"};
}

result<void> read_filter(const request_head& request, persistence::job_filter& into) {
  if (const auto name = request.parameter("state")) {
    const auto state = job_state_named(*name);
    if (!state)
      return state.error();
    into.state = *state;
  }
  const auto since = time_parameter(request, "since");
  const auto until = time_parameter(request, "until");
  if (!since || !until)
    return since ? until.error() : since.error();
  into.created_from = *since;
  into.created_before = *until;
  into.type = text_of(request, "type");
  into.lane = text_of(request, "lane");
  return {};
}

/// A JSON value; what is none stands for itself as a text.
json value_of(std::string_view text) {
  auto value = parse_json_text(text);
  return value ? *std::move(value) : json(text);
}

} // namespace

bool job_list_request::everything() const {
  return !which.state && !which.type && !which.lane && !which.created_from && !which.created_before && !user_data
         && !limit && after == 0 && !descending;
}

result<job_list_request> read_job_list_request(const exchange& with) {
  const auto& request = with.head();
  job_list_request asked;
  asked.expand = with.flag("expand");
  if (const auto read = read_filter(request, asked.which); read.has_error())
    return read.error();
  const auto limit = number_parameter(request, "limit", 1, page_most);
  if (!limit)
    return limit.error();
  asked.limit = *limit;
  if (const auto after = request.parameter("after")) {
    const auto from = place(with, *after);
    if (!from)
      return from.error();
    asked.after = *from;
  }
  if (const auto order = request.parameter("order")) {
    if (*order != "asc" && *order != "desc")
      return error{error_code::parameter_out_of_range, "The parameter 'order' must be asc or desc"};
    asked.descending = *order == "desc";
  }
  if (const auto user_data = request.parameter("user-data"))
    asked.user_data = value_of(*user_data);
  return asked;
}

} // namespace troupe::http
