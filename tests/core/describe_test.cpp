#include <troupe/options.hpp>

#include "core/describe.hpp"
#include "core/metrics.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace troupe {

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Lines that begin with a bar, without the two of the head.
std::ptrdiff_t rows(const std::string& text) {
  std::ptrdiff_t count = text.starts_with('|') ? 1 : 0;
  for (auto at = text.find("\n|"); at != std::string::npos; at = text.find("\n|", at + 1))
    ++count;
  return count - 2;
}

} // namespace

BOOST_AUTO_TEST_SUITE(describe_)

BOOST_AUTO_TEST_CASE(every_error_is_a_row) {
  const auto text = describe_errors();
  BOOST_TEST(text.starts_with("# Errors\n"));
  BOOST_TEST(text.ends_with("|\n"));
  BOOST_TEST(rows(text) == static_cast<std::ptrdiff_t>(error_table().size()));
  BOOST_TEST(has(text, "\n| 7 | `InexistentItem` | 404 | The item does not exist |\n"));
}

BOOST_AUTO_TEST_CASE(every_option_is_a_row) {
  const options all;
  const auto text = describe_options(all);
  BOOST_TEST(rows(text) == static_cast<std::ptrdiff_t>(all.all().size()));
  BOOST_TEST(has(text, "\n| `ConcurrentJobs` | integer, 0 to 4096 | `2` | at start | Jobs that run"));
  BOOST_TEST(has(text, "\n| `StorageDirectory` | string | `\"TroupeStorage\"` | at start |"));
  BOOST_TEST(has(text, "\n| `MetricsEnabled` | boolean | `true` | at once |"));
}

BOOST_AUTO_TEST_CASE(every_metric_is_a_row_and_they_are_ordered_by_name) {
  const metrics all;
  const auto text = describe_metrics(all);
  BOOST_TEST(rows(text) == static_cast<std::ptrdiff_t>(all.all().size()));
  BOOST_TEST(has(text, "\n| `orthanc_jobs_pending` | gauge | Jobs in Pending and Retry. |\n"));
  BOOST_TEST(has(text, "\n| `troupe_jobs_submitted_total` | counter |"));
  BOOST_TEST(text.find("orthanc_count_instances") < text.find("orthanc_count_patients"));
}

BOOST_AUTO_TEST_CASE(a_bar_in_a_text_does_not_end_its_cell) {
  struct : option_list {
    text_option text{*this, "Text", "a|b", "One | two."};
  } one;

  BOOST_TEST(has(describe_options(one), "| `Text` | string | `\"a\\|b\"` | at start | One \\| two. |\n"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
