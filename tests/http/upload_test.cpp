#include "core/gzip.hpp"
#include "dicom/zip_writer.hpp"
#include "http/wire/body.hpp"
#include "tests/http/dicom_bytes.hpp"
#include "tests/http/fake_services.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace troupe::http::test {

namespace {

std::string zipped(const std::vector<std::string>& contents) {
  dicom::zip_writer zip;
  for (std::size_t i = 0; i < contents.size(); ++i) {
    zip.begin_entry(std::to_string(i), contents[i].size());
    zip.add(std::as_bytes(std::span(contents[i])));
  }
  zip.finish();
  return zip.take();
}

std::string form(const std::vector<std::string>& files) {
  std::string body;
  for (const auto& file : files)
    body += "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n" + file + "\r\n";
  return body + "--b--\r\n";
}

const header_list form_headers{{"content-type", "multipart/form-data; boundary=b"}};

struct upload_fixture : routes_fixture {
  reply upload(std::string body, header_list headers = {}) {
    return ask(verb::post, "/instances", std::move(body), std::move(headers));
  }

  std::size_t stored() { return json_of(ask(verb::get, "/instances")).size(); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(upload, upload_fixture)

BOOST_AUTO_TEST_CASE(a_gzip_body_is_one_instance) {
  BOOST_TEST(json_of(upload(gzip_text(instance_bytes(1, 1, 1, 1)), {{"content-encoding", "gzip"}})).at("Status")
             == "Success");
}

BOOST_AUTO_TEST_CASE(a_zip_and_a_form_of_several_files_are_lists) {
  const std::vector<std::string> files{instance_bytes(1, 1, 1, 1), instance_bytes(1, 1, 1, 2)};
  BOOST_TEST(json_of(upload(zipped(files))).size() == 2U);
  const auto again = json_of(upload(form(files), form_headers));
  BOOST_TEST(again.at(0).at("Status") == "AlreadyStored");
  BOOST_TEST(again.at(1).at("Status") == "AlreadyStored");
  BOOST_TEST(json_of(upload(form({files[0]}), form_headers)).is_object());
}

BOOST_AUTO_TEST_CASE(more_files_than_are_taken_at_once_are_all_stored) {
  std::vector<std::string> files;
  for (int i = 0; i < 100; ++i)
    files.push_back(i % 7 == 0 ? "no file" : instance_bytes(1, 1, 1, i));
  const auto expected = 100U - 15U;
  BOOST_TEST(json_of(upload(zipped(files))).size() == expected);
  BOOST_TEST(stored() == expected);
  BOOST_TEST(server.contents_in_flight == static_cast<int>(expected));
}

BOOST_AUTO_TEST_CASE(a_file_of_a_form_that_is_refused_ends_the_upload_and_what_came_before_stays) {
  const auto given = upload(form({instance_bytes(1, 1, 1, 1), "x", instance_bytes(1, 1, 1, 2)}), form_headers);
  BOOST_TEST(given.status == 400);
  BOOST_TEST(stored() == 1U);
}

BOOST_AUTO_TEST_CASE(files_whose_commit_fails_are_given_back_and_the_answer_says_why) {
  server.commit_fails = error{error_code::full_storage, "no place"};
  const auto given = upload(zipped({instance_bytes(1, 1, 1, 1), instance_bytes(1, 1, 1, 2)}));
  BOOST_TEST(given.status == 507);
  BOOST_TEST(json_of(given).at("Details") == "no place");
  BOOST_TEST(server.contents_in_flight == 0);
}

BOOST_AUTO_TEST_CASE(a_list_is_refused_when_there_is_too_little_space) {
  server.settings.reserve_mb.set_value(1'048'576);
  BOOST_TEST(upload(zipped({instance_bytes(1, 1, 1, 1)})).status == 507);
  BOOST_TEST(server.contents_in_flight == 0);
}

BOOST_AUTO_TEST_CASE(a_body_that_is_a_file_is_stored_without_a_copy) {
  const auto file = instance_bytes(1, 1, 1, 1) + comments_bytes(20'000);
  body_collector collector(server.store.incoming_directory(), 0, std::make_shared<body_memory>(0));
  collector.add(file);
  auto what = std::make_shared<request>();
  what->head = head_for(verb::post, "/instances");
  what->body = collector.finish();
  const auto received = *what->body->file();
  reply given{.status = 0};
  routes.dispatch({what, answer([&](reply made) { given = std::move(made); })}, server);
  BOOST_TEST(given.status == 200);
  BOOST_TEST(std::filesystem::hard_link_count(received) == 2U);
  what.reset();
  BOOST_TEST(!std::filesystem::exists(received));
  const auto stored_file = ask(verb::get, json_of(given).at("Path").get<std::string>() + "/file");
  const auto& range = std::get<file_range>(stored_file.body);
  BOOST_TEST(range.length == file.size());
  BOOST_TEST(std::filesystem::file_size(range.path) == file.size());
  BOOST_TEST(std::filesystem::hard_link_count(range.path) == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::http::test
