#include "http/job_lookup.hpp"

#include "http/job_json.hpp"
#include "persistence/job_view.hpp"

#include <nlohmann/json.hpp>

namespace troupe::http {

std::optional<persistence::job_row> find_row(const exchange& with, const persistence::read_transaction& from) {
  auto row = persistence::find_job(from, job_id{with.path_parameter("id")});
  if (row && row->sequence < with.server().first_job())
    row.reset();
  return row;
}

job_record seen(const exchange& with, const persistence::read_transaction& from, const persistence::job_row& row) {
  return persistence::view_job(from, row, with.server().live().find(row.sequence), with.server().clock().now());
}

nlohmann::json shown(const exchange& with, const persistence::read_transaction& from, const persistence::job_row& row) {
  return job_json(seen(with, from, row), with.server().clock().now());
}

error no_job(error_code code) {
  return {code, "There is no job with that name"};
}

} // namespace troupe::http
