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

} // namespace

std::function<void()> make_work_on_thread(const engine_parts& parts, const job_type& type, const job_row& row,
                                          job_actor tell) {
  return [&parts, &type, sequence = row.sequence, tell = std::move(tell)] {
    work_made made;
    made.why = why_it_threw([&] {
      auto spec = persistence::load_spec(parts.database.read(), sequence);
      if (!spec)
        throw failure(error{error_code::corrupted_file, "The plan of the job cannot be read"});
      auto plan = std::make_shared<job_plan>();
      plan->items = std::move(spec->items);
      plan->arguments = std::move(spec->arguments);
      plan->content = std::move(spec->content);
      made.work = type.make_work(*plan);
      made.plan = std::move(plan);
    });
    caf::anon_send(tell, std::move(made));
  };
}

std::function<void()> run_steps_on_thread(std::shared_ptr<job_work> work, std::shared_ptr<attempt_shared> shared,
                                          std::uint64_t number, std::uint64_t below, job_actor tell) {
  return [work = std::move(work), shared = std::move(shared), first = number, below, tell = std::move(tell)] {
    const auto until = std::chrono::steady_clock::now() + run_time_max;
    auto at = first;
    auto how = run_step(*work, *shared, at, tell);
    while (says_nothing(how) && at + 1 < below && !shared->stop && std::chrono::steady_clock::now() < until)
      how = run_step(*work, *shared, ++at, tell);
    caf::anon_send(tell, step_outcome{at, std::make_shared<step_result>(std::move(how))});
  };
}

} // namespace troupe
