// troupe-load: loads a server that speaks Orthanc's REST API and measures it.
#include "bench/scenarios.hpp"
#include "bench/synthetic.hpp"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <exception>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

namespace {

namespace bench = troupe::bench;

struct arguments {
  std::string url = "http://127.0.0.1:8042";
  bench::load_settings load;
  int timeout_s = 60;
  bool json = false;
  bench::upload_source source;
  std::vector<std::string> targets;
  std::string body = "{}";
};

void add_load_options(CLI::App& to, arguments& into, std::uint64_t default_count) {
  to.add_option("--server", into.url, "Where the server is")->capture_default_str();
  to.add_option("-c,--connections", into.load.connections, "Keep-alive connections")
    ->check(CLI::Range(1, 10'000))
    ->capture_default_str();
  to.add_option("-n,--count", into.load.count, "Operations in all (default " + std::to_string(default_count) + ")");
  to.add_option("--timeout", into.timeout_s, "Seconds that one request may take")->check(CLI::Range(1, 86'400));
  to.add_flag("--json", into.json, "Print one line of JSON instead of a table");
}

void add_rate(CLI::App& to, arguments& into) {
  to.add_option("--rate", into.load.rate_per_second, "Open loop: operations a second, due whatever the server does")
    ->check(CLI::PositiveNumber);
}

int run(int argc, char** argv) {
  arguments given;
  std::function<bench::report()> scenario;
  CLI::App program("Loads a server that speaks Orthanc's REST API and measures it.", "troupe-load");
  program.require_subcommand(1);
  const auto add = [&](const char* name, const char* doc, std::uint64_t default_count, auto what) {
    CLI::App* command = program.add_subcommand(name, doc);
    add_load_options(*command, given, default_count);
    command->callback([&given, &scenario, command, default_count, what] {
      if (command->count("--count") == 0)
        given.load.count = given.source.directory.empty() ? default_count : 0;
      scenario = [&given, what] { return what(given); };
    });
    return command;
  };

  CLI::App* upload =
    add("upload", "POST /instances", 1000, [](const arguments& with) { return bench::upload(with.load, with.source); });
  add_rate(*upload, given);
  upload->add_option("--size", given.source.pixel_bytes, "Bytes of pixel data of a synthetic instance")
    ->check(CLI::Range(std::uint64_t{1}, bench::max_pixel_bytes))
    ->capture_default_str();
  upload->add_option("--per-series", given.source.instances_per_series, "Synthetic instances in a series")
    ->check(CLI::Range(1, 1'000'000))
    ->capture_default_str();
  upload
    ->add_option("--directory", given.source.directory,
                 "Upload the files below this directory in turn, by default each once")
    ->check(CLI::ExistingDirectory);

  CLI::App* get = add("get", "GET of the given targets, in turn", 1000,
                      [](const arguments& with) { return bench::get(with.load, with.targets); });
  add_rate(*get, given);
  get->add_option("targets", given.targets, "Such as /studies")->required();

  CLI::App* post = add("post", "POST of one body to the given targets, in turn", 1000,
                       [](const arguments& with) { return bench::post(with.load, with.targets, with.body); });
  add_rate(*post, given);
  post->add_option("--body", given.body, "JSON")->capture_default_str();
  post->add_option("targets", given.targets, "Such as /tools/diagnostic-job")->required();

  CLI::App* jobs = add("jobs", "Submit asynchronous archives, then wait until all have ended", 1000,
                       [](const arguments& with) { return bench::submit_jobs(with.load, with.targets); });
  add_rate(*jobs, given);
  CLI::App* closed = add("closed", "Submit an archive, ask until it has ended, go on", 200,
                         [](const arguments& with) { return bench::closed_jobs(with.load, with.targets); });
  for (CLI::App* one : {jobs, closed})
    one->add_option("resources", given.targets, "Such as /studies/<id>; none: all series of the server");

  CLI11_PARSE(program, argc, argv);
  given.load.server = bench::server_address::of(given.url);
  given.load.timeout = std::chrono::seconds(given.timeout_s);
  const bench::report result = scenario();
  given.json ? bench::print_json(std::cout, result) : bench::print_table(std::cout, result);
  return result.measured.error_count() == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& failed) {
    std::cerr << "troupe-load: " << failed.what() << '\n';
    return 2;
  }
}
