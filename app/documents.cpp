#include "app/documents.hpp"

#include <troupe/version.hpp>

#include "core/configuration.hpp"
#include "core/describe.hpp"
#include "core/job_states.hpp"
#include "core/json_text.hpp"
#include "core/metrics.hpp"
#include "http/api_description.hpp"
#include "http/routes.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>

namespace troupe::app {

namespace {

int write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  if (file.flush())
    return EXIT_SUCCESS;
  std::cerr << "troupe-server: cannot write " << path.string() << '\n';
  return EXIT_FAILURE;
}

int describe(const std::string& what, const options& settings) {
  const std::map<std::string, std::function<std::string()>, std::less<>> pages{
    {"errors", describe_errors},
    {"options", [&settings] { return describe_options(settings); }},
    {"metrics", [] { return describe_metrics(metrics{}); }},
    {"states", describe_job_states},
    {"routes", [] { return http::describe_routes(http::all_routes()); }},
  };
  std::cout << pages.at(what)();
  return EXIT_SUCCESS;
}

} // namespace

std::optional<int> write_documents(const command_line& asked, const options& settings,
                                   const std::vector<std::string>& warnings) {
  if (asked.describe)
    return describe(*asked.describe, settings);
  if (asked.sample_configuration)
    return write_file(*asked.sample_configuration, sample_configuration(settings));
  if (asked.openapi)
    return write_file(*asked.openapi, pretty(http::openapi(http::all_routes(), version)));
  if (asked.cheatsheet)
    return write_file(*asked.cheatsheet, http::describe_routes(http::all_routes()));
  if (!asked.check_configuration && !asked.print_configuration)
    return std::nullopt;
  for (const auto& warning : warnings)
    std::cerr << "warning: " << warning << '\n';
  if (asked.print_configuration)
    std::cout << current_configuration(settings);
  else
    std::cout << "The configuration is good.\n";
  return EXIT_SUCCESS;
}

} // namespace troupe::app
