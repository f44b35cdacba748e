#include "http/exchange.hpp"

#include "core/json_text.hpp"
#include "core/log.hpp"
#include "http/representation.hpp"
#include "http/wire/reason_phrase.hpp"

#include <nlohmann/json.hpp>

#include <exception>
#include <stdexcept>

namespace troupe::http {

exchange::exchange(call what, std::map<std::string, std::string, std::less<>> path_parameters, services& with)
  : what_(std::move(what)),
    path_parameters_(
      std::make_shared<const std::map<std::string, std::string, std::less<>>>(std::move(path_parameters))),
    services_(&with) {}

const std::string& exchange::path_parameter(std::string_view name) const {
  const auto found = path_parameters_->find(name);
  if (found == path_parameters_->end())
    throw std::logic_error("no such parameter in the path: " + std::string(name));
  return found->second;
}

bool exchange::flag(std::string_view name) const {
  const auto value = head().parameter(name);
  return value && *value != "false" && *value != "0";
}

void exchange::depends_on_index_only() {
  state_ = services_->state();
}

void exchange::respond(reply with) const {
  if (with.status == 200 && std::holds_alternative<std::string>(with.body))
    with.true_in_state = state_;
  const auto how = wanted(head(), with, services_->options().http_compression_enabled());
  if (how.is_plain()) {
    what_.respond(std::move(with));
    return;
  }
  services_->on_cpu([to = what_.respond, plain = std::make_shared<reply>(std::move(with)), how] {
    to(represented(std::move(*plain), how));
  });
}

void exchange::respond_json(const nlohmann::json& body) const {
  respond(json_reply(body));
}

void exchange::respond_done() const {
  respond(done_reply());
}

void exchange::respond_text(std::string body) const {
  respond({200, "text/plain", {}, std::move(body)});
}

void exchange::respond_error(const error& why) const {
  reply refused = error_reply(head(), why);
  if (!services_->options().http_describe_errors()) {
    refused.content_type.clear();
    refused.body = std::string();
  }
  respond(std::move(refused));
}

void exchange::park() const {
  what_.respond.park();
}

/// What the work throws becomes the error reply.
std::function<void()> exchange::guarded(std::function<void(const exchange&)> work) const {
  return [self = *this, work = std::move(work)] {
    try {
      work(self);
    } catch (const failure& failed) {
      self.respond_error(failed.why());
    } catch (const std::exception& failed) {
      log(log_level::error, "http", std::string("a handler failed: ") + failed.what());
      self.respond_error(error_code::internal_error);
    }
  };
}

void exchange::on_cpu(std::function<void(const exchange&)> work) const {
  services_->on_cpu(guarded(std::move(work)));
}

void exchange::on_io(std::function<void(const exchange&)> work) const {
  services_->on_io(guarded(std::move(work)));
}

void exchange::respond_from_cpu(std::function<reply(const exchange&)> work) const {
  on_cpu([work = std::move(work)](const exchange& with) { with.respond(work(with)); });
}

reply json_reply(const nlohmann::json& body, int status) {
  return {status, "application/json; charset=utf-8", {}, pretty(body)};
}

reply done_reply() {
  return {200, "application/json", {}, "{}"};
}

reply error_reply(const request_head& request, const error& why) {
  const auto& row = describe(why.code());
  const int status = why.http_status();
  nlohmann::json body = {
    {"HttpError", reason_phrase(status)}, {"HttpStatus", status},     {"Message", row.text},
    {"Method", to_text(request.method)},  {"OrthancError", row.text}, {"OrthancStatus", static_cast<int>(row.code)},
    {"Uri", request.path_text()}};
  if (!why.details().empty())
    body["Details"] = why.details();
  reply described = json_reply(body, status);
  if (status == 503)
    described.headers.emplace_back("Retry-After", "1");
  return described;
}

result<nlohmann::json> parse_json(std::string_view text) {
  auto parsed = parse_json_text(text);
  if (parsed.has_value() && !parsed->is_object() && !parsed->is_array())
    return error{error_code::bad_file_format, "The body must be a JSON object or array"};
  return parsed;
}

void drop_unless_written(services& server, const persistence::stored_blob& blob, const error& why) {
  if (why.code() != error_code::timeout)
    server.drop_content(blob);
}

} // namespace troupe::http
