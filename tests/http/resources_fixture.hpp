/// \file
/// A server without actors that is fed with small instances.
#pragma once

#include "tests/http/dicom_bytes.hpp"
#include "tests/http/fake_services.hpp"

#include <array>
#include <string>

namespace troupe::http::test {

using nlohmann::json;

struct resources_fixture : routes_fixture {
  /// Uploads an instance and gives back the reply.
  json add(int patient, int study, int series, int number) {
    const auto given = ask(verb::post, "/instances", instance_bytes(patient, study, series, number));
    BOOST_REQUIRE_EQUAL(given.status, 200);
    return json_of(given);
  }

  json get(const std::string& target) {
    const auto given = ask(verb::get, target);
    BOOST_REQUIRE_EQUAL(given.status, 200);
    return json_of(given);
  }

  /// Past the routes.
  persistence::outcome write(persistence::mutation what) {
    const batch change{{std::move(what)}};
    const std::array<const batch*, 1> batches{&change};
    return server.store.commit(batches).at(0).value().at(0);
  }

  static std::string id(const json& from, const char* member) { return from.at(member).get<std::string>(); }
};

} // namespace troupe::http::test
