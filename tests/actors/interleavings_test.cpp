// Many lives of an engine, each under its seed: which actor or thread goes on next is drawn, and so is what clients ask
// and when the server dies.
//   TROUPE_INTERLEAVINGS=1000       more of them
//   TROUPE_INTERLEAVING_SEED=4711   that one alone
#include "core/output_stream.hpp"
#include "persistence/job_store.hpp"
#include "tests/actors/gate.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <map>
#include <set>

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;

/// What the steps of all jobs do, as drawn. Once it is calm, all goes well.
class world {
public:
  explicit world(std::mt19937& random) : random_(random) {}

  step_result step(std::uint64_t number, step_context& context, bool writes) {
    if (calm)
      return complete(number, writes);
    switch (random_() % 12) {
    case 0:
      return step_result::failed({error_code::timeout, "it may pass"});
    case 1:
      return step_result::failed({error_code::bad_file_format, "it will not pass"});
    case 2:
      return step_result::retry_later(std::chrono::milliseconds{random_() % 3000}, {error_code::timeout, "later"});
    case 3:
      context.waker()();
      return step_result::wait();
    case 4:
      wakers.push_back(context.waker());
      return step_result::wait();
    default:
      return complete(number, writes);
    }
  }

  std::vector<job_type> types() {
    const auto plain = [this](std::uint64_t number, step_context& context) { return step(number, context, false); };
    const auto writing = [this](std::uint64_t number, step_context& context) { return step(number, context, true); };
    const auto sending = [this](std::uint64_t number, step_context& context) {
      return up ? step(number, context, false) : step_result::unreachable({error_code::network_protocol, "refused"});
    };
    std::vector made{type_of("Network", effect::network, 3, plain, 2), type_of("Local", effect::local, 3, writing, 2),
                     type_of("Output", effect::output, 3, plain), type_of("Send", effect::network, 2, sending)};
    made.back().pool = step_pool::io;
    made.back().probe = [this](const std::string&) {
      return up ? error{error_code::success} : error{error_code::network_protocol, "refused"};
    };
    return made;
  }

  void wake_one() {
    if (wakers.empty())
      return;
    std::swap(wakers.back(), wakers[random_() % wakers.size()]);
    wakers.back()();
    wakers.pop_back();
  }

  bool calm = false;
  bool up = true;
  std::vector<std::function<void()>> wakers;

private:
  step_result complete(std::uint64_t number, bool writes) {
    auto how = step_result::more();
    if (writes) {
      how.writes = std::make_shared<batch>();
      how.writes->mutations.emplace_back(instance(random_() % 200));
    }
    if (number == 1)
      how.content = R"({"Half":true})";
    return how;
  }

  std::mt19937& random_;
};

template <class Answer>
using slot = std::shared_ptr<std::optional<result<Answer>>>;

class life {
public:
  explicit life(unsigned seed) : random_(seed) { start(); }

  void play() {
    for (int i = 0; i < 250; ++i) {
      act();
      for (auto moves = random_() % 12; moves > 0 && server_->move_shuffled(random_); --moves) {
      }
    }
    come_to_rest();
    check();
  }

private:
  struct submission {
    slot<job_id> id;
    slot<job_record> end; ///< of a client that waits for it
    std::string key;
  };

  struct cancel {
    job_id id;
    slot<job_record> answer;
    int when;
  };

  void start() {
    server_ = std::make_unique<run>(directory_.path, world_.types(), [](options& o) {
      o.jobs_history_size.set_value(100'000);
      o.limit_jobs.set_value(20);
    });
    if (last_time_ != time_point{})
      server_->elapse(std::chrono::duration_cast<std::chrono::milliseconds>(last_time_ - server_->clock.now()));
  }

  void restart() {
    last_time_ = server_->clock.now();
    world_.wakers.clear();
    streams_.clear();
    server_.reset();
    of_this_run_ = submitted_.size();
    start();
  }

  bool one_in(unsigned n) { return random_() % n == 0; }

  void submit() {
    const std::vector<std::string> types{"Network", "Local", "Output", "Send"};
    submit_job what{.type = types[random_() % types.size()],
                    .arguments = one_in(2) ? "lane A" : "lane B",
                    .priority = static_cast<std::int32_t>(random_() % 3)};
    what.retries = retry_policy{.max_retries = static_cast<std::uint32_t>(random_() % 3), .delay = 1s};
    if (one_in(8))
      what.not_before = server_->clock.now() + std::chrono::seconds{random_() % 5};
    if (one_in(3))
      what.patience = std::chrono::milliseconds{random_() % 3000};
    submission made;
    if (one_in(4)) { // the same key means the same submission
      const auto number = random_() % 10;
      made.key = what.idempotency_key = "key " + std::to_string(number);
      what.type = types[number % types.size()];
      what.arguments = "lane A";
    } else if (what.type == "Output" && one_in(2)) {
      streams_.push_back(what.stream = std::make_shared<output_stream>(100));
    }
    if (one_in(3)) {
      made.end = std::make_shared<std::optional<result<job_record>>>();
      what.on_end = [end = made.end](const result<job_record>& seen) {
        BOOST_TEST(!end->has_value());
        end->emplace(seen);
      };
    }
    made.id = server_->ask<job_id>(std::move(what));
    submitted_.push_back(std::move(made));
  }

  std::optional<job_id> any() {
    std::vector<job_id> known;
    for (const auto& one : submitted_)
      if (*one.id && one.id->value())
        known.push_back(one.id->value().value());
    return known.empty() ? std::nullopt : std::optional(known[random_() % known.size()]);
  }

  void control(const job_id& id) {
    const auto action = static_cast<job_action>(random_() % 4);
    auto answer = server_->ask<job_record>(control_job{id, action});
    ++now_;
    if (action == job_action::cancel)
      cancels_.push_back({id, answer, now_});
    if (action == job_action::resubmit)
      resubmitted_[id] = now_;
    keep(std::move(answer));
  }

  void act_on_one(const job_id& id) {
    switch (random_() % 8) {
    case 0:
      keep(server_->ask<job_record>(prioritize_job{id, static_cast<std::int32_t>(random_() % 3)}));
      break;
    case 1:
      deleted_.insert(id);
      keep(server_->ask<job_record>(delete_job{id}));
      break;
    case 2:
      keep(server_->ask<job_record>(watch_job{id, one_in(2) ? std::optional(1500ms) : std::nullopt}));
      break;
    default:
      control(id);
    }
  }

  void act_on_many() {
    control_jobs all{.action = one_in(2) ? bulk_action::pause : bulk_action::resume};
    if (one_in(2))
      all.which.lane = "lane A";
    if (one_in(4))
      all.action = bulk_action::cancel;
    const auto answer = server_->ask<bulk_outcome>(std::move(all));
    waiting_for_.push_back([answer] { return answer->has_value(); });
  }

  void act() {
    const auto drawn = random_() % 100;
    if (drawn < 25)
      submit();
    else if (drawn < 55) {
      if (const auto id = any())
        act_on_one(*id);
    } else if (drawn < 60)
      act_on_many();
    else if (drawn < 64)
      set_lane_to(one_in(2) ? "lane A" : "lane B", static_cast<std::uint32_t>(random_() % 3), one_in(3));
    else if (drawn < 80)
      server_->elapse(std::chrono::milliseconds{random_() % 1500});
    else if (drawn < 90)
      world_.wake_one();
    else if (drawn < 93)
      world_.up = !world_.up;
    else if (drawn < 95 && !streams_.empty())
      streams_[random_() % streams_.size()]->abandon();
    else if (drawn < 97)
      restart();
    else if (drawn < 98) {
      BOOST_TEST(server_->drain());
      restart();
    }
  }

  void set_lane_to(std::string name, std::uint32_t limit, bool paused) {
    const auto answer = server_->ask<lane_record>(set_lane{std::move(name), limit, paused});
    waiting_for_.push_back([answer] { return answer->has_value(); });
  }

  void keep(const slot<job_record>& answer) {
    waiting_for_.push_back([answer] { return answer->has_value(); });
  }

  // From here on nothing fails, nothing is held back, and time passes.
  void come_to_rest() {
    restart();
    waiting_for_.clear();
    for (int i = 0; i < 40; ++i) {
      act_without_crash();
      server_->move_shuffled(random_);
    }
    world_.calm = world_.up = true;
    set_lane_to("lane A", 0, false);
    set_lane_to("lane B", 0, false);
    for (int minute = 0; minute < 30; ++minute) {
      while (!world_.wakers.empty())
        world_.wake_one();
      keep_resuming();
      server_->settle_shuffled(random_);
      server_->elapse(10s);
      server_->settle_shuffled(random_);
    }
  }

  void act_without_crash() {
    if (one_in(3))
      submit();
    else if (const auto id = any())
      act_on_one(*id);
  }

  void keep_resuming() {
    server_->ask<bulk_outcome>(control_jobs{.which = {.state = job_state::paused}, .action = bulk_action::resume});
  }

  void check() {
    check_jobs();
    check_cancels();
    check_events();
    for (const auto& answered : waiting_for_)
      BOOST_TEST(answered());
    BOOST_TEST(server_->live.sequences().empty());
    BOOST_TEST(server_->measured.jobs_running.value() == 0.0);
    BOOST_TEST(server_->measured.jobs_pending.value() == 0.0);
    BOOST_TEST(lanes_of(*server_).empty());
  }

  void check_jobs() {
    std::map<std::string, std::set<job_id>> of_key;
    for (std::size_t i = 0; i < submitted_.size(); ++i) {
      const auto& one = submitted_[i];
      BOOST_TEST((i < of_this_run_ || one.id->has_value()));
      if (!*one.id || !one.id->value())
        continue;
      const auto id = one.id->value().value();
      const auto row = persistence::find_job(server_->database.read(), id);
      BOOST_TEST((row || deleted_.contains(id)), "job " << id.text << " is lost");
      BOOST_TEST((!row || is_final(row->phase)),
                 "job " << id.text << " is stuck in " << (row ? to_text(row->phase) : ""));
      if (!one.key.empty() && !deleted_.contains(id))
        of_key[one.key].insert(id);
      if (one.end && i >= of_this_run_)
        BOOST_TEST(one.end->has_value(), "nobody was told of the end of job " << id.text);
      if (one.end && *one.end && one.end->value())
        BOOST_TEST(is_final(one.end->value()->state));
    }
    for (const auto& [key, ids] : of_key)
      BOOST_TEST(ids.size() == 1U, key << " has made several jobs");
  }

  void check_cancels() {
    for (const auto& one : cancels_) {
      if (!*one.answer || !one.answer->value() || one.answer->value()->state == job_state::success)
        continue;
      const auto again = resubmitted_.find(one.id);
      const auto row = persistence::find_job(server_->database.read(), one.id);
      if (row && (again == resubmitted_.end() || again->second < one.when))
        BOOST_TEST((row->phase == job_phase::failure), "job " << one.id.text << " was cancelled and succeeded");
    }
  }

  // A job ends once; only a resubmission makes a failed one go on.
  void check_events() {
    std::map<job_sequence, persistence::job_event_record> last;
    persistence::for_each_job_event(server_->database.read(), 0, [&](const persistence::job_event_record& event) {
      if (const auto before = last.find(event.sequence); before != last.end()) {
        const auto phase = before->second.phase;
        BOOST_TEST(!before->second.removed, "job " << event.id.text << " came back");
        if (is_final(phase) && !event.removed)
          BOOST_TEST((phase == job_phase::failure && event.phase == job_phase::pending),
                     "job " << event.id.text << " ended and is " << to_text(event.phase));
        if (phase == job_phase::cancelling && is_final(event.phase))
          BOOST_TEST((event.phase == job_phase::failure));
      }
      last[event.sequence] = event;
      return true;
    });
    BOOST_TEST(!last.empty());
  }

  std::mt19937 random_;
  scratch directory_;
  world world_{random_};
  std::unique_ptr<run> server_;
  time_point last_time_{};
  std::vector<std::shared_ptr<output_stream>> streams_;
  std::vector<submission> submitted_;
  std::size_t of_this_run_ = 0; ///< the first of those
  std::vector<cancel> cancels_;
  std::map<job_id, int> resubmitted_; ///< when that was asked last
  std::set<job_id> deleted_;          ///< when asked, successful or not
  std::vector<std::function<bool()>> waiting_for_;
  int now_ = 0;
};

unsigned number_in(const char* variable, unsigned otherwise) {
  const char* const text = std::getenv(variable);
  return text != nullptr ? static_cast<unsigned>(std::strtoul(text, nullptr, 10)) : otherwise;
}

BOOST_AUTO_TEST_SUITE(interleavings)

BOOST_AUTO_TEST_CASE(in_whatever_order_things_happen_each_acknowledged_job_ends_once_and_nobody_is_left_waiting) {
  const auto only = number_in("TROUPE_INTERLEAVING_SEED", 0);
  const auto last = only != 0 ? only : number_in("TROUPE_INTERLEAVINGS", 60);
  for (auto seed = only != 0 ? only : 1; seed <= last; ++seed)
    BOOST_TEST_CONTEXT("replay: TROUPE_INTERLEAVING_SEED=" << seed)
  life(seed).play();
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace troupe::testing
