/// \file
/// How every route that makes a job submits it and answers. What the headers ask for (`Prefer`, `Idempotency-Key`) is
/// done here, so that no route knows of it.
#pragma once

#include "http/exchange.hpp"
#include "http/job_request.hpp"

#include <string>

namespace troupe::http {

/// Puts what the request says about every job (priority, user data, retries, ...) into the submission.
void apply(const job_request& fields, submit_job& to);

/// Submits the job and answers as the request wishes: at once with `{ID, Path}` when it is durable, or, synchronously,
/// with the job's `Content` when it has ended well, and with the error JSON when it has not.
/// `Prefer: respond-async` is answered 202 when the job is durable, `Prefer: wait=N` when it has not ended after N
/// seconds; that also bounds the wait for a place under `LimitJobs`.
void respond_with_job(const exchange& with, submit_job what, const job_request& fields);

/// The same for a job whose output is the reply of a synchronous call, sent while it is made under that name.
void respond_with_output(const exchange& with, submit_job what, const job_request& fields,
                         const std::string& media_type, const std::string& filename);

} // namespace troupe::http
