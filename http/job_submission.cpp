#include "http/job_submission.hpp"

#include "core/output_stream.hpp"
#include "http/byte_range.hpp"
#include "http/job_json.hpp"
#include "http/prefer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace troupe::http {

namespace {

using nlohmann::json;

/// What a streamed output may be ahead of its client.
constexpr std::size_t stream_bytes = 1U << 20;

constexpr std::size_t idempotency_key_bytes_max = 255;

/// The key of a submission that may be repeated; empty if there is none.
result<std::string> idempotency_key(const request_head& request) {
  const auto given = request.header("idempotency-key");
  if (!given)
    return std::string();
  const bool printable = std::ranges::all_of(*given, [](char c) { return c >= ' ' && c <= '~'; });
  if (given->empty() || given->size() > idempotency_key_bytes_max || !printable)
    return error{error_code::bad_request, "An Idempotency-Key has 1 to 255 printable ASCII characters"};
  return std::string(*given);
}

reply submitted(const job_id& id, const preferences& applied) {
  const std::string path = "/jobs/" + id.text;
  // As `json_reply` would print it; made for every job, on a thread that all of them share.
  reply answer{applied.any() ? 202 : 200,
               "application/json; charset=utf-8",
               {},
               "{\n   \"ID\": \"" + id.text + "\",\n   \"Path\": \"" + path + "\"\n}\n"};
  if (applied.any())
    answer.headers = {{"Location", path}, {"Preference-Applied", applied.text()}};
  return answer;
}

/// A call that waits for the end of its job, but no longer than the client wishes. Its owners are those who can still
/// answer; the timer is none of them, so that a call that was answered is kept by nobody.
class waiting_call {
public:
  waiting_call(const exchange& with, preferences wishes) : with_(with), wishes_(wishes) {}

  void accepted(const job_id& id) {
    const std::scoped_lock lock(mutex_);
    id_ = id;
    if (late_)
      with_.respond(submitted(id, wishes_));
  }

  void refused(const error& why) const { with_.respond_error(why); }

  void time_is_over() {
    const std::scoped_lock lock(mutex_);
    late_ = true;
    if (id_)
      with_.respond(submitted(*id_, wishes_));
  }

  void ended(const result<job_record>& with) const {
    if (!with)
      with_.respond_error(with.error());
    else if (with->state != job_state::success)
      with_.respond_error({with->code, with->error_details});
    else
      respond_with_content(*with);
  }

private:
  void respond_with_content(const job_record& job) const {
    auto answer = json_reply(content_json(job));
    if (wishes_.any())
      answer.headers.emplace_back("Preference-Applied", wishes_.text());
    with_.respond(std::move(answer));
  }

  const exchange with_;
  const preferences wishes_;
  std::mutex mutex_;
  std::optional<job_id> id_;
  bool late_ = false;
};

void respond_at_the_end(const exchange& with, submit_job what, const preferences& wishes) {
  const auto call = std::make_shared<waiting_call>(with, wishes);
  what.on_end = [call](const result<job_record>& ended) { call->ended(ended); };
  with.park();
  with.server().submit(std::move(what), [call](const result<job_id>& id) {
    if (id)
      call->accepted(*id);
    else
      call->refused(id.error());
  });
  if (wishes.wait)
    with.server().after(*wishes.wait, [weak = std::weak_ptr(call)] {
      if (const auto waiting = weak.lock())
        waiting->time_is_over();
    });
}

void respond_at_once(const exchange& with, submit_job what, const preferences& wishes) {
  if (with.server().options().limit_jobs() > 0)
    with.park(); // it may wait for a place
  with.server().submit(std::move(what), [with, wishes](const result<job_id>& id) {
    if (id)
      with.respond(submitted(*id, wishes));
    else
      with.respond_error(id.error());
  });
}

// The job's bytes go to the client as they are made, and nothing waits on a thread.
void respond_with_stream(const exchange& with, submit_job what, reply head) {
  const auto bytes = std::make_shared<output_stream>(stream_bytes);
  what.stream = bytes;
  head.body = streamed_body{bytes, [with](const error& why) { return error_reply(with.head(), why); }};
  with.park();
  with.respond(std::move(head));
  with.server().submit(std::move(what), [bytes](const result<job_id>& accepted) {
    if (!accepted)
      bytes->finish(accepted.error());
  });
}

/// Completes the submission with what the headers say.
result<preferences> take_headers(const request_head& request, submit_job& what) {
  auto key = idempotency_key(request);
  if (!key)
    return key.error();
  what.idempotency_key = *std::move(key);
  const auto wishes = read_preferences(request);
  if (wishes.wait)
    what.patience = *wishes.wait;
  return wishes;
}

} // namespace

void apply(const job_request& fields, submit_job& to) {
  to.priority = fields.priority;
  to.user_data = fields.user_data;
  to.retries = fields.retries;
  to.not_before = fields.not_before;
}

void respond_with_job(const exchange& with, submit_job what, const job_request& fields) {
  apply(fields, what);
  const auto wishes = take_headers(with.head(), what);
  if (!wishes)
    with.respond_error(wishes.error());
  else if (fields.synchronous && (!wishes->respond_async || wishes->wait))
    respond_at_the_end(with, std::move(what), *wishes);
  else
    respond_at_once(with, std::move(what), *wishes);
}

void respond_with_output(const exchange& with, submit_job what, const job_request& fields,
                         const std::string& media_type, const std::string& filename) {
  reply head{.content_type = media_type, .headers = {{"Content-Disposition", disposition(filename)}}};
  if (with.head().method == verb::head) { // the head of the stream that a GET would get
    head.body = streamed_body{std::make_shared<output_stream>(1), {}};
    with.respond(std::move(head));
    return;
  }
  const bool makes_output_later = with.head().method != verb::get && read_preferences(with.head()).respond_async;
  if (!fields.synchronous || makes_output_later) {
    auto asynchronous = fields;
    asynchronous.synchronous = false;
    respond_with_job(with, std::move(what), asynchronous);
    return;
  }
  apply(fields, what);
  if (const auto wishes = take_headers(with.head(), what); !wishes)
    with.respond_error(wishes.error());
  else if (!what.idempotency_key.empty()) // the bytes went to one client and are not there a second time
    with.respond_error({error_code::bad_request, "An Idempotency-Key needs an asynchronous job"});
  else
    respond_with_stream(with, std::move(what), std::move(head));
}

} // namespace troupe::http
