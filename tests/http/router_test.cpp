#include "http/api_description.hpp"
#include "tests/http/fake_services.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <set>
#include <stdexcept>

namespace troupe::http::test {

namespace {

void say_path(exchange& with) {
  with.respond_text("literal");
}

void say_id(exchange& with) {
  with.respond_text("id " + with.path_parameter("id"));
}

void say_rest(exchange& with) {
  with.respond_text(with.path_parameter("id") + " rest " + with.path_parameter("path"));
}

void fail(exchange&) {
  throw failure(error(error_code::inexistent_item, "no such thing"));
}

void break_down(exchange&) {
  throw std::runtime_error("secret");
}

constexpr std::array rows{
  route{verb::get, "/", permission::everyone, "Root.", say_path},
  route{verb::get, "/a/{id}", permission::view, "One.", say_id},
  route{verb::put, "/a/{id}", permission::view, "One.", say_id, body_kind::json},
  route{verb::get, "/a/b", permission::view, "B.", say_path},
  route{verb::get, "/a/{id}/c", permission::view, "C.", say_id},
  route{verb::get, "/a/{id}/tree", permission::view, "Tree.", say_id},
  route{verb::get, "/a/{id}/tree/{path...}", permission::view, "Below.", say_rest},
  route{verb::get, "/a/{id}/tree/{name}/leaf", permission::view, "Leaf.", say_id},
  route{verb::post, "/files", permission::upload, "File.", say_path, body_kind::file},
  route{verb::post, "/inner/one", permission::view, "One.", say_path},
  route{verb::get, "/inner/two/{id}/leaf", permission::view, "Two.", say_id},
  route{verb::get, "/fails", permission::view, "Fails.", fail},
  route{verb::get, "/breaks", permission::view, "Breaks.", break_down},
};

struct router_fixture {
  fake_services server;
  router routes{rows};

  reply ask(verb method, const std::string& target) {
    reply given{.status = 0};
    routes.dispatch(call_for(method, target, {}, given), server);
    return given;
  }

  std::uint64_t limit(verb method, const std::string& target) const {
    return routes.admit(head_for(method, target), server.settings).body_limit_bytes;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(router, router_fixture)

BOOST_AUTO_TEST_CASE(literal_segments_win_over_parameters) {
  BOOST_TEST(text_of(ask(verb::get, "/a/b")) == "literal");
  BOOST_TEST(text_of(ask(verb::get, "/a/x%2Fy")) == "id x/y");
  BOOST_TEST(text_of(ask(verb::get, "/a/b/c")) == "id b");
  BOOST_TEST(text_of(ask(verb::get, "/a/b/?q")) == "literal");
  BOOST_TEST(text_of(ask(verb::get, "/")) == "literal");
}

BOOST_AUTO_TEST_CASE(a_rest_takes_all_segments_that_are_left_and_at_least_one) {
  BOOST_TEST(text_of(ask(verb::get, "/a/1/tree/x")) == "1 rest x");
  BOOST_TEST(text_of(ask(verb::get, "/a/1/tree/x/0//y%2Fz/")) == "1 rest x/0/y/z");
  BOOST_TEST(text_of(ask(verb::get, "/a/1/tree/")) == "id 1");
}

BOOST_AUTO_TEST_CASE(whatever_is_more_exact_wins_over_a_rest) {
  BOOST_TEST(text_of(ask(verb::get, "/a/1/tree/x/leaf")) == "id 1");
  BOOST_TEST(text_of(ask(verb::get, "/a/1/tree/x/leaf/y")) == "1 rest x/leaf/y");
  const auto refused = ask(verb::put, "/a/1/tree/x/y");
  BOOST_TEST(refused.status == 405);
}

BOOST_AUTO_TEST_CASE(head_is_served_by_get) {
  BOOST_TEST(text_of(ask(verb::head, "/a/b")) == "literal");
}

BOOST_AUTO_TEST_CASE(an_unknown_uri_is_404_with_its_error) {
  const auto given = ask(verb::get, "/nothing/here?x=y");
  BOOST_TEST(given.status == 404);
  const auto body = json_of(given);
  BOOST_TEST(body.at("OrthancStatus") == 17);
  BOOST_TEST(body.at("HttpStatus") == 404);
  BOOST_TEST(body.at("HttpError") == "Not Found");
  BOOST_TEST(body.at("Uri") == "/nothing/here");
  BOOST_TEST(body.at("Method") == "GET");
  BOOST_TEST(body.at("Message") == body.at("OrthancError"));
}

BOOST_AUTO_TEST_CASE(another_verb_is_405_and_says_which_are_allowed) {
  const auto given = ask(verb::del, "/a/x");
  BOOST_TEST(given.status == 405);
  BOOST_TEST(header_of(given, "Allow") == "GET, HEAD, PUT");
  BOOST_TEST(json_of(given).at("HttpStatus") == 405);
  BOOST_TEST(header_of(ask(verb::get, "/files"), "Allow") == "POST");
}

BOOST_AUTO_TEST_CASE(options_are_answered_with_what_is_allowed) {
  const auto given = ask(verb::options, "/a/x");
  BOOST_TEST(given.status == 204);
  BOOST_TEST(header_of(given, "Allow") == "GET, HEAD, PUT");
  BOOST_TEST(ask(verb::options, "/nothing").status == 404);
  BOOST_TEST(ask(verb::patch, "/a/x").status == 405);
}

BOOST_AUTO_TEST_CASE(a_path_that_only_leads_on_lists_what_is_below) {
  const auto given = ask(verb::get, "/inner");
  BOOST_TEST(given.status == 200);
  BOOST_TEST(json_of(given) == nlohmann::json({"one", "two"}));
  BOOST_TEST(json_of(ask(verb::get, "/inner/two/x")) == nlohmann::json({"leaf"}));
  BOOST_TEST(ask(verb::get, "/inner/two").status == 404);
  BOOST_TEST(ask(verb::post, "/inner").status == 404);
  BOOST_TEST(ask(verb::get, "/inner/three").status == 404);
}

BOOST_AUTO_TEST_CASE(a_method_that_is_not_clear_is_refused) {
  const auto admitted = [&](verb method, const std::string& target, const std::string& meant) {
    auto head = head_for(method, target);
    if (!meant.empty())
      head.headers.emplace_back("x-http-method-override", meant);
    const auto found = routes.admit(head, server.settings);
    return found.refusal ? found.refusal->status : 200;
  };
  BOOST_TEST(admitted(verb::put, "/a/x", "put") == 200);
  BOOST_TEST(admitted(verb::post, "/files", "nonsense") == 400);
  BOOST_TEST(admitted(verb::get, "/a/x?_method=DELETE", "") == 400);
}

BOOST_AUTO_TEST_CASE(what_a_handler_throws_is_the_error_reply) {
  const auto known = ask(verb::get, "/fails");
  BOOST_TEST(known.status == 404);
  BOOST_TEST(json_of(known).at("OrthancStatus") == 7);
  BOOST_TEST(json_of(known).at("Details") == "no such thing");
  const auto unknown = ask(verb::get, "/breaks");
  BOOST_TEST(unknown.status == 500);
  BOOST_TEST(text_of(unknown).find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(errors_have_no_body_if_the_option_says_so) {
  server.settings.http_describe_errors.set_value(false);
  for (const auto* target : {"/fails", "/breaks", "/nothing"}) {
    const auto given = ask(verb::get, target);
    BOOST_TEST(given.status >= 400);
    BOOST_TEST(text_of(given) == "");
  }
  BOOST_TEST(header_of(ask(verb::del, "/a/x"), "Allow") == "GET, HEAD, PUT");
}

BOOST_AUTO_TEST_CASE(bodies_are_limited_by_what_the_row_takes) {
  server.settings.maximum_request_body_size_mb.set_value(3);
  BOOST_TEST(limit(verb::put, "/a/x") == 16U << 20);
  BOOST_TEST(limit(verb::post, "/files") == 3U << 20);
  BOOST_TEST(limit(verb::get, "/a/x") == 64U << 10);
  const auto unknown = routes.admit(head_for(verb::post, "/nothing"), server.settings);
  BOOST_REQUIRE(unknown.refusal.has_value());
  BOOST_TEST(unknown.refusal->status == 404);
}

BOOST_AUTO_TEST_CASE(two_rows_for_the_same_request_are_refused) {
  static constexpr std::array twice{route{verb::get, "/a/{id}", permission::view, "One.", say_id},
                                    route{verb::get, "/a/{name}", permission::view, "Two.", say_id}};
  BOOST_CHECK_THROW(http::router{twice}, failure);
}

BOOST_AUTO_TEST_CASE(json_bodies_are_objects_or_arrays) {
  BOOST_TEST(parse_json("[1]").has_value());
  BOOST_TEST((parse_json("1").error().code() == error_code::bad_file_format));
  BOOST_TEST((parse_json("{").error().code() == error_code::bad_json));
  BOOST_TEST((parse_json(std::string(65, '[') + std::string(65, ']')).error().code() == error_code::bad_json));
}

BOOST_AUTO_TEST_CASE(every_row_is_described) {
  const auto described = openapi(rows, "1.2.3");
  BOOST_TEST(described.at("openapi") == "3.1.0");
  const std::string page = describe_routes(rows);
  std::set<std::string> operations;
  for (const auto& row : rows) {
    std::string method(to_text(row.method));
    for (auto& c : method)
      c = static_cast<char>(c | 0x20);
    const auto& operation = described.at("paths").at(openapi_path(row.path)).at(method);
    BOOST_TEST(operation.at("summary") == row.summary);
    BOOST_TEST(operations.insert(operation.at("operationId").get<std::string>()).second);
    BOOST_TEST(page.find("`" + std::string(to_text(row.method)) + ' ' + std::string(row.path) + '`') != page.npos);
  }
  BOOST_TEST(described.at("paths").at("/a/{id}/tree/{path}").at("get").at("parameters").at(1).at("name") == "path");
  const auto& parameters = described.at("paths").at("/a/{id}").at("put").at("parameters");
  BOOST_TEST(parameters.at(0).at("name") == "id");
  BOOST_TEST(parameters.at(0).at("in") == "path");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::http::test
