#include "core/time_text.hpp"
#include "tests/http/resources_fixture.hpp"

namespace troupe::http::test {

namespace {

struct browse_fixture : resources_fixture {
  std::vector<std::string> changes(const std::string& query = "") {
    std::vector<std::string> types;
    const auto page = get("/changes" + query);
    for (const auto& one : page.at("Changes"))
      types.push_back(one.at("ChangeType"));
    return types;
  }

  int status(verb method, const std::string& target, std::string body = {}) {
    return ask(method, target, std::move(body)).status;
  }
};

using texts = std::vector<std::string>;

} // namespace

BOOST_FIXTURE_TEST_SUITE(browse, browse_fixture)

BOOST_AUTO_TEST_CASE(members_of_a_family_are_whole_resources_unless_told_otherwise) {
  const auto one = add(1, 1, 1, 1);
  const auto two = add(1, 1, 2, 1);
  const auto three = add(1, 2, 1, 1);
  const auto patient = "/patients/" + id(one, "ParentPatient");
  BOOST_TEST(get(patient + "/studies").size() == 2U);
  BOOST_TEST(get(patient + "/series").size() == 3U);
  const auto instances = get(patient + "/instances");
  BOOST_TEST(instances.size() == 3U);
  BOOST_TEST(instances.at(0) == get(id(one, "Path")));
  BOOST_TEST(get(patient + "/instances?expand=false") == json({one.at("ID"), two.at("ID"), three.at("ID")}));
  BOOST_TEST(get(patient + "/instances?expand").at(2).at("ID") == three.at("ID"));
  const auto study = "/studies/" + id(one, "ParentStudy");
  BOOST_TEST(get(study + "/series?expand=false") == json({one.at("ParentSeries"), two.at("ParentSeries")}));
  BOOST_TEST(get(study + "/instances?short").at(0).at("MainDicomTags").contains("0008,0018"));
  BOOST_TEST(get("/series/" + id(one, "ParentSeries") + "/instances").size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_instance_leads_to_all_its_parents) {
  const auto one = add(1, 1, 1, 1);
  const auto patient = get("/patients/" + id(one, "ParentPatient"));
  const auto study = "/studies/" + id(one, "ParentStudy");
  const auto series = "/series/" + id(one, "ParentSeries");
  BOOST_TEST(get(id(one, "Path") + "/series") == get(series));
  BOOST_TEST(get(id(one, "Path") + "/study") == get(study));
  BOOST_TEST(get(id(one, "Path") + "/patient") == patient);
  BOOST_TEST(get(series + "/study") == get(study));
  BOOST_TEST(get(series + "/patient") == patient);
  BOOST_TEST(get(study + "/patient") == patient);
  BOOST_TEST(get(study + "/patient?full").at("MainDicomTags").contains("0010,0020"));
}

BOOST_AUTO_TEST_CASE(relatives_of_nobody_are_404) {
  const auto one = add(1, 1, 1, 1);
  for (const auto& target : {std::string("/studies/x/series"), "/studies/" + id(one, "ID") + "/patient",
                             "/patients/" + id(one, "ParentStudy") + "/studies", std::string("/series/x/statistics")})
    BOOST_TEST(status(verb::get, target) == 404, target);
  BOOST_TEST(status(verb::get, "/series/" + id(one, "ParentSeries") + "/studies") == 404);
}

BOOST_AUTO_TEST_CASE(response_content_chooses_the_parts_and_wins_over_expand) {
  const auto one = add(1, 1, 1, 1);
  const auto only = get("/studies?response-content=MainDicomTags;IsStable&expand=false").at(0);
  BOOST_TEST(only.size() == 5U); // with ID, Type and PatientMainDicomTags
  BOOST_TEST(only.at("PatientMainDicomTags").at("PatientID") == "P1");
  const auto series = get("/series/" + id(one, "ParentSeries") + "?response-content=Children;Parent;Status");
  BOOST_TEST(series.at("Instances") == json({one.at("ID")}));
  BOOST_TEST(series.at("ParentStudy") == one.at("ParentStudy"));
  BOOST_TEST(series.at("Status") == "Missing");
  BOOST_TEST(!series.contains("MainDicomTags"));
  BOOST_TEST(!series.contains("LastUpdate"));
  BOOST_TEST(get("/studies/" + id(one, "ParentStudy") + "/instances?response-content=Parent").at(0).size() == 3U);
  BOOST_TEST(status(verb::get, "/studies?response-content=Everything") == 400);
}

BOOST_AUTO_TEST_CASE(statistics_count_what_is_below) {
  const auto one = add(1, 1, 1, 1);
  add(1, 1, 1, 2);
  add(1, 2, 1, 1);
  const auto patient = get("/patients/" + id(one, "ParentPatient") + "/statistics");
  BOOST_TEST(patient.at("CountStudies") == 2);
  BOOST_TEST(patient.at("CountSeries") == 2);
  BOOST_TEST(patient.at("CountInstances") == 3);
  BOOST_TEST(patient.at("DiskSize") == std::to_string(3 * instance_bytes(1, 1, 1, 1).size()));
  BOOST_TEST(patient.at("DicomUncompressedSize") == patient.at("DiskSize"));
  BOOST_TEST(patient.at("DiskSizeMB") == 0);
  const auto series = get("/series/" + id(one, "ParentSeries") + "/statistics");
  BOOST_TEST(series.at("CountInstances") == 2);
  BOOST_TEST(!series.contains("CountSeries"));
  BOOST_TEST(get(id(one, "Path") + "/statistics").size() == 8U);
}

// -- changes --------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_change_says_what_happened_to_whom_and_when) {
  const auto one = add(1, 1, 1, 1);
  const auto given = get("/changes");
  BOOST_TEST(given.at("Done") == true);
  BOOST_TEST(given.at("First") == 1);
  BOOST_TEST(given.at("Last") == 4);
  const json first = {{"Seq", 1},           {"ChangeType", "NewInstance"}, {"ResourceType", "Instance"},
                      {"ID", one.at("ID")}, {"Path", one.at("Path")},      {"Date", seconds_text(server.time.time)}};
  BOOST_TEST(given.at("Changes").at(0) == first);
  BOOST_TEST((changes() == texts{"NewInstance", "NewSeries", "NewStudy", "NewPatient"}));
  add(1, 1, 1, 2); // the second of two
  BOOST_TEST((changes("?since=4") == texts{"NewInstance", "CompletedSeries"}));
}

BOOST_AUTO_TEST_CASE(a_page_has_a_bound_whatever_was_asked_for) {
  const auto patient = *orthanc_id::parse(id(add(1, 1, 1, 1), "ParentPatient"));
  batch many;
  for (int i = 0; i < 20'000; ++i)
    many.mutations.emplace_back(
      persistence::log_change{change_kind::modified_patient, resource_level::patient, patient});
  const std::array<const batch*, 1> batches{&many};
  BOOST_REQUIRE(server.store.commit(batches).at(0));
  const auto page = get("/changes?limit=9223372036854775807");
  BOOST_TEST(page.at("Changes").size() == 20'000U);
  BOOST_TEST(page.at("Last") == 20'000);
  BOOST_TEST(page.at("Done") == false);
  const auto rest = get("/changes?since=20000&limit=9223372036854775807");
  BOOST_TEST(rest.at("Changes").size() == 4U);
  BOOST_TEST(rest.at("Done") == true);
}

BOOST_AUTO_TEST_CASE(changes_are_read_in_pages) {
  add(1, 1, 1, 1);
  const auto page = get("/changes?since=1&limit=2");
  BOOST_TEST(page.at("Changes").size() == 2U);
  BOOST_TEST(page.at("First") == 2);
  BOOST_TEST(page.at("Last") == 3);
  BOOST_TEST(page.at("Done") == false);
  BOOST_TEST(get("/changes?since=3&limit=2").at("Done") == true);
  BOOST_TEST(get("/changes?since=3&since=1&limit=2") == page); // the last one counts
  const auto beyond = get("/changes?since=1000");
  BOOST_TEST(beyond.at("Changes").empty());
  BOOST_TEST(beyond.at("Last") == 4);
  BOOST_TEST(beyond.at("Done") == true);
  const auto last = get("/changes?last");
  BOOST_TEST(last.at("Changes").at(0).at("ChangeType") == "NewPatient");
  BOOST_TEST(last.at("Done") == true);
  BOOST_TEST((get("/changes?limit=0").at("Done") == false));
  BOOST_TEST(get("/changes?since=x&limit=1").at("Changes").size() == 4U); // as if neither had been given
  BOOST_TEST(get("/changes?since=-3").at("Changes").size() == 4U);
}

BOOST_AUTO_TEST_CASE(changes_are_read_backwards_from_a_number) {
  add(1, 1, 1, 1);
  const auto page = get("/changes?to=3&limit=2");
  BOOST_TEST(page.at("First") == 2);
  BOOST_TEST(page.at("Last") == 3);
  BOOST_TEST(page.at("Done") == false);
  BOOST_TEST(get("/changes?to=1&limit=2").at("Done") == true);
  BOOST_TEST((changes("?since=1&to=2") == texts{"NewSeries"}));
}

BOOST_AUTO_TEST_CASE(changes_are_chosen_by_type) {
  add(1, 1, 1, 1);
  add(2, 1, 1, 1);
  BOOST_TEST((changes("?type=NewStudy") == texts{"NewStudy", "NewStudy"}));
  BOOST_TEST((changes("?type=NewStudy;NewInstance&limit=3") == texts{"NewInstance", "NewStudy", "NewInstance"}));
  BOOST_TEST(get("/changes?type=NewPatient&limit=1").at("Done") == false);
  BOOST_TEST(status(verb::get, "/changes?type=OldStudy") == 400);
}

BOOST_AUTO_TEST_CASE(a_cleared_log_goes_on_with_its_numbers) {
  add(1, 1, 1, 1);
  BOOST_TEST(status(verb::del, "/changes") == 200);
  BOOST_TEST(get("/changes").at("Changes").empty());
  BOOST_TEST(get("/changes").at("Last") == 4);
  BOOST_TEST(get("/changes?last").at("Last") == 4);
  add(1, 1, 1, 2);
  BOOST_TEST(get("/changes").at("First") == 5);
}

BOOST_AUTO_TEST_CASE(exports_are_listed_and_forgotten) {
  BOOST_TEST(get("/exports") == json({{"Exports", json::array()}, {"Done", true}, {"Last", 0}}));
  const auto study = add(1, 1, 1, 1).at("ParentStudy").get<std::string>();
  persistence::export_record sent{resource_level::study, *orthanc_id::parse(study), "there", server.time.time, {}};
  sent.identifiers = {"P1", "1.2", "", ""};
  write(persistence::log_exports{{sent, sent}});
  const json first = {{"Seq", 1},
                      {"ResourceType", "Study"},
                      {"ID", study},
                      {"Path", "/studies/" + study},
                      {"RemoteModality", "there"},
                      {"PatientID", "P1"},
                      {"StudyInstanceUID", "1.2"},
                      {"Date", seconds_text(server.time.time)}};
  const auto page = get("/exports?limit=1");
  BOOST_TEST(page.at("Exports") == json::array({first}));
  BOOST_TEST(page.at("Done") == false);
  BOOST_TEST(get("/exports?since=1").at("Last") == 2);
  BOOST_TEST(get("/exports?last").at("Exports").at(0).at("Seq") == 2);
  BOOST_TEST(get("/exports?since=7").at("Last") == 7);
  BOOST_TEST(status(verb::del, "/exports") == 200);
  BOOST_TEST(get("/exports").at("Exports").empty());
}

// -- protection -----------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_patient_is_protected_until_told_otherwise) {
  const auto patient = "/patients/" + id(add(1, 1, 1, 1), "ParentPatient");
  BOOST_TEST(text_of(ask(verb::get, patient + "/protected")) == "0");
  for (const auto* yes : {"1", "true", " 1\n"})
    BOOST_TEST(status(verb::put, patient + "/protected", yes) == 200);
  BOOST_TEST(text_of(ask(verb::get, patient + "/protected")) == "1");
  BOOST_TEST(get(patient).at("IsProtected") == true);
  for (const auto* no : {"", "yes", "TRUE", "2"}) {
    const auto given = ask(verb::put, patient + "/protected", no);
    BOOST_TEST(given.status == 400);
    BOOST_TEST(json_of(given).at("OrthancStatus") == 15);
  }
  BOOST_TEST(status(verb::put, patient + "/protected", "0") == 200);
  BOOST_TEST(get(patient).at("IsProtected") == false);
  BOOST_TEST(status(verb::get, "/patients/x/protected") == 400);
  BOOST_TEST(status(verb::put, "/patients/x/protected", "1") == 400);
}

BOOST_AUTO_TEST_CASE(what_the_limits_leave_no_room_for_is_507) {
  server.store.limit({.patients = 1, .recycle = false});
  add(1, 1, 1, 1);
  const auto in_flight = server.contents_in_flight;
  const auto given = ask(verb::post, "/instances", instance_bytes(2, 1, 1, 1));
  BOOST_TEST(given.status == 507);
  BOOST_TEST(json_of(given).at("OrthancStatus") == 19);
  BOOST_TEST(server.contents_in_flight == in_flight);
  add(1, 1, 1, 2);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::http::test
