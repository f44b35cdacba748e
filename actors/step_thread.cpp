#include "actors/step_thread.hpp"

#include "persistence/job_store.hpp"

#include <caf/send.hpp>

#include <chrono>
#include <utility>

namespace troupe {

namespace {

class thread_context final : public step_context {
public:
  thread_context(attempt_shared& shared, std::uint64_t number, const job_actor& owner)
    : shared_(shared),
      number_(number),
      owner_(owner) {}

  bool stop_requested() const noexcept override { return shared_.stop; }

  std::uint32_t attempt() const noexcept override { return shared_.row.attempts; }

  std::function<void()> waker() override {
    return [owner = owner_, number = number_] { caf::anon_send(owner, wake_step{number}); };
  }

  std::filesystem::path new_output_file() override {
    const std::scoped_lock lock(shared_.mutex);
    const auto& row = shared_.row;
    auto path = shared_.outputs_directory
                / (row.id.text + "." + std::to_string(row.epoch) + "." + std::to_string(shared_.files.size()));
    shared_.files.push_back(path);
    return path;
  }

  std::uint64_t failed_before() const noexcept override { return shared_.row.failed_items; }

  output_stream* stream() noexcept override { return shared_.stream.get(); }

private:
  attempt_shared& shared_;
  std::uint64_t number_;
  const job_actor& owner_;
};

template <class Body>
error why_it_threw(Body body) {
  try {
    body();
  } catch (const failure& known) {
    return known.why();
  } catch (const std::bad_alloc&) {
    return error{error_code::not_enough_memory, "Out of memory"};
  } catch (const std::exception& unknown) {
    return error{error_code::internal_error, unknown.what()};
  }
  return error{error_code::success};
}

constexpr std::chrono::milliseconds run_time_max{5};

step_result run_step(job_work& work, attempt_shared& shared, std::uint64_t number, const job_actor& tell) {
  step_result how;
  const auto thrown = why_it_threw([&] {
    thread_context context{shared, number, tell};
    how = work.run(number, context);
  });
  return thrown.code() == error_code::success ? how : step_result::failed(thrown);
}

bool says_nothing(const step_result& how) {
  return how.what == step_result::kind::more && !how.item && !how.content && how.outputs.empty() && !how.writes;
}

step_outcome run_steps(const job_type& type, job_work& work, attempt_shared& shared, std::uint64_t number,
                       std::uint64_t steps, const job_actor& tell) {
  const bool together = type.effects == effect::output && type.window == 1;
  const auto below = together ? steps : number + 1;
  const auto until = std::chrono::steady_clock::now() + run_time_max;
  auto how = run_step(work, shared, number, tell);
  while (says_nothing(how) && number + 1 < below && !shared.stop && std::chrono::steady_clock::now() < until)
    how = run_step(work, shared, ++number, tell);
  return {number, std::make_shared<step_result>(std::move(how))};
}

std::unique_ptr<job_work> make_work(const engine_parts& parts, const job_type& type, job_sequence job,
                                    std::uint64_t& steps) {
  auto spec = persistence::load_spec(parts.database.read(), job);
  if (!spec)
    throw failure(error{error_code::corrupted_file, "The plan of the job cannot be read"});
  steps = spec->items.size();
  return type.make_work({.lane = {},
                         .items = std::move(spec->items),
                         .arguments = std::move(spec->arguments),
                         .content = std::move(spec->content)});
}

} // namespace

std::uint64_t first_step(const job_type& type, const job_row& row) {
  return type.effects == effect::output ? 0 : row.cursor;
}

std::function<void()> make_work_on_thread(const engine_parts& parts, const job_type& type,
                                          std::shared_ptr<attempt_shared> shared, job_actor tell) {
  return [&parts, &type, shared = std::move(shared), tell = std::move(tell)] {
    work_made made;
    made.why = why_it_threw([&] { made.work = make_work(parts, type, shared->row.sequence, made.steps); });
    const auto first = first_step(type, shared->row);
    if (made.work && type.pool == step_pool::cpu && first < made.steps && !shared->stop)
      made.first = run_steps(type, *made.work, *shared, first, made.steps, tell);
    caf::anon_send(tell, std::move(made));
  };
}

std::function<void()> run_steps_on_thread(const job_type& type, std::shared_ptr<job_work> work,
                                          std::shared_ptr<attempt_shared> shared, std::uint64_t number,
                                          std::uint64_t steps, job_actor tell) {
  return [&type, work = std::move(work), shared = std::move(shared), number, steps, tell = std::move(tell)] {
    caf::anon_send(tell, run_steps(type, *work, *shared, number, steps, tell));
  };
}

} // namespace troupe
