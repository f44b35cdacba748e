#include "core/describe.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>

namespace troupe {

namespace {

/// The text of a cell: a bar would end it.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text)
    escaped.append(c == '|' ? "\\|" : std::string(1, c));
  return escaped;
}

std::string code(std::string_view text) {
  return "`" + cell(text) + "`";
}

std::string type_text(const option_base& option) {
  std::string text(option.type());
  if (const auto* number = dynamic_cast<const integer_option*>(&option))
    text += ", " + std::to_string(number->range().min) + " to " + std::to_string(number->range().max);
  return text;
}

void append_row(std::string& to, std::initializer_list<std::string> cells) {
  to += '|';
  for (const auto& text : cells)
    to.append(" ").append(text).append(" |");
  to += '\n';
}

} // namespace

std::string describe_errors() {
  std::string text = "# Errors\n\n"
                     "`OrthancStatus` of an error reply and `ErrorCode` of a job is the number, `Message` and\n"
                     "`ErrorDescription` the text. Numbers and HTTP statuses do not change; texts may.\n\n"
                     "| number | name | HTTP status | text |\n|---:|---|---|---|\n";
  for (const auto& row : error_table())
    append_row(text, {std::to_string(static_cast<int>(row.code)), code(row.name), std::to_string(row.http_status),
                      cell(row.text)});
  return text;
}

std::string describe_options(const option_list& options) {
  std::string text =
    "# Configuration\n\n"
    "A configuration file is a JSON object with these keys; `//` and `/* */` comments are allowed, and\n"
    "`${NAME}` or `${NAME:-default}` is replaced by an environment variable. The variables\n"
    "`TROUPE__HTTP_PORT` or `ORTHANC__HTTP_PORT` set `HttpPort`, and so on; they win over files.\n\n"
    "| key | type | default | takes effect | meaning |\n|---|---|---|---|---|\n";
  for (const auto* option : options.all())
    append_row(text, {code(option->name()), type_text(*option), code(option->default_value().dump()),
                      option->when() == applies::live ? "at once" : "at start", cell(option->doc())});
  return text;
}

std::string describe_metrics(const metric_list& metrics) {
  std::string text = "# Metrics\n\n"
                     "`GET /tools/metrics-prometheus` shows those that have a value, one line each:\n"
                     "name, value, milliseconds since 1970 when it was last set.\n\n"
                     "| name | kind | meaning |\n|---|---|---|\n";
  auto sorted = metrics.all();
  std::ranges::sort(sorted, {}, [](const metric* m) { return m->name(); });
  for (const auto* m : sorted)
    append_row(text, {code(m->name()), std::string(m->kind()), cell(m->help())});
  return text;
}

} // namespace troupe
