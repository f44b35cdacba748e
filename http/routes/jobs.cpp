/// \file
/// One job: how it is, what it has made, how it is forgotten.
#include "http/byte_range.hpp"
#include "http/job_json.hpp"
#include "http/job_lookup.hpp"
#include "http/query.hpp"
#include "http/routes/families.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <memory>
#include <utility>

namespace troupe::http {

namespace {

constexpr std::uint64_t wait_max_s = 300;

/// The job, or 304 if the client has it like that.
void respond_with_state(const exchange& with, const job_record& job) {
  const auto tag = job_etag(job);
  const auto known = with.head().header("if-none-match");
  reply answer{.status = 304};
  if (!known || !matches_etag(*known, tag))
    answer = json_reply(job_json(job, with.server().clock().now()));
  answer.headers.emplace_back("ETag", "W/\"" + tag + "\"");
  with.respond(std::move(answer));
}

/// The engine told how the job is; what can be read may be newer.
void respond_with_news(const exchange& with, const result<job_record>& told) {
  if (!told) {
    with.respond_error(told.error());
    return;
  }
  const auto from = with.server().database().read();
  const auto row = find_row(with, from);
  if (!row) { // the history has let it go: how it ended was told all the same
    if (is_final(told->state))
      respond_with_state(with, *told);
    else
      with.respond_error(no_job());
    return;
  }
  const auto now = seen(with, from, *row);
  respond_with_state(with, now.changed < told->changed ? *told : now);
}

/// True if there is something to wait for: a change, for a client that knows the job, or else its end.
bool worth_waiting(const exchange& with, const job_record& job) {
  if (is_final(job.state))
    return false;
  const auto known = with.head().header("if-none-match");
  return !known || matches_etag(*known, job_etag(job));
}

void show_job(exchange& with) {
  const auto wait = number_parameter(with.head(), "wait", 0, wait_max_s);
  if (!wait) {
    with.respond_error(wait.error());
    return;
  }
  std::optional<job_record> job;
  {
    const auto from = with.server().database().read();
    if (const auto row = find_row(with, from))
      job = seen(with, from, *row);
  }
  if (!job) {
    with.respond_error(no_job());
    return;
  }
  if (wait->value_or(0) == 0 || !worth_waiting(with, *job)) {
    respond_with_state(with, *job);
    return;
  }
  watch_job which{.id = job->id, .patience = std::chrono::seconds(**wait)};
  if (with.head().header("if-none-match"))
    which.changed_after = job->changed;
  with.park();
  with.server().watch(std::move(which), [with](const result<job_record>& told) { respond_with_news(with, told); });
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
  stored_body body{.bytes = {}, .size = output->size_bytes, .etag = output->etag};
  if (const auto* const name = std::get_if<std::filesystem::path>(&output->body))
    body.bytes = with.server().database().outputs_directory() / *name;
  else
    body.bytes = std::get<std::string>(std::move(output->body));
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

constexpr std::array show_parameters{parameter_doc{
  "wait", "Answer when the job has ended, or, with `If-None-Match`, when it has changed; after that many seconds (0 to "
          "300) in any case"}};

constexpr std::string_view job_schema =
  R"({"type": "object", "required": ["ID", "Type", "State", "Priority", "Progress",
  "CreationTime", "Timestamp", "EffectiveRuntime", "ErrorCode", "ErrorDescription", "ErrorDetails", "Content"], "properties": {
  "ID": {"type": "string", "format": "uuid"}, "Type": {"type": "string"},
  "State": {"enum": ["Pending", "Running", "Success", "Failure", "Paused", "Retry"]},
  "Priority": {"type": "integer"}, "Progress": {"type": "integer", "minimum": 0, "maximum": 100},
  "CreationTime": {"type": "string"}, "Timestamp": {"type": "string"}, "CompletionTime": {"type": "string"},
  "EstimatedTimeOfArrival": {"type": "string"}, "EffectiveRuntime": {"type": "number"}, "ErrorCode": {"type": "integer"},
  "ErrorDescription": {"type": "string"}, "ErrorDetails": {"type": "string"}, "Content": {"type": "object"}, "UserData": {},
  "Lane": {"type": "string"}, "MaxRetries": {"type": "integer"}, "Retries": {"type": "integer"},
  "NotBefore": {"type": "string"}, "NextAttempt": {"type": "string"}, "FailedItemsCount": {"type": "integer"},
  "Attempts": {"type": "array", "items": {"type": "object", "properties": {
    "Number": {"type": "integer"}, "Started": {"type": "string"}, "Ended": {"type": "string"},
    "StepsDone": {"type": "integer"}, "ErrorCode": {"type": "integer"}, "ErrorDescription": {"type": "string"},
    "ErrorDetails": {"type": "string"}}}}}})";

} // namespace

std::span<const route> job_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{get,  "/jobs/{id}",           view,    "One job.", show_job, body_kind::none, show_parameters, {}, job_schema},
    route{del,  "/jobs/{id}",           operate, "Forgets a finished job and its outputs.", delete_job_route},
    route{get,  "/jobs/{id}/{key}",     view,    "An output of a job that succeeded, whole or in parts.", fetch_output},
    route{del,  "/jobs/{id}/{key}",     operate, "Removes an output of a job.", delete_output},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
