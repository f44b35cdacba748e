#include "http/gateway.hpp"

#include "actors/engine_tree.hpp"
#include "dicom/default_encoding.hpp"
#include "http/routes.hpp"
#include "imaging/decoder_pool.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::http::call)

namespace troupe::http {

namespace {

/// Closures that may wait for a cpu thread; beyond, requests are answered 503.
constexpr std::size_t cpu_load_max = 4096;

/// The same for threads that wait for peers.
constexpr std::size_t io_load_max = 256;

/// What decoding a frame may take.
constexpr std::chrono::seconds frame_patience{20};

using gateway_actor = caf::typed_actor<caf::reacts_to<call>>;

/// What handlers may use, by way of the engine.
class engine_services final : public services {
public:
  engine_services(engine_tree& engine, const troupe::options& settings, std::function<void(bool)> stop)
    : engine_(engine),
      decoder_("/proc/self/exe", frame_patience, std::max(1U, std::thread::hardware_concurrency())),
      settings_(settings),
      stop_(std::move(stop)),
      routes_(all_routes()),
      metadata_names_(item_names::of_metadata(settings.user_metadata())),
      attachment_names_(item_names::of_attachments(settings.user_content_type())) {}

  const persistence::database& database() const override { return engine_.database(); }

  const troupe::options& options() const override { return settings_; }

  std::uint64_t state() const override { return engine_.database().index_state() + dicom::default_encoding_changes(); }

  troupe::metrics& metrics() const override { return engine_.measured(); }

  const troupe::clock& clock() const override { return engine_.time(); }

  const live_jobs& live() const override { return engine_.live(); }

  job_sequence first_job() const override { return engine_.first_job(); }

  std::span<const route> routes() const override { return routes_; }

  const item_names& metadata_names() const override { return metadata_names_; }

  const item_names& attachment_names() const override { return attachment_names_; }

  imaging::frame_decoder& decoder() override { return decoder_; }

  void on_cpu(std::function<void()> work) override {
    if (engine_.cpu().load() < cpu_load_max)
      engine_.cpu().post(unless_stopping(std::move(work)));
  }

  persistence::stored_content store_content(std::span<const std::byte> content,
                                            const persistence::storing& how) override {
    const timed writing(engine_.measured().storage_create_duration_ms);
    return persistence::store_content(engine_.database(), content, how);
  }

  void drop_content(const persistence::stored_blob& blob) override { engine_.database().drop_blob(blob.number); }

  void commit(std::shared_ptr<const batch> what, std::function<void(persistence::commit_answer)> then) override {
    commit_briefly(std::move(what), [desk = engine_.desk(), then = std::move(then)](persistence::commit_answer answer) {
      caf::anon_send(desk, errand{[then, answer = std::move(answer)](desk_actor::pointer) { then(answer); }});
    });
  }

  void commit_briefly(std::shared_ptr<const batch> what,
                      std::function<void(persistence::commit_answer)> pass_on) override {
    caf::anon_send(engine_.store(), persist_for{std::move(what), std::move(pass_on)});
  }

  void submit(submit_job what, std::function<void(result<job_id>)> then) override {
    engine_.submit(std::move(what), std::move(then));
  }

  void control(job_id which, job_action action, std::function<void(result<job_record>)> then) override {
    pass(control_job{std::move(which), action}, then);
  }

  void remove(job_id which, std::function<void(result<job_record>)> then) override {
    pass(delete_job{std::move(which)}, then);
  }

  void watch(watch_job which, std::function<void(result<job_record>)> then) override { pass(std::move(which), then); }

  void prioritize(prioritize_job what, std::function<void(result<job_record>)> then) override {
    pass(std::move(what), then);
  }

  void explain(explain_job which, std::function<void(result<job_explanation>)> then) override {
    pass(std::move(which), then);
  }

  void control_all(control_jobs what, std::function<void(result<bulk_outcome>)> then) override {
    pass(std::move(what), then);
  }

  void set_lane(troupe::set_lane what, std::function<void(result<lane_record>)> then) override {
    pass(std::move(what), then);
  }

  void list_lanes(std::function<void(result<std::vector<lane_record>>)> then) override {
    pass(troupe::list_lanes{}, then);
  }

  void after(std::chrono::milliseconds delay, std::function<void()> then) override {
    caf::anon_send(engine_.desk(), errand{[delay, then = std::move(then)](desk_actor::pointer self) {
                     self->delayed_send(self, delay, errand{[then](desk_actor::pointer) { then(); }});
                   }});
  }

  void stop(bool and_start_again) override { stop_(and_start_again); }

  job_event_bell& job_events() override { return engine_.job_events(); }

  void on_io(std::function<void()> work) override {
    if (engine_.io().load() < io_load_max)
      engine_.io().post(unless_stopping(std::move(work)));
  }

  bool stopping() const override { return engine_.stopping(); }

private:
  /// Who asked is no longer there: what still waits for a thread when the server stops is not done.
  std::function<void()> unless_stopping(std::function<void()> work) const {
    return [this, work = std::move(work)] {
      if (!engine_.stopping())
        work();
    };
  }

  template <class Message, class Answer>
  void pass(Message what, std::function<void(result<Answer>)> then) {
    ask<Answer>(engine_.desk(), engine_.scheduler(), std::move(what), std::move(then));
  }

  engine_tree& engine_;
  imaging::decoder_pool decoder_;
  const troupe::options& settings_;
  const std::function<void(bool)> stop_;
  std::vector<route> routes_;
  item_names metadata_names_;
  item_names attachment_names_;
};

/// Lets a route answer each call.
class gateway_worker final : public gateway_actor::base {
public:
  gateway_worker(caf::actor_config& config, const router* routes, services* with)
    : gateway_actor::base(config),
      routes_(*routes),
      services_(*with) {}

  behavior_type make_behavior() override {
    return {[this](call& received) { routes_.dispatch(std::move(received), services_); }};
  }

private:
  const router& routes_;
  services& services_;
};

} // namespace

struct gateway::impl {
  impl(engine_tree& engine, const options& settings_of, std::function<void(bool)> stop)
    : system(engine.system()),
      settings(settings_of),
      with(engine, settings_of, std::move(stop)),
      routes(with.routes()) {
    const auto count = std::max(2U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < count; ++i)
      workers.push_back(system.spawn<gateway_worker>(&routes, &with));
  }

  caf::actor_system& system;
  const options& settings;
  engine_services with;
  router routes;
  std::vector<gateway_actor> workers;
  std::atomic<std::size_t> next{0};
};

gateway::gateway(engine_tree& engine, const options& settings, std::function<void(bool)> stop)
  : impl_(std::make_unique<impl>(engine, settings, std::move(stop))) {}

gateway::~gateway() {
  stop();
}

admission gateway::admit(const request_head& head) const {
  return impl_->routes.admit(head, impl_->settings);
}

std::uint64_t gateway::state() const {
  return impl_->with.state();
}

void gateway::take(call received) {
  const auto& workers = impl_->workers;
  caf::anon_send(workers[impl_->next.fetch_add(1, std::memory_order_relaxed) % workers.size()], std::move(received));
}

void gateway::stop() {
  caf::scoped_actor self{impl_->system};
  for (const auto& worker : impl_->workers)
    self->send_exit(worker, caf::exit_reason::user_shutdown);
  self->wait_for(impl_->workers);
}

} // namespace troupe::http
