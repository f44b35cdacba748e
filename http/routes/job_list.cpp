/// \file
/// The jobs together: all of them, some of them, how many.
#include "http/job_list_request.hpp"
#include "http/job_lookup.hpp"
#include "http/json_list_text.hpp"
#include "http/query.hpp"
#include "http/routes/families.hpp"
#include "persistence/job_counts.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace troupe::http {

namespace {

using nlohmann::json;
using persistence::job_row;
using persistence::job_sequence;

constexpr std::size_t rows_a_read = 1000;          ///< no read transaction is held longer
constexpr std::size_t page_rows = 10'000;          ///< of a page without `limit`
constexpr std::size_t examined_max = 100'000;      ///< rows of an index that a page may cost
constexpr std::size_t user_data_read_max = 20'000; ///< the same where each costs a look into the cold half

json element(const exchange& with, const persistence::read_transaction& from, const job_row& row, bool expand) {
  return expand ? shown(with, from, row) : json(row.id.text);
}

/// Adds jobs from `first` on. The first one of the next part, 0 at the end.
job_sequence add_part(const exchange& with, job_sequence first, bool expand, json_list_text& to) {
  const auto from = with.server().database().read();
  job_sequence next = 0;
  std::size_t count = 0;
  persistence::for_each_job(from, first, [&](const job_row& row) {
    if (count++ == rows_a_read) {
      next = row.sequence;
      return false;
    }
    to.add(element(with, from, row, expand));
    return true;
  });
  return next;
}

// As in Orthanc one array of all, but in the order of submission: names sort by it.
reply all_jobs(const exchange& with, bool expand) {
  json_list_text all;
  auto next = add_part(with, with.server().first_job(), expand, all);
  while (next != 0)
    next = add_part(with, next, expand, all);
  auto answer = json_reply(json::array());
  answer.body = std::move(all).take();
  return answer;
}

std::function<bool(const job_row&)> further_condition(const exchange& with, const job_list_request& asked,
                                                      const persistence::read_transaction& from) {
  return [&asked, &from, first = with.server().first_job()](const job_row& row) {
    if (row.sequence < first)
      return false;
    if (!asked.user_data)
      return true;
    const auto spec = persistence::load_spec_head(from, row.sequence);
    return spec && !spec->user_data.empty() && json::parse(spec->user_data, nullptr, false) == *asked.user_data;
  };
}

reply some_jobs(const exchange& with, const job_list_request& asked) {
  const auto from = with.server().database().read();
  const auto first = with.server().first_job();
  auto after = asked.after;
  if (!asked.descending && first > 0)
    after = std::max(after, first - 1);
  const auto page = persistence::find_jobs(from, asked.which, after, asked.limit.value_or(page_rows), asked.descending,
                                           with.server().live().sequences(), further_condition(with, asked, from),
                                           asked.user_data ? user_data_read_max : examined_max);
  json_list_text list;
  for (const auto& row : page.rows)
    list.add(element(with, from, row, asked.expand));
  auto answer = json_reply(json::array());
  answer.body = std::move(list).take();
  if (page.next && (!asked.descending || *page.next > first))
    answer.headers.emplace_back("Link", next_link(with.head(), "after", std::to_string(*page.next)));
  return answer;
}

void list_jobs(exchange& with) {
  auto asked = read_job_list_request(with);
  if (!asked) {
    with.respond_error(asked.error());
    return;
  }
  with.respond_from_cpu([asked = *std::move(asked)](const exchange& later) {
    return asked.everything() ? all_jobs(later, asked.expand) : some_jobs(later, asked);
  });
}

/// Jobs in a state that few have: costs those.
std::uint64_t count(const exchange& with, job_state state) {
  std::uint64_t found = 0;
  std::optional<job_sequence> next = with.server().first_job() - 1;
  while (next) {
    const auto page =
      persistence::find_jobs(with.server().database().read(), {.state = state}, *next, page_rows, false, {});
    found += page.rows.size();
    next = page.next;
  }
  return found;
}

reply statistics(const exchange& with) {
  auto history = persistence::history(with.server().database().read());
  auto unfinished = persistence::unfinished_jobs(with.server().database().read());
  if (with.server().first_job() > 1) { // those before are set aside for this run
    history.success = count(with, job_state::success);
    history.failure = count(with, job_state::failure);
    unfinished = count(with, job_state::pending) + with.server().live().sequences().size()
                 + count(with, job_state::paused) + count(with, job_state::retry);
  }
  const std::uint64_t running = with.server().live().sequences().size();
  const auto paused = count(with, job_state::paused);
  const auto retry = count(with, job_state::retry);
  const auto others = running + paused + retry; // counted at different moments
  const json states{{"Pending", unfinished - std::min(unfinished, others)},
                    {"Running", running},
                    {"Paused", paused},
                    {"Retry", retry},
                    {"Success", history.success},
                    {"Failure", history.failure}};
  const auto& options = with.server().options();
  return json_reply({{"States", states},
                     {"Total", unfinished + history.success + history.failure},
                     {"ConcurrentJobs", options.concurrent_jobs()},
                     {"LimitJobs", options.limit_jobs()},
                     {"JobsHistorySize", options.jobs_history_size()}});
}

void show_statistics(exchange& with) {
  with.respond_from_cpu(statistics);
}

constexpr std::array list_parameters{
  parameter_doc{"expand", "Whole jobs instead of their names"},
  parameter_doc{"state", "In that state: Pending, Running, Success, Failure, Paused, Retry"},
  parameter_doc{"type", "Of that type"},
  parameter_doc{"lane", "For that destination"},
  parameter_doc{"since", "Created at that time or later: 2026-01-31T12:00:00Z, or as times in jobs are shown"},
  parameter_doc{"until", "Created before that time"},
  parameter_doc{"user-data", "With `UserData` equal to that JSON value, or to that text"},
  parameter_doc{"limit", "At most that many, 1 to 10000; the header `Link` leads to the next ones"},
  parameter_doc{"after", "Behind that job; a `Link` says it"},
  parameter_doc{"order", "`asc`: as submitted, the default; `desc`: the newest first"},
};

constexpr std::string_view list_schema = R"({"type": "array", "items": {"type": ["string", "object"]}})";

constexpr std::string_view statistics_schema = R"({"type": "object", "properties": {
  "States": {"type": "object", "additionalProperties": {"type": "integer"}}, "Total": {"type": "integer"},
  "ConcurrentJobs": {"type": "integer"}, "LimitJobs": {"type": "integer"}, "JobsHistorySize": {"type": "integer"}}})";

} // namespace

std::span<const route> job_list_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{get, "/jobs",            view, "The jobs, in the order of submission.", list_jobs, body_kind::none, list_parameters, {}, list_schema},
    route{get, "/jobs/statistics", view, "How many jobs are in which state.", show_statistics, body_kind::none, {}, {}, statistics_schema},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
