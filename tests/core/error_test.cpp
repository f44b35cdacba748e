#include <troupe/error.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>
#include <vector>

namespace troupe {

namespace {

const error_info& row(int number) {
  return describe(static_cast<error_code>(number));
}

} // namespace

BOOST_AUTO_TEST_SUITE(error_)

BOOST_AUTO_TEST_CASE(the_table_is_ordered_by_number_and_no_number_or_name_comes_twice) {
  const auto table = error_table();
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < table.size(); ++i) {
    BOOST_TEST(names.insert(table[i].name).second);
    BOOST_TEST(!table[i].text.empty());
    if (i > 0)
      BOOST_TEST((table[i - 1].code < table[i].code));
  }
}

BOOST_AUTO_TEST_CASE(the_table_has_every_code_that_clients_know_and_no_other) {
  std::vector<int> expected(49 + 16 + 46 + 1);
  const auto sqlite = expected.begin() + 49, server = sqlite + 16, media = server + 46;
  std::iota(expected.begin(), sqlite, -1);
  std::iota(sqlite, server, 1000);
  std::iota(server, media, 2000);
  *media = 3000;
  std::vector<int> found;
  for (const auto& info : error_table())
    found.push_back(static_cast<int>(info.code));
  BOOST_TEST(found == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(numbers_names_and_statuses_are_those_of_the_contract) {
  using expected = std::tuple<int, int, const char*>;
  for (const auto& [number, status, name] : {
         expected{-1, 500, "InternalError"},
         {0, 200, "Success"},
         {3, 400, "ParameterOutOfRange"},
         {5, 400, "BadParameterType"},
         {6, 500, "BadSequenceOfCalls"},
         {7, 404, "InexistentItem"},
         {8, 400, "BadRequest"},
         {9, 500, "NetworkProtocol"},
         {12, 400, "UriSyntax"},
         {13, 404, "InexistentFile"},
         {15, 400, "BadFileFormat"},
         {17, 404, "UnknownResource"},
         {19, 507, "FullStorage"},
         {21, 404, "InexistentTag"},
         {28, 400, "BadJson"},
         {29, 401, "Unauthorized"},
         {34, 406, "NotAcceptable"},
         {36, 503, "DatabaseUnavailable"},
         {37, 500, "CanceledJob"},
         {41, 416, "BadRange"},
         {42, 503, "DatabaseCannotSerialize"},
         {43, 409, "Revision"},
         {45, 403, "ForbiddenAccess"},
         {46, 409, "DuplicateResource"},
         {47, 500, "IncompatibleConfigurations"},
         {1000, 500, "SQLiteNotOpened"},
         {1015, 500, "SQLiteTransactionBegin"},
         {2014, 500, "NoSopClassOrInstance"},
         {2019, 400, "CreateDicomNotString"},
         {2025, 400, "CreateDicomParentIsInstance"},
         {2026, 500, "CreateDicomParentEncoding"},
         {2042, 500, "AlreadyExistingTag"},
         {2045, 500, "DicomGetUnavailable"},
         {3000, 415, "UnsupportedMediaType"},
       }) {
    BOOST_TEST(static_cast<int>(row(number).code) == number);
    BOOST_TEST(row(number).http_status == status);
    BOOST_TEST(row(number).name == name);
  }
}

BOOST_AUTO_TEST_CASE(a_number_without_a_row_is_an_internal_error) {
  for (const int number : {-2, 48, 999, 1016, 1999, 2046, 3001, 1'000'000})
    BOOST_TEST((row(number).code == error_code::internal_error));
}

BOOST_AUTO_TEST_CASE(an_error_has_the_status_of_its_row_unless_another_was_set) {
  BOOST_TEST(error(error_code::inexistent_item).http_status() == 404);
  BOOST_TEST(error(error_code::full_storage).with_status(503).http_status() == 503);
  BOOST_TEST((error(error_code::full_storage) != error(error_code::full_storage).with_status(503)));
}

BOOST_AUTO_TEST_CASE(the_value_of_a_failed_result_throws_its_reason) {
  const result<int> refused = error(error_code::inexistent_item, "job 7");
  BOOST_CHECK_EXCEPTION(refused.value(), failure, [&](const failure& thrown) {
    return thrown.why() == refused.error() && std::string_view(thrown.what()) == "The item does not exist: job 7";
  });
  BOOST_TEST(failure(error(error_code::timeout)).what() == "Time-out");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
