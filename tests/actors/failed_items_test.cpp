// Doing again only what a finished job has not done.
#include "tests/actors/gate.hpp"

#include <boost/test/unit_test.hpp>

namespace troupe::testing {
namespace {

/// A type of five items whose steps note the item; those in `bad` fail, and the job goes on, but not behind `fatal`.
class sorter {
public:
  struct state {
    std::string seen; ///< the items of all steps that ran
    std::string bad;
    std::string fatal;
    std::string arguments;
  };

  job_type type() const {
    struct work final : job_work {
      step_result run(std::uint64_t number, step_context&) override {
        const auto& item = items.at(number);
        of->seen += item;
        if (item == of->fatal)
          return step_result::failed({error_code::bad_file_format, "no DICOM"});
        auto how = step_result::more();
        if (of->bad.find(item) != std::string::npos)
          how.item = item_failure{error{error_code::cannot_store_instance, "full"}, std::uint16_t{0xA700}};
        return how;
      }

      std::shared_ptr<state> of;
      std::vector<std::string> items;
    };

    auto made = type_of("Sort", effect::network, 5, nothing);
    made.plan = [](const std::string& arguments) {
      return result<job_plan>(job_plan{
        .lane = "lane", .items = {"a", "b", "c", "d", "e"}, .arguments = arguments, .content = R"({"Items":5})"});
    };
    made.make_work = [of = inside](const job_plan& plan) {
      auto one = std::make_unique<work>();
      one->of = of;
      one->items = plan.items;
      of->arguments = plan.arguments;
      return one;
    };
    made.narrow = [](job_plan& plan) { plan.content = R"({"Items":)" + std::to_string(plan.items.size()) + "}"; };
    return made;
  }

  std::shared_ptr<state> inside = std::make_shared<state>();
};

BOOST_AUTO_TEST_SUITE(failed_items_again)

BOOST_AUTO_TEST_CASE(only_the_items_that_failed_are_done_again_with_the_same_arguments_and_lane) {
  const scratch directory;
  const sorter sort;
  run server(directory.path, {sort.type()});
  sort.inside->bad = "bd";
  const auto first = server.submit({.type = "Sort", .arguments = R"({"Why":1})"});
  BOOST_TEST(server.state(first) == "Success");
  BOOST_TEST(server.see(first).failed_items == 2U);
  sort.inside->seen = sort.inside->bad = sort.inside->arguments = "";
  const auto again = server.submit({.failed_items_of = first});
  const auto seen = server.see(again);
  BOOST_TEST(sort.inside->seen == "bd");
  BOOST_TEST(sort.inside->arguments == R"({"Why":1})");
  BOOST_TEST(seen.type == "Sort");
  BOOST_TEST(seen.lane == "lane");
  BOOST_TEST(seen.steps_total == 2U);
  BOOST_TEST(seen.failed_items == 0U);
  BOOST_TEST(seen.content == R"({"Items":2})");
  BOOST_TEST(again.text != first.text);
  BOOST_TEST(server.see(first).failed_items == 2U); // what it was stays as it was
}

BOOST_AUTO_TEST_CASE(of_a_job_that_ended_too_early_the_rest_is_done_too) {
  const scratch directory;
  const sorter sort;
  sort.inside->bad = "a";
  sort.inside->fatal = "c";
  job_id first;
  {
    run server(directory.path, {sort.type()});
    first = server.submit({.type = "Sort"});
    BOOST_TEST(server.state(first) == "Failure");
  }
  sort.inside->seen = sort.inside->bad = sort.inside->fatal = "";
  run server(directory.path, {sort.type()});
  const auto again = server.submit({.failed_items_of = first});
  BOOST_TEST(server.state(again) == "Success");
  BOOST_TEST(sort.inside->seen == "acde");
}

BOOST_AUTO_TEST_CASE(what_fails_again_can_be_done_once_more) {
  const scratch directory;
  const sorter sort;
  run server(directory.path, {sort.type()});
  sort.inside->bad = "bde";
  const auto first = server.submit({.type = "Sort"});
  sort.inside->bad = "d";
  const auto second = server.submit({.failed_items_of = first});
  BOOST_TEST(server.see(second).failed_items == 1U);
  sort.inside->seen = "";
  server.submit({.failed_items_of = second});
  BOOST_TEST(sort.inside->seen == "d");
}

BOOST_AUTO_TEST_CASE(where_nothing_failed_or_nothing_has_ended_it_is_refused) {
  const scratch directory;
  const sorter sort;
  const gate door;
  run server(directory.path, {sort.type(), type_of("T", effect::network, 1, door)});
  const auto good = server.submit({.type = "Sort"});
  const auto running = server.submit({.type = "T"});
  for (const auto& id : {good, running, job_id{"unknown"}}) {
    const auto answer = server.ask<job_id>(submit_job{.failed_items_of = id});
    server.settle();
    BOOST_REQUIRE(answer->value().has_error());
    BOOST_TEST((answer->value().error().code() == error_code::bad_request));
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace troupe::testing
