/// \file
/// What a handler has in its hands: the request, the way to answer, and the services of the server. Handlers know no
/// actor and no socket; the gateway turns what they ask for into messages.
#pragma once

#include <troupe/job.hpp>
#include <troupe/job_messages.hpp>
#include <troupe/options.hpp>

#include "core/clock.hpp"
#include "core/item_names.hpp"
#include "core/job_event_bell.hpp"
#include "core/job_row.hpp"
#include "core/live_jobs.hpp"
#include "core/metrics.hpp"
#include "http/call.hpp"
#include "http/route.hpp"
#include "imaging/frame_decoder.hpp"
#include "persistence/batch.hpp"
#include "persistence/blob_file.hpp"
#include "persistence/database.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace troupe::http {

/// What handlers may use. Read-only things are plain references; what changes something goes through a function whose
/// `then` is called later, on an actor's thread: it must not block.
class services {
public:
  virtual ~services() = default;

  virtual const persistence::database& database() const = 0;
  /// See `call_sink::state`.
  virtual std::uint64_t state() const = 0;
  virtual const troupe::options& options() const = 0;
  virtual troupe::metrics& metrics() const = 0;
  virtual const troupe::clock& clock() const = 0;
  /// The jobs that have an attempt now, with their live progress.
  virtual const live_jobs& live() const = 0;
  /// Jobs before this one are set aside for this run (`--no-jobs`): they are not shown.
  virtual job_sequence first_job() const = 0;
  virtual std::span<const route> routes() const = 0;
  /// The names of metadata and of attachments.
  virtual const item_names& metadata_names() const = 0;
  virtual const item_names& attachment_names() const = 0;

  /// Decodes compressed frames. Its functions block: for io threads.
  virtual imaging::frame_decoder& decoder() = 0;
  /// Runs `work` on a cpu thread; it may take its time. Refused (the answer is 503) when too much waits already.
  virtual void on_cpu(std::function<void()> work) = 0;
  /// `persistence::store_content`. For cpu threads.
  virtual persistence::stored_content store_content(std::span<const std::byte> content,
                                                    const persistence::storing& how) = 0;
  /// A content that was stored will not be committed.
  virtual void drop_content(const persistence::stored_blob& blob) = 0;
  /// Makes a batch durable. May be called on any thread.
  virtual void commit(std::shared_ptr<const batch> what, std::function<void(persistence::commit_answer)> then) = 0;
  /// The same at less cost: `pass_on` is called on the thread that writes, which waits for it meanwhile. It must do no
  /// more than to pass the answer on.
  virtual void commit_briefly(std::shared_ptr<const batch> what,
                              std::function<void(persistence::commit_answer)> pass_on) = 0;
  /// Submits a job; answered when it is durable. `what.on_end` is called when it has ended.
  virtual void submit(submit_job what, std::function<void(result<job_id>)> then) = 0;
  /// Asks for a change of a job's state; answered with the job when that is durable.
  virtual void control(job_id which, job_action action, std::function<void(result<job_record>)> then) = 0;
  /// Forgets a finished job and its outputs; answered when that is durable.
  virtual void remove(job_id which, std::function<void(result<job_record>)> then) = 0;
  /// Answered when the job has ended, or with what it is then after the patience.
  virtual void watch(watch_job which, std::function<void(result<job_record>)> then) = 0;
  virtual void prioritize(prioritize_job what, std::function<void(result<job_record>)> then) = 0;
  virtual void explain(explain_job which, std::function<void(result<job_explanation>)> then) = 0;
  virtual void control_all(control_jobs what, std::function<void(result<bulk_outcome>)> then) = 0;
  virtual void set_lane(troupe::set_lane what, std::function<void(result<lane_record>)> then) = 0;
  virtual void list_lanes(std::function<void(result<std::vector<lane_record>>)> then) = 0;
  /// Calls `then` once after a while.
  virtual void after(std::chrono::milliseconds delay, std::function<void()> then) = 0;
  /// Tells of every commit that holds events of jobs.
  virtual job_event_bell& job_events() = 0;
  /// Whether the server has stopped answering: what waits for others is to end.
  virtual bool stopping() const = 0;
  /// Stops the server in order, as a signal does, and starts it again if that is wanted.
  virtual void stop(bool and_start_again) = 0;
  /// Runs `work`, which may block for as long as a peer or another process is silent, on an io thread. Refused (the
  /// answer is 503) when too much waits already.
  virtual void on_io(std::function<void()> work) = 0;
};

/// One request on its way through a handler. Copies are cheap and share the answer, so that continuations can hold one.
class exchange {
public:
  exchange(call what, std::map<std::string, std::string, std::less<>> path_parameters, services& with);

  const request_head& head() const noexcept { return what_.what->head; }

  const request_body& body() const noexcept { return *what_.what->body; }

  /// Head and body, for what reads them longer than the exchange lives.
  const std::shared_ptr<const request>& whole() const noexcept { return what_.what; }

  services& server() const noexcept { return *services_; }

  /// Value of `{name}` in the route's path.
  const std::string& path_parameter(std::string_view name) const;
  /// True if the flag is in the query and not `false` or `0`.
  bool flag(std::string_view name) const;

  /// The answer, if it is a text, depends on nothing but the request and what lies in the index and the storage area.
  /// To be said before anything is read.
  void depends_on_index_only();

  // -- answers ------------------------------------------------------------------------------------------------------
  void respond(reply with) const;
  /// 200 and JSON as Orthanc prints it: members in alphabetical order, 3 blanks deep.
  void respond_json(const nlohmann::json& body) const;
  /// 200 and `{}`: what was asked for is done.
  void respond_done() const;
  /// 200 and a text.
  void respond_text(std::string body) const;
  /// The error JSON with the status of the error.
  void respond_error(const error& why) const;
  /// See `answer::park`.
  void park() const;
  /// Runs `work` on a cpu thread; it answers, then or later, and what it throws becomes the error reply.
  void on_cpu(std::function<void(const exchange&)> work) const;
  /// The same on an io thread, where it may wait.
  void on_io(std::function<void(const exchange&)> work) const;
  /// Runs `work` on a cpu thread and answers with what it returns or throws.
  void respond_from_cpu(std::function<reply(const exchange&)> work) const;

private:
  std::function<void()> guarded(std::function<void(const exchange&)> work) const;

  call what_;
  std::shared_ptr<const std::map<std::string, std::string, std::less<>>> path_parameters_;
  services* services_;
  std::optional<std::uint64_t> state_; ///< of the index, if the answer depends on that only
};

/// The commit of a content has failed. A commit whose answer did not come may have happened: only then the content
/// stays, for the next start to look at.
void drop_unless_written(services& server, const persistence::stored_blob& blob, const error& why);

/// A handler whose answers depend on the index only.
template <handler Handle>
void from_index(exchange& with) {
  with.depends_on_index_only();
  Handle(with);
}

/// A reply with JSON as Orthanc prints it.
reply json_reply(const nlohmann::json& body, int status = 200);
/// `{}`; Orthanc names no charset for it.
reply done_reply();
/// The error JSON (docs/errors.md) for a request.
reply error_reply(const request_head& request, const error& why);
/// The body as a JSON object or array, at most 64 levels deep; `bad_json` or `bad_file_format` otherwise.
result<nlohmann::json> parse_json(std::string_view text);

} // namespace troupe::http
