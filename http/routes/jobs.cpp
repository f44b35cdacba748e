#include "http/byte_range.hpp"
#include "http/exchange.hpp"
#include "http/job_json.hpp"
#include "http/routes/families.hpp"
#include "persistence/job_view.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace troupe::http {

namespace {

using nlohmann::json;

error no_job(error_code code) {
  return {code, "There is no job with that name"};
}

std::optional<persistence::job_row> find_row(const exchange& with, const persistence::read_transaction& from) {
  auto row = persistence::find_job(from, job_id{with.path_parameter("id")});
  if (row && row->sequence < with.server().first_job())
    row.reset();
  return row;
}

json shown(const exchange& with, const persistence::read_transaction& from, const persistence::job_row& row) {
  const auto now = with.server().clock().now();
  return job_json(persistence::view_job(from, row, with.server().live().find(row.sequence), now), now);
}

// Names sort by submission, so the order of the sequence is the order of the texts.
reply list_all(const exchange& with) {
  const bool expand = with.flag("expand");
  const auto from = with.server().database().read();
  json all = json::array();
  persistence::for_each_job(from, with.server().first_job(), [&](const persistence::job_row& row) {
    all.push_back(expand ? shown(with, from, row) : json(row.id.text));
    return true;
  });
  return json_reply(all);
}

void list_jobs(exchange& with) {
  with.respond_from_cpu(list_all);
}

void show_job(exchange& with) {
  const auto from = with.server().database().read();
  const auto row = find_row(with, from);
  if (row)
    with.respond_json(shown(with, from, *row));
  else
    with.respond_error(no_job(error_code::unknown_resource));
}

template <job_action Action>
void control(exchange& with) {
  with.server().control(job_id{with.path_parameter("id")}, Action, [with](const result<job_record>& answer) {
    if (answer)
      with.respond_json(json::object());
    else
      with.respond_error(answer.error());
  });
}

void delete_job_route(exchange& with) {
  with.server().remove(job_id{with.path_parameter("id")}, [with](const result<job_record>& answer) {
    if (answer)
      with.respond_text("");
    else
      with.respond_error(answer.error());
  });
}

std::optional<persistence::stored_output> find_output(const exchange& with, const persistence::read_transaction& from) {
  const auto row = find_row(with, from);
  if (!row || row->phase != job_phase::success)
    return std::nullopt;
  return persistence::find_output(from, row->sequence, with.path_parameter("key"));
}

error no_output() {
  return {error_code::inexistent_item,
          "There is no such output: the job is unknown, has not succeeded, or its output was removed"};
}

void fetch_output(exchange& with) {
  auto output = find_output(with, with.server().database().read());
  if (!output) {
    with.respond_error(no_output());
    return;
  }
  stored_body body{.bytes = std::move(output->body), .size = output->size_bytes, .etag = output->etag};
  if (auto* const name = std::get_if<std::filesystem::path>(&body.bytes))
    *name = with.server().database().outputs_directory() / *name;
  auto answer = stored_reply(with.head(), std::move(body), output->media_type);
  if (answer.status == 200 || answer.status == 206)
    answer.headers.emplace_back("Content-Disposition", disposition(output->filename));
  with.respond(std::move(answer));
}

void delete_output(exchange& with) {
  const auto from = with.server().database().read();
  if (!find_output(with, from)) {
    with.respond_error(no_output());
    return;
  }
  auto what = std::make_shared<batch>();
  what->mutations.emplace_back(persistence::remove_output{find_row(with, from)->sequence, with.path_parameter("key")});
  with.server().commit(std::move(what), [with](const persistence::commit_answer& answer) {
    if (answer)
      with.respond_text("");
    else
      with.respond_error(answer.error());
  });
}

constexpr std::array list_parameters{parameter_doc{"expand", "Whole jobs instead of their names"}};

constexpr std::string_view job_schema =
  R"({"type": "object", "required": ["ID", "Type", "State", "Priority", "Progress",
  "CreationTime", "Timestamp", "EffectiveRuntime", "ErrorCode", "ErrorDescription", "ErrorDetails", "Content"], "properties": {
  "ID": {"type": "string", "format": "uuid"}, "Type": {"type": "string"},
  "State": {"enum": ["Pending", "Running", "Success", "Failure", "Paused", "Retry"]},
  "Priority": {"type": "integer"}, "Progress": {"type": "integer", "minimum": 0, "maximum": 100},
  "CreationTime": {"type": "string"}, "Timestamp": {"type": "string"}, "CompletionTime": {"type": "string"},
  "EstimatedTimeOfArrival": {"type": "string"}, "EffectiveRuntime": {"type": "number"}, "ErrorCode": {"type": "integer"},
  "ErrorDescription": {"type": "string"}, "ErrorDetails": {"type": "string"}, "Content": {"type": "object"}, "UserData": {}}})";

} // namespace

std::span<const route> job_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{get,  "/jobs",                view,    "The jobs, in the order of submission.", list_jobs, body_kind::none, list_parameters},
    route{get,  "/jobs/{id}",           view,    "One job.", show_job, body_kind::none, {}, {}, job_schema},
    route{del,  "/jobs/{id}",           operate, "Forgets a finished job and its outputs.", delete_job_route},
    route{post, "/jobs/{id}/cancel",    operate, "Cancels a job: it ends in Failure.", control<job_action::cancel>, body_kind::json},
    route{post, "/jobs/{id}/pause",     operate, "Pauses a job at the end of its current step.", control<job_action::pause>, body_kind::json},
    route{post, "/jobs/{id}/resume",    operate, "Lets a paused job go on.", control<job_action::resume>, body_kind::json},
    route{post, "/jobs/{id}/resubmit",  operate, "Runs a failed job again.", control<job_action::resubmit>, body_kind::json},
    route{get,  "/jobs/{id}/{key}",     view,    "An output of a job that succeeded, whole or in parts.", fetch_output},
    route{del,  "/jobs/{id}/{key}",     operate, "Removes an output of a job.", delete_output},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
