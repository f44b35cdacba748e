#include "http/job_submission.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace troupe::http {

namespace {

using nlohmann::json;

void respond_with_end(const exchange& with, const result<job_record>& ended) {
  if (!ended)
    with.respond_error(ended.error());
  else if (ended->state == job_state::success)
    with.respond_json(json::parse(ended->content, nullptr, false));
  else
    with.respond_error({ended->code, ended->error_details});
}

} // namespace

void apply(const job_request& fields, submit_job& to) {
  to.priority = fields.priority;
  to.user_data = fields.user_data;
}

void respond_with_job(const exchange& with, submit_job what, const job_request& fields) {
  apply(fields, what);
  if (fields.synchronous)
    what.on_end = [with](const result<job_record>& ended) { respond_with_end(with, ended); };
  with.server().submit(std::move(what), [with, fields](const result<job_id>& id) {
    if (!id)
      with.respond_error(id.error());
    else if (!fields.synchronous)
      with.respond_json({{"ID", id->text}, {"Path", "/jobs/" + id->text}});
  });
}

} // namespace troupe::http
