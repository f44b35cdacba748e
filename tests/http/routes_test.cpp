#include "http/api_description.hpp"
#include "persistence/index_store.hpp"
#include "tests/http/resources_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>

namespace troupe::http::test {

using nlohmann::json;

BOOST_FIXTURE_TEST_SUITE(routes, resources_fixture)

// -- upload ---------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_upload_names_the_instance_and_its_parents) {
  const auto first = add(1, 1, 1, 1);
  BOOST_TEST(first.at("Status") == "Success");
  BOOST_TEST(id(first, "Path") == "/instances/" + id(first, "ID"));
  BOOST_TEST(get("/patients").at(0) == first.at("ParentPatient"));
  BOOST_TEST(get("/studies").at(0) == first.at("ParentStudy"));
  BOOST_TEST(get("/series").at(0) == first.at("ParentSeries"));
  BOOST_TEST(add(1, 1, 1, 1).at("Status") == "AlreadyStored");
  BOOST_TEST(get("/instances").size() == 1U);
  BOOST_TEST(server.counts.store_dicom_duration_ms.was_set());
}

BOOST_AUTO_TEST_CASE(what_is_no_dicom_file_is_refused_and_leaves_nothing) {
  for (const std::string& body : {std::string(), std::string("no dicom"), instance_bytes(1, 1, 1, 1).substr(0, 300)}) {
    const auto given = ask(verb::post, "/instances", body);
    BOOST_TEST(given.status == 400);
    BOOST_TEST(json_of(given).at("OrthancStatus") == 15);
  }
  BOOST_TEST(server.contents_in_flight == 0);
  BOOST_TEST(get("/instances").empty());
}

BOOST_AUTO_TEST_CASE(a_commit_that_fails_gives_the_file_back) {
  server.commit_fails = error(error_code::full_storage, "no space");
  const auto given = ask(verb::post, "/instances", instance_bytes(1, 1, 1, 1));
  BOOST_TEST(given.status == 507);
  BOOST_TEST(json_of(given).at("OrthancStatus") == 19);
  BOOST_TEST(server.contents_in_flight == 0);
}

BOOST_AUTO_TEST_CASE(a_commit_that_may_have_happened_keeps_the_file) {
  server.commit_fails = error(error_code::timeout);
  BOOST_TEST(ask(verb::post, "/instances", instance_bytes(1, 1, 1, 1)).status == 500);
  BOOST_TEST(server.contents_in_flight == 1);
}

BOOST_AUTO_TEST_CASE(below_the_reserve_of_the_disk_nothing_is_taken) {
  server.settings.reserve_mb.set_value(1'048'576);
  const auto space = server.store.free_bytes();
  if (space >= std::uint64_t(1) << 40)
    return;
  const auto given = ask(verb::post, "/instances", instance_bytes(1, 1, 1, 1));
  BOOST_TEST(given.status == 507);
  BOOST_TEST(json_of(given).at("OrthancStatus") == 19);
}

BOOST_AUTO_TEST_CASE(a_compressed_upload_is_refused) {
  BOOST_TEST(ask(verb::post, "/instances", "x", {{"content-encoding", "br"}}).status == 415);
}

// -- resources ------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_resource_shows_its_family_and_tags) {
  const auto one = add(1, 1, 1, 1);
  const auto patient = get("/patients/" + id(one, "ParentPatient"));
  BOOST_TEST(patient.at("Type") == "Patient");
  BOOST_TEST(patient.at("Studies") == json::array({one.at("ParentStudy")}));
  BOOST_TEST(patient.at("MainDicomTags").at("PatientName") == "Doe^Jane");
  BOOST_TEST(patient.at("IsProtected") == false);
  const auto study = get("/studies/" + id(one, "ParentStudy"));
  BOOST_TEST(study.at("ParentPatient") == one.at("ParentPatient"));
  BOOST_TEST(study.at("PatientMainDicomTags").at("PatientID") == "P1");
  BOOST_TEST(study.at("LastUpdate") == "20260304T050000");
  const auto instance = get("/instances/" + id(one, "ID"));
  BOOST_TEST(instance.at("ParentSeries") == one.at("ParentSeries"));
  BOOST_TEST(instance.at("FileSize") == instance_bytes(1, 1, 1, 1).size());
  BOOST_TEST(instance.at("IndexInSeries") == 1);
  BOOST_TEST(instance.at("FileUuid").get<std::string>().size() == 36U);
  BOOST_TEST(!instance.contains("IsStable"));
}

BOOST_AUTO_TEST_CASE(a_series_knows_whether_it_is_complete) {
  const auto one = add(1, 1, 1, 1);
  const std::string series = "/series/" + id(one, "ParentSeries");
  BOOST_TEST(get(series).at("ExpectedNumberOfInstances") == 2);
  BOOST_TEST(get(series).at("Status") == "Missing");
  add(1, 1, 1, 2);
  BOOST_TEST(get(series).at("Status") == "Complete");
  add(1, 1, 1, 3);
  BOOST_TEST(get(series).at("Status") == "Inconsistent");
}

BOOST_AUTO_TEST_CASE(a_resource_is_stable_once_the_log_of_changes_says_so) {
  const auto one = add(1, 1, 1, 1);
  const std::string study = "/studies/" + id(one, "ParentStudy");
  server.time.time += std::chrono::hours(1);
  BOOST_TEST(get(study).at("IsStable") == false);
  write(persistence::settle_stable{server.time.time, server.time.time});
  BOOST_TEST(get(study).at("IsStable") == true);
  BOOST_TEST(get("/changes?type=StableStudy").at("Changes").at(0).at("Path") == study);
}

BOOST_AUTO_TEST_CASE(main_tags_have_three_formats) {
  const std::string patient = "/patients/" + id(add(1, 1, 1, 1), "ParentPatient");
  BOOST_TEST(get(patient + "?short").at("MainDicomTags").at("0010,0010") == "Doe^Jane");
  const auto full = get(patient + "?full").at("MainDicomTags").at("0010,0010");
  BOOST_TEST(full == json({{"Name", "PatientName"}, {"Type", "String"}, {"Value", "Doe^Jane"}}));
  BOOST_TEST(get(patient + "?full&simplify").at("MainDicomTags").contains("PatientName"));
}

BOOST_AUTO_TEST_CASE(lists_are_paged_by_since_and_limit_together) {
  std::vector<json> names;
  for (int i = 1; i <= 5; ++i)
    names.push_back(add(1, 1, 1, i).at("ID"));
  BOOST_TEST(get("/instances") == json(names));
  BOOST_TEST(get("/instances?since=1&limit=2") == json({names[1], names[2]}));
  BOOST_TEST(get("/instances?since=+3&limit=1") == json({names[3]})); // a blank, in a query
  BOOST_TEST(get("/instances?since=3&limit=0") == json({names[3], names[4]}));
  BOOST_TEST(get("/instances?since=9&limit=2") == json::array());
  BOOST_TEST(get("/instances?since=4&limit=9&expand").at(0).at("ID") == names[4]);
  BOOST_TEST(get("/instances?expand=false").at(0) == names[0]);
  for (const auto* query : {"since=1", "limit=1", "since=a&limit=1", "since=-1&limit=1", "since=&limit=1"})
    BOOST_TEST(ask(verb::get, std::string("/instances?") + query).status == 400, query);
}

BOOST_AUTO_TEST_CASE(an_unknown_resource_is_404) {
  const std::string id_of_none = "907459f3-6149bfb5-cc13a5a4-bed56117-98ab54d9";
  const std::string patient = id(add(1, 1, 1, 1), "ParentPatient");
  for (const auto& target : {"/patients/" + id_of_none, std::string("/studies/x"), "/series/" + patient,
                             "/instances/" + id_of_none + "/file", "/instances/" + id_of_none + "/tags"}) {
    const auto given = ask(verb::get, target);
    BOOST_TEST(given.status == 404, target);
    BOOST_TEST(json_of(given).at("OrthancStatus") == 17);
  }
  BOOST_TEST(ask(verb::del, "/patients/" + id_of_none).status == 404);
  BOOST_TEST(ask(verb::del, "/studies/x").status == 404);
}

BOOST_AUTO_TEST_CASE(a_deletion_says_what_is_left_of_the_family) {
  const auto one = add(1, 1, 1, 1);
  const auto two = add(1, 1, 1, 2);
  const auto first = ask(verb::del, id(one, "Path"));
  BOOST_TEST(first.status == 200);
  const json series = {
    {"ID", two.at("ParentSeries")}, {"Path", "/series/" + id(two, "ParentSeries")}, {"Type", "Series"}};
  BOOST_TEST(json_of(first).at("RemainingAncestor") == series);
  BOOST_TEST(json_of(ask(verb::del, "/patients/" + id(two, "ParentPatient"))).at("RemainingAncestor") == nullptr);
  BOOST_TEST(get("/instances").empty());
  BOOST_TEST(get("/patients").empty());
}

// -- files and tags -------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_file_is_sent_as_it_came) {
  const auto sent = instance_bytes(1, 1, 1, 1) + comments_bytes(20'000);
  const auto one = json_of(ask(verb::post, "/instances", sent));
  const auto given = ask(verb::get, id(one, "Path") + "/file");
  BOOST_TEST(given.status == 200);
  BOOST_TEST(given.content_type == "application/dicom");
  const auto& range = std::get<file_range>(given.body);
  BOOST_TEST(range.offset == 0U);
  BOOST_TEST(range.length == sent.size());
  std::ifstream file(range.path, std::ios::binary);
  BOOST_TEST((std::string(std::istreambuf_iterator<char>(file), {}) == sent));
  const auto uuid = get(id(one, "Path")).at("FileUuid").get<std::string>();
  BOOST_TEST(header_of(given, "Content-Disposition") == "filename=\"" + uuid + ".dcm\"");
  const auto named = ask(verb::get, id(one, "Path") + "/file?filename=a%22%0d%0ab.dcm");
  BOOST_TEST(header_of(named, "Content-Disposition") == "filename=\"ab.dcm\"");
  const auto part = ask(verb::get, id(one, "Path") + "/file", {}, {{"range", "bytes=2-5"}});
  BOOST_TEST(part.status == 206);
  BOOST_TEST(std::get<file_range>(part.body).length == 4U);
}

BOOST_AUTO_TEST_CASE(a_small_file_is_sent_from_the_index_as_it_came) {
  const auto one = add(1, 1, 1, 1);
  const auto sent = instance_bytes(1, 1, 1, 1);
  const auto bytes_of = [](const reply& given) {
    const auto bytes = std::get<shared_bytes>(given.body).bytes;
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  const auto given = ask(verb::get, id(one, "Path") + "/file");
  BOOST_TEST(given.status == 200);
  BOOST_TEST(given.content_type == "application/dicom");
  BOOST_TEST((bytes_of(given) == sent));
  const auto part = ask(verb::get, id(one, "Path") + "/file", {}, {{"range", "bytes=2-5"}});
  BOOST_TEST(part.status == 206);
  BOOST_TEST((bytes_of(part) == sent.substr(2, 4)));
  const auto attachment = id(one, "Path") + "/attachments/dicom/";
  BOOST_TEST((bytes_of(ask(verb::get, attachment + "compressed-data")) == sent));
  for (const std::string change : {"compress", "verify-md5", "uncompress", "verify-md5"})
    BOOST_TEST(ask(verb::post, attachment + change, "").status == 200, change);
  BOOST_TEST((bytes_of(ask(verb::get, attachment + "data")) == sent));
}

BOOST_AUTO_TEST_CASE(tags_have_three_formats) {
  const std::string path = id(add(1, 1, 1, 1), "Path");
  BOOST_TEST(get(path + "/tags").at("0010,0010").at("Name") == "PatientName");
  BOOST_TEST(get(path + "/tags?short").at("0010,0010") == "Doe^Jane");
  BOOST_TEST(get(path + "/tags?simplify").at("PatientName") == "Doe^Jane");
  BOOST_TEST(get(path + "/simplified-tags").at("PatientName") == "Doe^Jane");
  BOOST_TEST(get(path + "/tags?ignore-length=0010-0010,PatientID").is_object());
  BOOST_TEST(ask(verb::get, path + "/tags?ignore-length=Nonsense").status == 500);
}

// -- the server -----------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_system_promises_only_what_is_there) {
  const auto system = get("/system");
  BOOST_TEST(system.at("Version") == "1.12.5");
  BOOST_TEST(system.at("ApiVersion").is_number_integer());
  BOOST_TEST(system.at("HasLabels") == true);
  BOOST_TEST(system.at("IsHttpServerSecure") == true);
  for (const auto& [name, value] : system.at("Capabilities").items())
    BOOST_TEST(value == (name == "HasExtendedChanges" || name == "HasExtendedFind"), name);
  BOOST_TEST(system.at("MaximumStorageMode") == "Recycle");
  BOOST_TEST(system.at("MainDicomTags").at("Patient").get<std::string>().find("0010,0020") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(statistics_count_the_index) {
  add(1, 1, 1, 1);
  add(1, 2, 1, 1);
  const auto totals = get("/statistics");
  BOOST_TEST(totals.at("CountPatients") == 1);
  BOOST_TEST(totals.at("CountStudies") == 2);
  BOOST_TEST(totals.at("CountInstances") == 2);
  BOOST_TEST(totals.at("TotalDiskSize") == std::to_string(2 * instance_bytes(1, 1, 1, 1).size()));
  BOOST_TEST(totals.at("TotalDiskSizeMB") == 0);
}

BOOST_AUTO_TEST_CASE(metrics_are_collected_until_told_otherwise) {
  add(1, 1, 1, 1);
  const auto page = ask(verb::get, "/tools/metrics-prometheus");
  BOOST_TEST(page.content_type == "text/plain; version=0.0.4");
  BOOST_TEST(text_of(page).find("orthanc_count_instances 1 ") != std::string::npos);
  BOOST_TEST(text_of(page).find("orthanc_up_time_s ") != std::string::npos);
  BOOST_TEST(text_of(ask(verb::get, "/tools/metrics")) == "1");
  BOOST_TEST(ask(verb::put, "/tools/metrics", "maybe").status == 400);
  BOOST_TEST(ask(verb::put, "/tools/metrics", "false").status == 200);
  BOOST_TEST(text_of(ask(verb::get, "/tools/metrics")) == "0");
  BOOST_TEST(text_of(ask(verb::get, "/tools/metrics-prometheus")) == "");
}

BOOST_AUTO_TEST_CASE(the_api_describes_itself) {
  const auto described = get("/openapi.json");
  for (const auto& row : server.rows)
    BOOST_TEST(described.at("paths").contains(openapi_path(row.path)), row.path);
  BOOST_TEST(text_of(ask(verb::get, "/")).find("GET /statistics") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::http::test
