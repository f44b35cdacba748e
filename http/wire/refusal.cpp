#include "http/wire/refusal.hpp"

#include "http/wire/reason_phrase.hpp"

namespace troupe::http {
namespace {

/// What comes here is ours or printable ASCII: only two characters need an escape.
std::string json_string(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      json += '\\';
    json += c;
  }
  return json + '"';
}

} // namespace

reply refusal(const error& why, const request_head* request, bool describe_it) {
  reply answer;
  answer.status = why.http_status();
  if (answer.status == 503)
    answer.headers.emplace_back("Retry-After", "1");
  if (!describe_it)
    return answer;
  const auto& row = describe(why.code());
  std::string json = "{\n";
  const auto member = [&](std::string_view name, const std::string& value) {
    json += (json.size() > 2 ? ",\n   " : "   ") + json_string(name) + " : " + value;
  };
  if (!why.details().empty())
    member("Details", json_string(why.details()));
  member("HttpError", json_string(reason_phrase(answer.status)));
  member("HttpStatus", std::to_string(answer.status));
  member("Message", json_string(row.text));
  if (request)
    member("Method", json_string(to_text(request->method)));
  member("OrthancError", json_string(row.text));
  member("OrthancStatus", std::to_string(static_cast<int>(row.code)));
  if (request)
    member("Uri", json_string(request->path_text()));
  answer.content_type = "application/json; charset=utf-8";
  answer.body = json + "\n}\n";
  return answer;
}

} // namespace troupe::http
