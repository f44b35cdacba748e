#include "http/routes.hpp"

#include "http/routes/families.hpp"

namespace troupe::http {

std::vector<route> all_routes() {
  std::vector<route> all;
  for (const auto& family :
       {system_routes(), resource_routes(), instance_routes(), archive_routes(), job_routes(), tool_routes()})
    all.insert(all.end(), family.begin(), family.end());
  return all;
}

} // namespace troupe::http
