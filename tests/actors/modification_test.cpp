#include "actors/jobs/builtin.hpp"
#include "fixture.hpp"
#include "persistence/index_store.hpp"
#include "stored_instances.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <optional>

BOOST_AUTO_TEST_SUITE(modification)

using namespace troupe;
using namespace troupe::testing;
using nlohmann::json;

namespace {

constexpr int instances = 6;

/// The types of a run that is made later: they find its database when they are called.
std::vector<job_type> types_of_the_run(const options& settings) {
  const auto now = [&settings] { return job_surroundings{*run::current, settings, system_clock()}; };
  const auto type = [now] {
    for (auto& one : builtin_job_types(now()))
      if (one.name == "ResourceModification")
        return one;
    throw std::logic_error("no such type");
  };
  job_type late{.name = "ResourceModification", .doc = "", .effects = effect::local};
  late.plan = [type](const std::string& arguments) { return type().plan(arguments); };
  late.make_work = [type](const job_plan& plan) { return type().make_work(plan); };
  return {late};
}

std::string arguments_of(const orthanc_id& study, bool keep_source) {
  return json{{"Level", "Study"},
              {"Resource", study.text()},
              {"Request", {{"Replace", {{"StudyDescription", "new"}}}, {"KeepSource", keep_source}}}}
    .dump();
}

std::size_t files_in(const std::filesystem::path& directory) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory / "storage"))
    count += entry.is_regular_file() ? 1 : 0;
  return count;
}

/// Instances of each study, whether they are those of the copies or of the source.
std::vector<std::size_t> sizes_of_studies(const persistence::database& database) {
  std::vector<std::size_t> sizes;
  const auto from = database.read();
  persistence::for_each_resource(from, resource_level::study, 0, [&](const persistence::resource& study) {
    std::size_t count = 0;
    for (const auto& id : persistence::child_ids(from, study.key))
      count += persistence::child_ids(from, persistence::find_resource(from, resource_level::series, id)->key).size();
    sizes.push_back(count);
    return true;
  });
  return sizes;
}

/// Runs `messages` of what there is to do, in small pieces; true if the job had ended by then.
bool run_some(run& server, int pieces) {
  for (int i = 0; i < pieces; ++i)
    if (!server.coordinator.try_run_once() && !server.cpu.run_one() && !server.io.run_one())
      return true;
  return false;
}

void kill_after(int pieces, bool keep_source) {
  const scratch directory;
  const options settings;
  orthanc_id study;
  bool ended = false;
  {
    run server(directory.path, types_of_the_run(settings));
    store_instances(server.database, instances);
    study = study_of_instances();
    auto accepted =
      server.ask<job_id>(submit_job{.type = "ResourceModification", .arguments = arguments_of(study, keep_source)});
    while (!accepted->has_value())
      run_some(server, 1);
    BOOST_TEST_REQUIRE(accepted->value().has_value());
    ended = run_some(server, pieces);
  }
  {
    run server(directory.path, types_of_the_run(settings));
    server.settle();
    const auto sizes = sizes_of_studies(server.database);
    const std::vector<std::size_t> expected(keep_source ? 2 : 1, instances);
    BOOST_TEST(sizes == expected, boost::test_tools::per_element());
    BOOST_TEST(persistence::find_resource(server.database.read(), resource_level::study, study).has_value()
               == keep_source);
    BOOST_TEST(finished_in(server.database.read()) == 1U);
  }
  BOOST_TEST(files_in(directory.path) == (keep_source ? 2U : 1U) * instances);
  BOOST_TEST_MESSAGE("pieces " << pieces << (ended ? ", after the end" : ""));
}

} // namespace

BOOST_AUTO_TEST_CASE(killed_at_each_moment_it_ends_with_one_copy_of_each_instance) {
  for (int pieces = 0; pieces <= 90; pieces += 3)
    for (const bool keep_source : {true, false})
      BOOST_TEST_CONTEXT("killed after " << pieces << " pieces, KeepSource " << keep_source)
  kill_after(pieces, keep_source);
}

BOOST_AUTO_TEST_CASE(an_instance_that_is_gone_is_counted_and_the_others_are_modified) {
  const scratch directory;
  const options settings;
  run server(directory.path, types_of_the_run(settings), [](options& o) { o.concurrent_jobs.set_value(1); });
  store_instances(server.database, instances);
  const auto file = instance_file(2);
  const auto gone = dicom::scan(std::as_bytes(std::span(file))).value();
  auto arguments = json::parse(arguments_of(gone.id(resource_level::study), true));
  arguments["Request"]["Permissive"] = true;
  const auto plan = server.known.at("ResourceModification").plan(arguments.dump());
  BOOST_TEST_REQUIRE(plan.has_value());
  BOOST_TEST(plan->items.size() == static_cast<std::size_t>(instances));
  batch change;
  change.mutations.emplace_back(
    persistence::remove_resource{gone.id(resource_level::instance), resource_level::instance});
  const batch* const one = &change;
  BOOST_TEST_REQUIRE(server.database.commit(std::span(&one, 1)).at(0).has_value());

  struct context final : step_context {
    bool stop_requested() const noexcept override { return false; }

    std::function<void()> waker() override {
      return [] {};
    }

    std::filesystem::path new_output_file() override { return {}; }

    std::uint32_t attempt() const noexcept override { return 1; }

    std::uint64_t failed_before() const noexcept override { return 0; }

    output_stream* stream() noexcept override { return nullptr; }
  } none;

  const auto work = server.known.at("ResourceModification").make_work(*plan);
  std::size_t failed = 0;
  std::optional<std::string> content;
  for (std::uint64_t i = 0; i < plan->items.size(); ++i) {
    const auto step = work->run(i, none);
    BOOST_TEST((step.what == step_result::kind::more));
    BOOST_TEST(!(step.item && step.content)); // the content of earlier attempts stays
    failed += step.item ? 1 : 0;
    if (step.content)
      content = step.content;
  }
  BOOST_TEST(failed == 1U);
  BOOST_TEST_REQUIRE(content.has_value());
  const auto shown = json::parse(*content);
  BOOST_TEST(shown.contains("ID"));
  BOOST_TEST(shown["InstancesCount"] == instances);
  BOOST_TEST(shown["Type"] == "Study");
}

BOOST_AUTO_TEST_SUITE_END()
