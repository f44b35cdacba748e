#include <troupe/options.hpp>

#include "core/configuration.hpp"
#include "core/json_reader.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

namespace troupe {

namespace {

struct fixture {
  options all;

  std::vector<std::string> accept(const std::vector<configuration_text>& files, const environment& variables = {}) {
    auto warnings = configure(all, files, variables);
    BOOST_REQUIRE_MESSAGE(warnings.has_value(), (warnings ? "" : warnings.error().details()));
    return *warnings;
  }

  error refuse(const std::vector<configuration_text>& files, const environment& variables = {}) {
    const auto warnings = configure(all, files, variables);
    BOOST_REQUIRE(!warnings);
    return warnings.error();
  }
};

using texts = std::vector<std::string>;

} // namespace

BOOST_FIXTURE_TEST_SUITE(configuration, fixture)

BOOST_AUTO_TEST_CASE(values_and_comments_of_a_file_are_read) {
  const auto warnings = accept({{"a.json", R"({
    // the jobs
    "ConcurrentJobs" : 7, /* many
    lines */
    "SaveJobs" : false,
    "Name" : "// no comment"
  })"}});
  BOOST_TEST(warnings.empty());
  BOOST_TEST(all.concurrent_jobs() == 7);
  BOOST_TEST(!all.save_jobs());
  BOOST_TEST(all.name() == "// no comment");
  BOOST_TEST(all.jobs_history_size() == 10);
}

BOOST_AUTO_TEST_CASE(no_file_at_all_leaves_the_defaults) {
  BOOST_TEST(accept({}).empty());
  BOOST_TEST(all.http_port() == 8042);
}

BOOST_AUTO_TEST_CASE(several_files_are_joined) {
  accept({{"a.json", R"({"HttpPort": 1})"}, {"b.json", R"({"ConcurrentJobs": 3})"}});
  BOOST_TEST(all.http_port() == 1);
  BOOST_TEST(all.concurrent_jobs() == 3);
}

BOOST_AUTO_TEST_CASE(a_key_in_two_files_is_refused_even_if_it_is_no_option) {
  BOOST_TEST((refuse({{"a.json", R"({"HttpPort": 1})"}, {"b.json", R"({"HttpPort": 1})"}})
              == error(error_code::incompatible_configurations, "HttpPort is in two files: a.json and b.json")));
  BOOST_TEST((refuse({{"a.json", R"({"X": 1})"}, {"b.json", "{}"}, {"c.json", R"({"X": 2})"}})
              == error(error_code::incompatible_configurations, "X is in two files: a.json and c.json")));
}

BOOST_AUTO_TEST_CASE(a_key_twice_in_a_file_is_refused_with_its_place) {
  BOOST_TEST((refuse({{"a.json", "{\"HttpPort\": 1,\n  \"HttpPort\": 2}"}})
              == error(error_code::bad_json, "a.json:2:3: the key \"HttpPort\" comes twice")));
  BOOST_TEST((refuse({{"a.json", R"({"DicomModalities": {"x": 1, "x": 2}})"}})
              == error(error_code::bad_json, "a.json:1:30: the key \"x\" comes twice")));
}

BOOST_AUTO_TEST_CASE(the_same_key_in_different_objects_is_no_repetition) {
  BOOST_TEST(
    accept({{"a.json", R"({"DicomModalities": {"Name": ["A", "h", 1]}, "OrthancPeers": {"Name": {"Name": 1}}})"}})
      .size()
    == 1U);
}

BOOST_AUTO_TEST_CASE(a_syntax_error_is_refused_with_its_line_and_column) {
  BOOST_TEST((refuse({{"a.json", "{\n  \"HttpPort\": 80 42\n}"}})
              == error(error_code::bad_json, "a.json:2:19: JSON syntax error")));
  BOOST_TEST(
    (refuse({{"a.json", "{\"HttpPort\": 1,}"}}) == error(error_code::bad_json, "a.json:1:16: JSON syntax error")));
  BOOST_TEST((refuse({{"a.json", "{"}}).code() == error_code::bad_json));
  BOOST_TEST((refuse({{"a.json", ""}}) == error(error_code::bad_json, "a.json:1:1: JSON syntax error")));
}

BOOST_AUTO_TEST_CASE(a_syntax_error_after_a_variable_has_its_place_in_the_file) {
  const environment variables{{"A", "several\\nlong\\n" + std::string(50, 'x')}};
  BOOST_TEST((refuse({{"a.json", "{\"Name\": \"${A}\", ?"}}, variables)
              == error(error_code::bad_json, "a.json:1:18: JSON syntax error")));
  BOOST_TEST((refuse({{"a.json", "{\"Name\": ${A}}"}}, variables)
              == error(error_code::bad_json, "a.json:1:10: JSON syntax error")));
}

BOOST_AUTO_TEST_CASE(a_text_that_is_no_object_is_refused) {
  BOOST_TEST(
    (refuse({{"a.json", "[]"}}) == error(error_code::bad_file_format, "a.json: a configuration is a JSON object")));
}

BOOST_AUTO_TEST_CASE(a_bad_value_is_refused_with_file_and_option) {
  BOOST_TEST((refuse({{"a.json", R"({"ConcurrentJobs": "many"})"}})
              == error(error_code::bad_parameter_type, "a.json: ConcurrentJobs: an integer is expected")));
  BOOST_TEST((refuse({{"a.json", R"({"HttpPort": 65536})"}})
              == error(error_code::parameter_out_of_range, "a.json: HttpPort: a number from 0 to 65535 is expected")));
}

BOOST_AUTO_TEST_CASE(a_text_nested_beyond_the_limit_is_refused) {
  const std::string deep = "{\"Plugins\": " + std::string(100'000, '[');
  BOOST_TEST((refuse({{"a.json", deep}}) == error(error_code::bad_json, "a.json:1:76: nested deeper than 64 levels")));
}

BOOST_AUTO_TEST_CASE(variables_in_the_text_are_replaced) {
  accept({{"a.json",
           R"({"Name": "${A}-${B:-b}-${C:-}${C}-$A-${}-${A", "HttpPort": ${PORT:-77}, "ConcurrentJobs": ${JOBS}})"}},
         {{"A", "one"}, {"JOBS", "9"}});
  BOOST_TEST(all.name() == "one-b--$A-${}-${A");
  BOOST_TEST(all.http_port() == 77);
  BOOST_TEST(all.concurrent_jobs() == 9);
}

BOOST_AUTO_TEST_CASE(the_value_of_a_variable_is_not_replaced_again) {
  accept({{"a.json", R"({"Name": "${A}"})"}}, {{"A", "${B}"}, {"B", "b"}});
  BOOST_TEST(all.name() == "${B}");
}

BOOST_AUTO_TEST_CASE(an_unknown_key_is_a_warning_with_a_suggestion) {
  BOOST_TEST(accept({{"a.json", R"({"HttpProt": 1, "Colour": 2})"}})
               == texts({"a.json: Colour is no option, ignored",
                         "a.json: HttpProt is no option, ignored; did you mean HttpPort?"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_option_of_orthanc_that_is_missing_has_its_own_warning) {
  BOOST_TEST(accept({{"a.json", R"({"DicomPort": 4242})"}})
               == texts({"a.json: DicomPort is not supported yet, ignored"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_environment_wins_over_files_and_our_prefix_over_that_of_orthanc) {
  accept({{"a.json", R"({"HttpPort": 1, "ConcurrentJobs": 1, "StableAge": 1})"}},
         {{"ORTHANC__HTTP_PORT", "2"}, {"ORTHANC__CONCURRENT_JOBS", "2"}, {"TROUPE__CONCURRENT_JOBS", "3"}});
  BOOST_TEST(all.stable_age_s() == 1);
  BOOST_TEST(all.http_port() == 2);
  BOOST_TEST(all.concurrent_jobs() == 3);
}

BOOST_AUTO_TEST_CASE(a_variable_finds_its_option_however_its_words_are_separated) {
  accept({}, {{"ORTHANC__STORE_MD5_FOR_ATTACHMENTS", "false"},
              {"ORTHANC__MAXIMUM_REQUEST_BODY_SIZE_MB", "5"},
              {"TROUPE__HTTPPORT", "7"}});
  BOOST_TEST(!all.store_md5_for_attachments());
  BOOST_TEST(all.maximum_request_body_size_mb() == 5);
  BOOST_TEST(all.http_port() == 7);
}

BOOST_AUTO_TEST_CASE(the_value_of_a_variable_is_json_of_the_right_type_or_else_text) {
  accept({}, {{"ORTHANC__NAME", "8042"}, {"ORTHANC__STORAGE_DIRECTORY", "\"/a b\""}});
  BOOST_TEST(all.name() == "8042");
  BOOST_TEST(all.storage_directory() == "/a b");
  accept({}, {{"ORTHANC__NAME", "My server"}});
  BOOST_TEST(all.name() == "My server");
}

BOOST_AUTO_TEST_CASE(a_bad_value_of_a_variable_is_refused_with_the_name_of_the_variable) {
  BOOST_TEST((refuse({}, {{"ORTHANC__HTTP_PORT", "http"}})
              == error(error_code::bad_parameter_type, "ORTHANC__HTTP_PORT: HttpPort: an integer is expected")));
  BOOST_TEST((
    refuse({}, {{"TROUPE__HTTP_PORT", "99999"}})
    == error(error_code::parameter_out_of_range, "TROUPE__HTTP_PORT: HttpPort: a number from 0 to 65535 is expected")));
  BOOST_TEST((refuse({}, {{"TROUPE__SAVE_JOBS", ""}}).code() == error_code::bad_parameter_type));
}

BOOST_AUTO_TEST_CASE(variables_that_are_no_option_are_warnings_and_those_of_others_are_not_looked_at) {
  BOOST_TEST(accept({}, {{"ORTHANC__HTTP_PROT", "1"},
                         {"ORTHANC__DICOM_WEB__ENABLE", "true"},
                         {"ORTHANC__HTTP__PORT", "1"},
                         {"ORTHANC_HTTP_PORT", "1"},
                         {"HTTP_PORT", "1"}})
               == texts({"ORTHANC__DICOM_WEB__ENABLE: DICOM_WEB is not supported yet, ignored",
                         "ORTHANC__HTTP_PROT: HTTP_PROT is no option, ignored; did you mean HttpPort?",
                         "ORTHANC__HTTP__PORT: HTTP is no option, ignored"}),
             boost::test_tools::per_element());
  BOOST_TEST(all.http_port() == 8042);
}

BOOST_AUTO_TEST_CASE(no_message_holds_the_value_that_was_refused) {
  const environment variables{{"TROUPE__HTTP_PORT", "secret"}, {"SECRET", "secret"}};
  for (const auto* text : {R"({"HttpPort": "${SECRET}"})", R"({"HttpPort": ${SECRET}})", R"(${SECRET})"})
    BOOST_TEST(refuse({{"a.json", text}}, variables).details().find("secret") == std::string::npos);
  BOOST_TEST(refuse({}, variables).details().find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_sample_has_every_option_and_is_itself_a_configuration_of_defaults) {
  const auto sample = sample_configuration(all);
  for (const auto* option : all.all())
    BOOST_TEST(sample.find("  \"" + std::string(option->name()) + "\": ") != std::string::npos, option->name());
  all.http_port.set_value(1);
  BOOST_TEST(accept({{"sample.json", sample}}).empty());
  for (const auto* option : all.all())
    BOOST_TEST(option->value() == option->default_value());
}

BOOST_AUTO_TEST_CASE(the_documentation_in_the_sample_is_comments_of_short_lines) {
  struct : option_list {
    text_option text{*this, "Text", "a\"b",
                     "Twenty words that would not fit. Twenty words that would not fit. "
                     "Twenty words that would not fit. Twenty words that would not fit."};
    integer_option number{*this, "Number", 5, {}, "Short."};
  } two;

  BOOST_TEST(sample_configuration(two)
             == "{\n"
                "  // Twenty words that would not fit. Twenty words that would not fit. "
                "Twenty words that would not\n"
                "  // fit. Twenty words that would not fit.\n"
                "  \"Text\": \"a\\\"b\",\n"
                "\n"
                "  // Short.\n"
                "  \"Number\": 5\n"
                "}\n");
}

BOOST_AUTO_TEST_CASE(the_current_configuration_read_again_is_the_same) {
  all.http_port.set_value(99);
  all.name.set_value("x\ny");
  const auto text = current_configuration(all);
  options other;
  const std::vector<configuration_text> files{{"current.json", text}};
  BOOST_TEST(configure(other, files, {}).value().empty());
  BOOST_TEST(current_configuration(other) == text);
  BOOST_TEST(other.http_port() == 99);
  BOOST_TEST(other.name() == "x\ny");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
