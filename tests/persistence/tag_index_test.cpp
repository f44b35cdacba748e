#include "persistence/tag_index.hpp"
#include "raw.hpp"

namespace troupe::persistence::testing {

BOOST_AUTO_TEST_SUITE(index_of_tags)

namespace {

using enum resource_level;
constexpr dicom_tag patient_name = 0x00100010;
constexpr dicom_tag study_date = 0x00080020;
constexpr dicom_tag modality = 0x00080060;

struct fixture {
  temporary_directory in;
  std::unique_ptr<database> db = std::make_unique<database>(in.path());

  void add(const place& where, const std::string& name, const std::string& date, const std::string& made_by) {
    auto added = instance_at(where, write_blob(*db));
    added.summary.tags = {};
    added.summary.tags[0] = {{patient_name, name}};
    if (!date.empty()) {
      added.summary.tags[1] = {{study_date, date}};
    }
    added.summary.tags[2] = {{modality, made_by}};
    write(*db, {added});
  }

  void remove(const place& where, resource_level level) { write(*db, {remove_resource{where.id(level), level}}); }

  /// The values of a tag, in the order of the index.
  std::vector<std::string> values(resource_level level, dicom_tag tag, const index_walk& which = {}) {
    std::vector<std::string> found;
    for_each_indexed(db->read(), level, tag, which, [&](const indexed_row& row) {
      found.emplace_back(row.value);
      return true;
    });
    return found;
  }
};

using texts = std::vector<std::string>;

} // namespace

BOOST_FIXTURE_TEST_CASE(the_rows_of_a_tag_are_in_the_order_of_its_folded_values, fixture) {
  add({1}, "Zoë", "20200102", "CT");
  add({2}, "ÄNNE", "20200101", "CT");
  add({3}, "mia", "", "CT");
  BOOST_TEST(values(patient, patient_name) == (texts{"anne", "mia", "zoe"}), boost::test_tools::per_element());
  BOOST_TEST(values(study, patient_name) == (texts{"anne", "mia", "zoe"}), boost::test_tools::per_element());
  BOOST_TEST(values(study, study_date) == (texts{"", "20200101", "20200102"}), boost::test_tools::per_element());
  BOOST_TEST(values(study, study_date, {.descending = true}) == (texts{"20200102", "20200101", ""}),
             boost::test_tools::per_element());
  BOOST_TEST(values(study, study_date, {.first = "20200102"}) == (texts{"20200102"}), boost::test_tools::per_element());
  BOOST_TEST(values(study, patient_name, {.prefix = "m"}) == (texts{"mia"}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(an_instance_that_is_read_again_gives_its_family_other_rows, fixture) {
  add({1, 1, 1, 1}, "old", "20200101", "CT");
  add({1, 1, 2, 1}, "old", "20200101", "CT");
  reread_instance again{instance_at({1, 1, 1, 1}, 0).summary, {false, true, true, false}};
  again.summary.tags = {};
  again.summary.tags[0] = {{patient_name, "new"}};
  again.summary.tags[1] = {{study_date, "20210101"}};
  again.summary.tags[2] = {{modality, "MR"}};
  BOOST_TEST(was_effective(write(*db, {again})[0]));
  BOOST_TEST(values(patient, patient_name) == texts{"old"}, boost::test_tools::per_element());
  BOOST_TEST(values(study, patient_name) == texts{"new"}, boost::test_tools::per_element());
  BOOST_TEST(values(study, study_date) == texts{"20210101"}, boost::test_tools::per_element());
  BOOST_TEST(values(series, modality) == (texts{"ct", "mr"}), boost::test_tools::per_element());
  BOOST_TEST(values(study, modalities_in_study) == (texts{"ct", "mr"}), boost::test_tools::per_element());
  remove({1, 1, 1, 1}, resource_level::instance);
  BOOST_TEST(values(study, modalities_in_study) == texts{"ct"}, boost::test_tools::per_element());
  BOOST_TEST(!was_effective(write(*db, {again})[0]));
  remove({1, 1, 2, 1}, resource_level::instance);
  BOOST_TEST(values(study, study_date).empty());
}

BOOST_FIXTURE_TEST_CASE(long_values_are_cut_and_several_are_found_one_by_one, fixture) {
  add({1}, std::string(1000, 'x'), "", "CT");
  add({2}, "a\\B", "", "CT");
  BOOST_TEST(values(patient, patient_name) == (texts{"a", "a\\b", "b", std::string(longest_indexed, 'x')}),
             boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_study_has_a_row_for_each_of_its_modalities, fixture) {
  add({1, 1, 1}, "a", "", "CT");
  add({1, 1, 2}, "a", "", "MR");
  add({1, 1, 3}, "a", "", "CT");
  BOOST_TEST(values(study, modalities_in_study) == (texts{"ct", "mr"}), boost::test_tools::per_element());
  remove({1, 1, 1}, series);
  BOOST_TEST(values(study, modalities_in_study) == (texts{"ct", "mr"}), boost::test_tools::per_element());
  remove({1, 1, 3}, series);
  BOOST_TEST(values(study, modalities_in_study) == (texts{"mr"}), boost::test_tools::per_element());
  remove({1}, patient);
  BOOST_TEST(values(study, modalities_in_study).empty());
}

BOOST_FIXTURE_TEST_CASE(what_is_deleted_has_no_rows, fixture) {
  add({1, 1, 1, 1}, "a", "", "CT");
  add({1, 1, 1, 2}, "a", "", "CT");
  add({2, 1, 1, 1}, "b\\c", "20200101", "CT");
  remove({1, 1, 1, 1}, instance);
  remove({1, 1, 1, 2}, instance);
  remove({2}, patient);
  db.reset();
  change_raw(in.path(), [](write_transaction& to) { BOOST_TEST(to.rows().count(table::tag_index) == 0U); });
}

BOOST_FIXTURE_TEST_CASE(a_directory_of_an_older_format_is_indexed_when_it_is_opened, fixture) {
  add({1, 1, 1}, "a\\b", "20200101", "CT");
  add({1, 1, 2}, "a\\b", "20200101", "MR");
  const auto names = values(patient, patient_name);
  db.reset();
  std::uint64_t rows = 0;
  change_raw(in.path(), [&](write_transaction& to) {
    rows = to.rows().count(table::tag_index);
    to.erase_prefix(table::tag_index, {});
    to.put(table::meta, meta_row::format, encode_u32(2));
  });
  db = std::make_unique<database>(in.path());
  BOOST_TEST(values(patient, patient_name) == names, boost::test_tools::per_element());
  BOOST_TEST(values(study, modalities_in_study) == (texts{"ct", "mr"}), boost::test_tools::per_element());
  db.reset();
  change_raw(in.path(), [&](write_transaction& to) { BOOST_TEST(to.rows().count(table::tag_index) == rows); });
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::persistence::testing
