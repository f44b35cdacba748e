#include "actors/jobs/builtin.hpp"
#include "persistence/index_store.hpp"
#include "tests/actors/conformance.hpp"
#include "tests/actors/store_peer.hpp"
#include "tests/actors/stored_instances.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <utility>

namespace troupe::testing {

namespace {

using nlohmann::json;

constexpr int instances = 3;
constexpr std::uint64_t function_steps = 4;

store_peer& peer() {
  static store_peer one;
  return one;
}

const options& settings_of(unsigned window) {
  static std::map<unsigned, options> all;
  auto& settings = all[window];
  const auto modality = json{{"peer", {"PEER", "127.0.0.1", peer().port()}}};
  BOOST_TEST_REQUIRE(settings.dicom_modalities.set(modality).has_value());
  BOOST_TEST_REQUIRE(settings.jobs_engine_threads_count.set(json{{"ResourceModification", window}}).has_value());
  return settings;
}

job_type type_in_the_run(const std::string& name, unsigned window) {
  for (auto& one : builtin_job_types({*run::current, settings_of(window), system_clock()}))
    if (one.name == name)
      return one;
  throw std::logic_error("no such type");
}

/// The types of the server, which find the database of the run when they are called.
std::vector<job_type> server_types(unsigned window) {
  const scratch directory;
  persistence::database somewhere(directory.path);
  std::vector<job_type> all;
  for (auto& type : builtin_job_types({somewhere, settings_of(window), system_clock()})) {
    const auto now = [name = type.name, window] { return type_in_the_run(name, window); };
    type.plan = [now](const std::string& arguments) { return now().plan(arguments); };
    type.make_work = [now](const job_plan& plan) { return now().make_work(plan); };
    if (type.probe)
      type.probe = [now](const std::string& lane) { return now().probe(lane); };
    all.push_back(std::move(type));
  }
  return all;
}

std::size_t files_in(const std::filesystem::path& directory) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
    count += entry.is_regular_file() ? 1 : 0;
  return count;
}

std::size_t stored_files(const run& server) {
  return files_in(server.database.outputs_directory().parent_path() / "storage");
}

std::optional<persistence::stored_output> output_of(const run& server, const job_id& id, const char* name) {
  const auto from = server.database.read();
  return persistence::find_output(from, persistence::find_job(from, id)->sequence, name);
}

const std::vector<std::string>& never_good() {
  static const std::vector<std::string> all{
    "",
    "nonsense",
    "{",
    "[]",
    "null",
    "17",
    "\"x\"",
    "{\"Resources\":17,\"Level\":17,\"Resource\":17,\"Request\":17,\"Modality\":17,\"Steps\":\"x\"}",
    "\xff\xfe{",
    std::string(1 << 20, '['),
    "{\"Steps\":\"" + std::string(1 << 20, 'x')};
  return all;
}

std::vector<std::string> never_good_and(std::vector<std::string> more) {
  more.insert(more.end(), never_good().begin(), never_good().end());
  return more;
}

subject archive(job_type type) {
  const auto study = study_of_instances().text();
  return {.type = std::move(type),
          .steps = instances,
          .arguments = json{{"Resources", {study}}}.dump(),
          .refused = never_good_and({"{}", R"({"Resources":["x"]})", R"({"Resources":[17]})", R"({"Resources":{}})",
                                     R"({"Resources":["da39a3ee-5e6b4b0d-3255bfef-95601890-afd80709"]})",
                                     json{{"Resources", {study}}, {"Filename", 17}}.dump()}),
          .prepare = [](run& server) { store_instances(server.database, instances); },
          .check =
            [](const run& server, const job_id& id, const witness&) {
              const auto made = output_of(server, id, "archive");
              BOOST_REQUIRE(made);
              const auto* const bytes = std::get_if<std::string>(&made->body);
              BOOST_REQUIRE(bytes);
              BOOST_TEST(bytes->starts_with("PK"));
              std::size_t members = 0;
              for (auto at = bytes->find("PK\x01\x02"); at != std::string::npos; at = bytes->find("PK\x01\x02", at + 1))
                ++members;
              BOOST_TEST(members == static_cast<std::size_t>(instances));
            }};
}

subject modification(job_type type) {
  const auto study = study_of_instances().text();
  const json request{{"Replace", {{"StudyDescription", "new"}}}};
  const auto asking = [&](const json& what) {
    return json{{"Level", "Study"}, {"Resource", study}, {"Request", what}}.dump();
  };
  std::string deep = std::string(1 << 20, '[') + std::string(1 << 20, ']');
  return {.type = std::move(type),
          .steps = instances,
          .arguments = asking(request),
          .refused =
            never_good_and({"{}", asking(17), asking({{"Replace", 17}}), asking({{"Replace", {{"NoSuchTag", "x"}}}}),
                            asking({{"Replace", {{"StudyDescription", "x"}}}, {"KeepSource", "yes"}}),
                            R"({"Level":"Study","Resource":")" + study
                              + R"(","Request":{"Replace":{"StudyDescription":"x"}},"X":)" + deep + "}",
                            json{{"Level", "Instance"}, {"Resource", study}, {"Request", request}}.dump(),
                            json{{"Level", "Study"}, {"Resource", "x"}, {"Request", request}}.dump()}),
          .prepare = [](run& server) { store_instances(server.database, instances); },
          .check =
            [](const run& server, const job_id&, const witness&) {
              BOOST_TEST(persistence::statistics(server.database.read()).count[3] == 2U * instances);
              BOOST_TEST(stored_files(server) == 2U * instances);
            }};
}

subject modality_store(job_type type) {
  const auto study = study_of_instances().text();
  const auto asking = [](json what) {
    what.emplace("Modality", "peer");
    return what.dump();
  };
  return {.type = std::move(type),
          .steps = instances,
          .arguments = asking({{"Resources", {study}}}),
          .refused = never_good_and({"{}", asking({{"Resources", {"x"}}}), asking({{"Resources", {17}}}),
                                     asking({{"Resources", "x"}}), R"({"Modality":"nobody","Resources":[]})",
                                     asking({{"Resources", {study}}, {"Port", "x"}}),
                                     asking({{"Resources", {study}}, {"MoveOriginatorAet", "A"}}),
                                     asking({{"Resources", {study}}, {"Permissive", 17}})}),
          .prepare =
            [](run& server) {
              store_instances(server.database, instances);
              peer().take_received();
            },
          .check =
            [](const run&, const job_id&, const witness& seen) {
              auto received = peer().take_received();
              BOOST_TEST(received.size() == static_cast<std::size_t>(instances));
              for (int number = 1; number <= instances; ++number) {
                const auto& step = seen.times.find(static_cast<std::uint64_t>(number) - 1);
                BOOST_REQUIRE(step != seen.times.end());
                BOOST_TEST(received[sop_instance_uid(number)] == step->second);
              }
            }};
}

void check_nothing(const run&, const job_id&, const witness&) {}

subject diagnostic(job_type type) {
  return {.type = std::move(type),
          .steps = function_steps,
          .arguments = json{{"Steps", function_steps}}.dump(),
          .refused = never_good_and({R"({"Steps":-1})", R"({"Steps":1e99})", R"({"Steps":1000001})",
                                     R"({"Steps":18446744073709551615})", R"({"FailItems":17})",
                                     R"({"FailItems":["x"]})", R"({"Lane":17})"}),
          .check = check_nothing};
}

/// Begins a file at its second step, and offers it at the last.
class writing_work final : public job_work {
public:
  step_result run(std::uint64_t number, step_context& context) override {
    if (number == 1)
      path_ = context.new_output_file();
    if (number >= 1)
      std::ofstream(path_, std::ios::app) << number;
    auto how = step_result::more();
    if (number + 1 == function_steps)
      how.outputs.push_back({"out", "text/plain", "out.txt", path_});
    return how;
  }

private:
  std::filesystem::path path_;
};

subject output() {
  auto type = type_of("Output", effect::output, function_steps, {});
  type.make_work = [](const job_plan&) { return std::make_unique<writing_work>(); };
  return {.type = std::move(type),
          .steps = function_steps,
          .arguments = "{}",
          .refused = {"refuse"},
          .check = [](const run& server, const job_id& id, const witness&) {
            const auto made = output_of(server, id, "out");
            BOOST_REQUIRE(made);
            BOOST_TEST(made->size_bytes == function_steps - 1);
            BOOST_TEST(files_in(server.database.outputs_directory()) == 1U);
          }};
}

subject local(unsigned window) {
  const auto step = [](std::uint64_t number, step_context&) {
    auto how = step_result::more();
    how.writes = std::make_shared<batch>();
    how.writes->mutations.emplace_back(instance(number));
    return how;
  };
  return {.type = type_of("Local", effect::local, function_steps, step, window),
          .steps = function_steps,
          .arguments = "{}",
          .refused = {"refuse"},
          .check = [](const run& server, const job_id&, const witness&) {
            BOOST_TEST(persistence::statistics(server.database.read()).count[3] == function_steps);
            BOOST_TEST(stored_files(server) == function_steps);
          }};
}

subject network(unsigned window) {
  const auto step = [](std::uint64_t, step_context&) { return step_result::more(); };
  return {.type = type_of("Network", effect::network, function_steps, step, window),
          .steps = function_steps,
          .arguments = "{}",
          .refused = {"refuse"},
          .check = check_nothing};
}

} // namespace

std::vector<subject> subjects(unsigned window) {
  // One line a type of the server. One that is not here fails the suite.
  const std::map<std::string, subject (*)(job_type)> known{
    {"Archive", archive}, {"ResourceModification", modification}, {"DicomModalityStore", modality_store}};
  std::vector<subject> all;
  for (auto& type : server_types(window)) {
    const auto found = known.find(type.name);
    BOOST_TEST_REQUIRE((found != known.end()), "The suite does not know how to try the type " << type.name);
    all.push_back(found->second(std::move(type)));
  }
  all.push_back(diagnostic(diagnostic_job()));
  all.push_back(output());
  all.push_back(local(window));
  all.push_back(network(window));
  return all;
}

namespace {

class watched_work final : public job_work {
public:
  watched_work(std::unique_ptr<job_work> inner, std::shared_ptr<witness> by)
    : inner_(std::move(inner)),
      by_(std::move(by)) {}

  step_result run(std::uint64_t number, step_context& context) override {
    if (!std::exchange(began_, true))
      by_->began.push_back(number);
    auto how = inner_->run(number, context);
    if (how.what == step_result::kind::wait) // it did nothing, and is done again
      return how;
    ++by_->times[number];
    ++by_->done;
    return how;
  }

private:
  std::unique_ptr<job_work> inner_;
  std::shared_ptr<witness> by_;
  bool began_ = false;
};

} // namespace

job_type watched(job_type type, std::shared_ptr<witness> by) {
  type.make_work = [inner = std::move(type.make_work), by = std::move(by)](const job_plan& plan) {
    return std::make_unique<watched_work>(inner(plan), by);
  };
  return type;
}

} // namespace troupe::testing
