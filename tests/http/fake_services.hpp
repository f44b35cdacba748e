/// \file
/// The services of a server without actors: a database of its own, everything at once and on one thread.
#pragma once

#include "http/exchange.hpp"
#include "http/router.hpp"
#include "http/routes.hpp"
#include "http/wire/target.hpp"
#include "imaging/codecs.hpp"
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
  fake_services() : rows(all_routes()) { settings.reserve_mb.set_value(0); }

  const persistence::database& database() const override { return store; }

  const troupe::options& options() const override { return settings; }

  std::uint64_t state() const override { return store.index_state(); }

  troupe::metrics& metrics() const override { return counts; }

  const troupe::clock& clock() const override { return time; }

  const live_jobs& live() const override { return jobs; }

  job_sequence first_job() const override { return 0; }

  std::span<const route> routes() const override { return rows; }

  const item_names& metadata_names() const override { return names_of_metadata; }

  const item_names& attachment_names() const override { return names_of_attachments; }

  imaging::frame_decoder& decoder() override { return frames; }

  void on_cpu(std::function<void()> work) override { work(); }

  persistence::stored_content store_content(std::span<const std::byte> content,
                                            const persistence::storing& how) override {
    auto made = persistence::store_content(store, content, how);
    ++contents_in_flight;
    return made;
  }

  void drop_content(const persistence::stored_blob& blob) override {
    --contents_in_flight;
    store.drop_blob(blob.number);
  }

  void commit(std::shared_ptr<const batch> what, std::function<void(persistence::commit_answer)> then) override {
    if (commit_fails) {
      then(*commit_fails);
      return;
    }
    const std::array<const batch*, 1> batches{what.get()};
    then(store.commit(batches).at(0));
  }

  void commit_briefly(std::shared_ptr<const batch> what,
                      std::function<void(persistence::commit_answer)> pass_on) override {
    commit(std::move(what), std::move(pass_on));
  }

  void submit(submit_job what, std::function<void(result<job_id>)> then) override {
    submitted.push_back(std::move(what));
    then(accept);
  }

  void control(job_id which, job_action, std::function<void(result<job_record>)> then) override {
    then(job_record{.id = std::move(which)});
  }

  void remove(job_id, std::function<void(result<job_record>)> then) override { then(no_jobs()); }

  void watch(watch_job which, std::function<void(result<job_record>)> then) override {
    watched.emplace_back(std::move(which), std::move(then));
  }

  void prioritize(prioritize_job what, std::function<void(result<job_record>)> then) override {
    prioritized.push_back(what);
    then(job_record{.id = what.id});
  }

  void explain(explain_job, std::function<void(result<job_explanation>)> then) override { then(explanation); }

  void control_all(control_jobs what, std::function<void(result<bulk_outcome>)> then) override {
    controlled.push_back(what);
    then(bulk_outcome{.matched = 3, .changed = 2, .refused = 1, .sample = what.which.ids});
  }

  void set_lane(troupe::set_lane what, std::function<void(result<lane_record>)> then) override {
    lane_record lane{.name = what.name, .limit = what.limit.value_or(0), .paused = what.paused.value_or(false)};
    lanes.push_back(lane);
    then(lane);
  }

  void list_lanes(std::function<void(result<std::vector<lane_record>>)> then) override { then(lanes); }

  void after(std::chrono::milliseconds delay, std::function<void()> then) override {
    timers.emplace_back(delay, std::move(then));
  }

  job_event_bell& job_events() override { return bell; }

  void stop(bool and_start_again) override { stopped.push_back(and_start_again); }

  void on_io(std::function<void()> work) override { work(); }

  bool stopping() const override { return false; }

  temporary_directory directory;
  persistence::database store{directory.path() / "data"};
  troupe::options settings;
  item_names names_of_metadata = item_names::of_metadata(R"({"reviewer": 2000})");
  item_names names_of_attachments = item_names::of_attachments(R"({"photo": [2001, "image/jpeg"]})");
  mutable troupe::metrics counts;
  imaging::direct_decoder frames;
  still_clock time;
  live_jobs jobs;
  job_event_bell bell;
  std::vector<route> rows;
  std::vector<bool> stopped; ///< what was asked for: to start again
  int contents_in_flight = 0;
  std::optional<error> commit_fails;

  // -- the engine
  /// Lets the timers run out that are no longer than that; those that they start stay.
  void pass_time(std::chrono::milliseconds at_most) {
    for (auto& [delay, then] : std::exchange(timers, {}))
      if (delay <= at_most)
        then();
      else
        timers.emplace_back(delay, std::move(then));
  }

  /// Puts a job into the tables; the sequence is its name's end, too.
  job_id add_job(job_sequence sequence, job_phase phase = job_phase::pending, persistence::job_spec spec = {}) {
    const auto digits = std::to_string(sequence);
    persistence::job_row row;
    row.sequence = sequence;
    row.id = {"01900000-0000-7000-8000-" + std::string(12 - digits.size(), '0') + digits};
    row.type = row.lane = "Diagnostic";
    row.phase = phase;
    row.created = row.changed = time.time + std::chrono::seconds(sequence);
    if (is_final(phase))
      row.completed = row.changed;
    row.steps_total = 10;
    put(persistence::add_job{row, std::move(spec)});
    return row.id;
  }

  void put(persistence::mutation change) {
    const batch one{{std::move(change)}};
    const std::array<const batch*, 1> batches{&one};
    store.commit(batches).at(0).value();
  }

  result<job_id> accept = no_jobs();
  std::vector<submit_job> submitted;
  std::vector<std::pair<watch_job, std::function<void(result<job_record>)>>> watched;
  std::vector<prioritize_job> prioritized;
  std::vector<control_jobs> controlled;
  std::vector<lane_record> lanes;
  result<job_explanation> explanation = no_jobs();
  std::vector<std::pair<std::chrono::milliseconds, std::function<void()>>> timers;

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

  /// For answers that come later: status 0 until then. The reply must stay where it is.
  void ask_into(reply& given, verb method, const std::string& target, std::string body = {}, header_list headers = {}) {
    given = reply{.status = 0};
    routes.dispatch(call_for(method, target, std::move(body), given, std::move(headers)), server);
  }
};

} // namespace troupe::http::test
