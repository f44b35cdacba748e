#include <troupe/options.hpp>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <set>

namespace troupe {

namespace {

using nlohmann::json;

struct sample : option_list {
  boolean_option flag{*this, "Flag", true, "A flag.", applies::live};
  integer_option number{*this, "Number", 5, {1, 10}, "A number."};
  text_option text{*this, "Text", "x", "A text."};
};

error refusal(option_base& option, const json& value) {
  const auto set = option.set(value);
  BOOST_REQUIRE(!set);
  return set.error();
}

} // namespace

BOOST_AUTO_TEST_SUITE(option_)

BOOST_AUTO_TEST_CASE(options_are_listed_in_the_order_of_their_declaration) {
  const sample options;
  BOOST_REQUIRE(options.all().size() == 3U);
  BOOST_TEST(options.all()[0]->name() == "Flag");
  BOOST_TEST(options.all()[1]->name() == "Number");
  BOOST_TEST(options.all()[2]->name() == "Text");
}

BOOST_AUTO_TEST_CASE(an_option_is_found_by_its_exact_name) {
  const sample options;
  BOOST_TEST((options.find("Number") == &options.number));
  BOOST_TEST((options.find("number") == nullptr));
  BOOST_TEST((options.find("") == nullptr));
}

BOOST_AUTO_TEST_CASE(an_option_has_its_default_until_it_is_set) {
  sample options;
  BOOST_TEST(options.flag());
  BOOST_TEST(options.number() == 5);
  BOOST_TEST(options.text() == "x");
  BOOST_TEST(options.flag.set(false).has_value());
  BOOST_TEST(options.number.set(10).has_value());
  BOOST_TEST(options.text.set("y").has_value());
  BOOST_TEST(!options.flag());
  BOOST_TEST(options.number() == 10);
  BOOST_TEST(options.text() == "y");
  BOOST_TEST(options.flag.value() == json(false));
  BOOST_TEST(options.flag.default_value() == json(true));
  BOOST_TEST(options.number.value() == json(10));
  BOOST_TEST(options.number.default_value() == json(5));
  BOOST_TEST(options.text.value() == json("y"));
  BOOST_TEST(options.text.default_value() == json("x"));
}

BOOST_AUTO_TEST_CASE(a_value_of_the_wrong_type_is_refused_with_the_name_of_the_option) {
  sample options;
  for (const auto& value : {json("true"), json(1), json(nullptr), json::array()})
    BOOST_TEST((refusal(options.flag, value) == error(error_code::bad_parameter_type, "Flag: a boolean is expected")));
  for (const auto& value : {json("5"), json(5.0), json(true), json::object()})
    BOOST_TEST(
      (refusal(options.number, value) == error(error_code::bad_parameter_type, "Number: an integer is expected")));
  for (const auto& value : {json(5), json(false), json(nullptr)})
    BOOST_TEST((refusal(options.text, value) == error(error_code::bad_parameter_type, "Text: a string is expected")));
  BOOST_TEST(options.flag());
  BOOST_TEST(options.number() == 5);
  BOOST_TEST(options.text() == "x");
}

BOOST_AUTO_TEST_CASE(a_number_outside_the_range_is_refused_with_the_range) {
  sample options;
  for (const auto& value : {json(0), json(11), json(-1), json(18'446'744'073'709'551'615U)})
    BOOST_TEST((refusal(options.number, value)
                == error(error_code::parameter_out_of_range, "Number: a number from 1 to 10 is expected")));
  BOOST_TEST(options.number() == 5);
  BOOST_TEST(options.number.set(1).has_value());
}

BOOST_AUTO_TEST_CASE(an_embedders_value_outside_the_range_is_moved_to_its_nearer_end) {
  sample options;
  options.number.set_value(99);
  BOOST_TEST(options.number() == 10);
  options.number.set_value(-99);
  BOOST_TEST(options.number() == 1);
}

BOOST_AUTO_TEST_CASE(a_choice_takes_its_names_and_the_booleans_that_mean_some_of_them) {
  options all;
  for (const auto& [value, mode] : {std::pair(json("Always"), overwrite_mode::always),
                                    {false, overwrite_mode::never},
                                    {"IfChanged", overwrite_mode::if_changed},
                                    {true, overwrite_mode::always}}) {
    BOOST_TEST(all.overwrite_instances.set(value).has_value());
    BOOST_TEST((all.overwrite() == mode));
  }
  BOOST_TEST((refusal(all.overwrite_instances, "always")
              == error(error_code::parameter_out_of_range,
                       "OverwriteInstances: one of these is expected: Never, Always, IfChanged")));
  BOOST_TEST((refusal(all.overwrite_instances, 1)
              == error(error_code::bad_parameter_type, "OverwriteInstances: a string is expected")));
  BOOST_TEST((all.overwrite() == overwrite_mode::always));
}

BOOST_AUTO_TEST_CASE(every_option_of_the_server_has_its_own_name_and_a_default_that_it_would_accept) {
  options all;
  std::set<std::string_view> names;
  for (auto* option : all.all()) {
    BOOST_TEST_CONTEXT(option->name()) {
      BOOST_TEST(names.insert(option->name()).second);
      BOOST_TEST(!option->doc().empty());
      BOOST_TEST(option->set(option->default_value()).has_value());
    }
  }
  BOOST_TEST((all.find("ConcurrentJobs") == &all.concurrent_jobs));
  BOOST_TEST(all.concurrent_jobs() == 2);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
