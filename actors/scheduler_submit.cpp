#include "actors/scheduler.hpp"
#include "core/output_stream.hpp"

#include <caf/send.hpp>

#include <utility>

namespace troupe {

namespace {

constexpr std::size_t arguments_bytes_max = 16U << 20;
constexpr std::size_t user_data_bytes_max = 64U << 10;
constexpr std::size_t lane_bytes_max = 128;

std::optional<error> refuse(const submit_job& what, const engine_parts& parts) {
  if (!parts.types.contains(what.type))
    return error{error_code::parameter_out_of_range, "There is no type of job with that name"};
  if (what.arguments.size() > arguments_bytes_max || what.user_data.size() > user_data_bytes_max)
    return error{error_code::parameter_out_of_range, "The arguments of a job may have 16 MiB, its user data 64 KiB"};
  const auto reserve = static_cast<std::uint64_t>(parts.settings.reserve_mb()) << 20;
  if (parts.database.free_bytes() < reserve)
    return error{error_code::full_storage, "The disk is full: no job is accepted"}.with_status(503);
  return std::nullopt;
}

} // namespace

// The place in the order and the name are taken now, so that one client's submissions keep their order, however long
// each plan takes.
void scheduler_state::submit(submit_job what, std::function<void(result<job_id>)> accepted, told ended) {
  if (closing_) {
    accepted(error{error_code::database_unavailable, "The server is stopping"});
    return;
  }
  if (const auto why = refuse(what, *parts_)) {
    accepted(*why);
    return;
  }
  const auto ticket = ++last_sequence_;
  const auto& type = parts_->types.find(what.type)->second;
  auto run = [&type, arguments = std::move(what.arguments), ticket, tell = inner_scheduler_actor{self_}] {
    planned made{.ticket = ticket};
    try {
      if (auto plan = type.plan(arguments))
        made.plan = std::make_shared<job_plan>(std::move(*plan));
      else
        made.why = plan.error();
    } catch (const failure& known) {
      made.why = known.why();
    } catch (const std::exception& unknown) {
      made.why = error{error_code::internal_error, unknown.what()};
    }
    caf::anon_send(tell, std::move(made));
  };
  planning_.emplace(ticket, submission{parts_->names.next(), std::move(what), std::move(accepted), std::move(ended)});
  parts_->cpu.post(std::move(run));
}

void scheduler_state::take_plan(planned& made) {
  auto node = planning_.extract(made.ticket);
  auto& asked = node.mapped();
  if (!made.plan) {
    asked.accepted(made.why);
    return;
  }
  if (made.plan->lane.size() > lane_bytes_max) {
    asked.accepted(error{error_code::parameter_out_of_range, "The name of the destination is too long"});
    return;
  }
  const auto at = now();
  job_row row;
  row.sequence = made.ticket;
  row.id = asked.id;
  row.type = asked.what.type;
  row.lane = made.plan->lane.empty() ? asked.what.type : std::move(made.plan->lane);
  row.priority = asked.what.priority;
  row.created = row.changed = at.wall;
  row.steps_total = made.plan->items.size();
  row.streamed = asked.what.stream != nullptr;
  row.transient = !parts_->settings.save_jobs();
  schedule_.add(row);
  if (asked.what.stream)
    streams_.emplace(row.sequence, asked.what.stream);
  if (asked.ended)
    waiters_[row.sequence].push_back(std::move(asked.ended));
  auto what = std::make_shared<batch>();
  what->mutations.emplace_back(persistence::add_job{row,
                                                    {.arguments = std::move(made.plan->arguments),
                                                     .content = std::move(made.plan->content),
                                                     .user_data = std::move(asked.what.user_data),
                                                     .items = std::move(made.plan->items)}});
  write(std::move(what), [this, job = row.sequence, id = row.id,
                          accepted = std::move(asked.accepted)](const persistence::commit_answer& answer) {
    if (!answer) {
      schedule_.forget(job);
      streams_.erase(job);
      waiters_.erase(job);
      accepted(answer.error());
      return;
    }
    parts_->measured.jobs_submitted.add();
    schedule_.written(job);
    if (const auto stream = streams_.find(job); stream != streams_.end())
      stream->second->when_abandoned(
        [tell = inner_scheduler_actor{self_}, job] { caf::anon_send(tell, client_gone{job}); });
    accepted(id);
    dispatch();
  });
}

} // namespace troupe
