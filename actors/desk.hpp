/// \file
/// A desk asks actors on behalf of those who are none: threads of an embedding program, handlers of HTTP requests.
#pragma once

#include <troupe/protocol.hpp>

#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <utility>

namespace troupe {

struct errand;
using desk_actor = caf::typed_actor<caf::reacts_to<errand>>;

/// Something to do in the desk's own context.
struct errand {
  std::function<void(desk_actor::pointer)> run;
};

/// Runs errands, one after the other; none may block. (A class: CAF 0.17 dereferences a null pointer when it spawns a
/// function without arguments, which our standard library's assertions do not let pass.)
class desk final : public desk_actor::base {
public:
  explicit desk(caf::actor_config& config) : desk_actor::base(config) {}

  behavior_type make_behavior() override;
};

/// Sends `what` to `whom` and calls `then` with the answer, on the desk's thread.
template <class Answer, class Message>
void ask(const desk_actor& by, const scheduler_actor& whom, Message what, std::function<void(result<Answer>)> then) {
  auto run = [whom, what = std::move(what), then = std::move(then)](desk_actor::pointer self) {
    self->request(whom, caf::infinite, what)
      .then([then](result<Answer>& answer) { then(std::move(answer)); },
            [then](const caf::error&) {
              then(error{error_code::database_unavailable, "The engine has stopped"});
            });
  };
  caf::anon_send(by, errand{std::move(run)});
}

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::errand)
