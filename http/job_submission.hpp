/// \file
/// How every route that makes a job submits it and answers.
#pragma once

#include "http/exchange.hpp"
#include "http/job_request.hpp"

namespace troupe::http {

/// Puts what the request says about every job (priority, user data, retries, ...) into the submission.
void apply(const job_request& fields, submit_job& to);

/// Submits the job and answers as the request wishes: at once with `{ID, Path}` when it is durable, or, synchronously,
/// with the job's `Content` when it has ended well, and with the error JSON when it has not.
void respond_with_job(const exchange& with, submit_job what, const job_request& fields);

} // namespace troupe::http
