/// \file
/// The services of a server without actors: a database of its own, everything at once and on one thread.
#pragma once

#include "http/exchange.hpp"
#include "http/router.hpp"
#include "http/routes/families.hpp"
#include "http/wire/target.hpp"
#include "tests/http/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::http::test {

/// A clock that stands still until it is told.
class still_clock final : public troupe::clock {
public:
  time_point now() const override { return time; }

  std::chrono::steady_clock::time_point steady() const override { return {}; }

  time_point time = std::chrono::sys_days(std::chrono::year(2026) / 3 / 4) + std::chrono::hours(5);
};

class fake_services final : public services {
public:
  fake_services() {
    for (const auto& family : {system_routes(), resource_routes(), instance_routes(), tool_routes()})
      rows.insert(rows.end(), family.begin(), family.end());
    settings.reserve_mb.set_value(0);
  }

  const persistence::database& database() const override { return store; }

  const troupe::options& options() const override { return settings; }

  troupe::metrics& metrics() const override { return counts; }

  const troupe::clock& clock() const override { return time; }

  const live_jobs& live() const override { return jobs; }

  job_sequence first_job() const override { return 0; }

  std::span<const route> routes() const override { return rows; }

  void on_cpu(std::function<void()> work) override { work(); }

  persistence::blob_number new_blob() override {
    ++blobs_in_flight;
    return store.new_blob();
  }

  void drop_blob(persistence::blob_number number) override {
    --blobs_in_flight;
    store.drop_blob(number);
  }

  void commit(std::shared_ptr<const batch> what, std::function<void(persistence::commit_answer)> then) override {
    if (commit_fails) {
      then(*commit_fails);
      return;
    }
    const std::array<const batch*, 1> batches{what.get()};
    then(store.commit(batches).at(0));
  }

  void submit(submit_job, std::function<void(result<job_id>)> then) override { then(no_jobs()); }

  void control(job_id, job_action, std::function<void(result<job_record>)> then) override { then(no_jobs()); }

  void remove(job_id, std::function<void(result<job_record>)> then) override { then(no_jobs()); }

  void watch(watch_job, std::function<void(result<job_record>)> then) override { then(no_jobs()); }

  void prioritize(prioritize_job, std::function<void(result<job_record>)> then) override { then(no_jobs()); }

  void explain(explain_job, std::function<void(result<job_explanation>)> then) override { then(no_jobs()); }

  void control_all(control_jobs, std::function<void(result<bulk_outcome>)> then) override { then(no_jobs()); }

  void set_lane(troupe::set_lane, std::function<void(result<lane_record>)> then) override { then(no_jobs()); }

  void list_lanes(std::function<void(result<std::vector<lane_record>>)> then) override { then(no_jobs()); }

  void after(std::chrono::milliseconds, std::function<void()>) override {}

  job_event_bell& job_events() override { return bell; }

  void on_io(std::function<void()> work) override { work(); }

  temporary_directory directory;
  persistence::database store{directory.path() / "data"};
  troupe::options settings;
  mutable troupe::metrics counts;
  still_clock time;
  live_jobs jobs;
  job_event_bell bell;
  std::vector<route> rows;
  int blobs_in_flight = 0;
  std::optional<error> commit_fails;

private:
  static error no_jobs() { return {error_code::not_implemented}; }
};

/// A body in memory.
class text_body final : public request_body {
public:
  explicit text_body(std::string text) : text_(std::move(text)) {}

  std::span<const std::byte> bytes() const noexcept override { return std::as_bytes(std::span(text_)); }

private:
  std::string text_;
};

using header_list = std::vector<std::pair<std::string, std::string>>;

inline request_head head_for(verb method, const std::string& target, header_list headers = {}) {
  auto parts = split_target(target).value();
  return {method, target, std::move(parts.path), std::move(parts.query), std::move(headers), "127.0.0.1"};
}

/// A call whose answer comes into `into`.
inline call call_for(verb method, const std::string& target, std::string body, reply& into, header_list headers = {}) {
  auto what = std::make_shared<request>();
  what->head = head_for(method, target, std::move(headers));
  what->body = std::make_unique<text_body>(std::move(body));
  return {std::move(what), answer([&into](reply given) { into = std::move(given); })};
}

inline std::string text_of(const reply& from) {
  return std::get<std::string>(from.body);
}

inline nlohmann::json json_of(const reply& from) {
  return nlohmann::json::parse(text_of(from));
}

inline std::string header_of(const reply& from, std::string_view name) {
  for (const auto& [key, value] : from.headers)
    if (key == name)
      return value;
  return {};
}

/// The server without a wire.
struct routes_fixture {
  fake_services server;
  router routes{server.rows};

  reply ask(verb method, const std::string& target, std::string body = {}, header_list headers = {}) {
    reply given{.status = 0};
    routes.dispatch(call_for(method, target, std::move(body), given, std::move(headers)), server);
    return given;
  }
};

} // namespace troupe::http::test
