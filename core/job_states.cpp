#include "core/job_states.hpp"

namespace troupe {

std::string_view to_text(job_phase phase) noexcept {
  static constexpr std::array<std::string_view, 10> names{"pending", "running", "pausing", "cancelling", "paused",
                                                          "retry",   "success", "failure", "delayed",    "yielded"};
  return names.at(static_cast<std::size_t>(phase));
}

std::string_view to_text(job_event event) noexcept {
  static constexpr std::array<std::string_view, 14> names{
    "start",       "finished", "failed", "retry later", "unreachable",  "stopped", "gave way",
    "interrupted", "due",      "pause",  "resume",      "resume early", "cancel",  "resubmit"};
  return names.at(static_cast<std::size_t>(event));
}

namespace {

std::string_view on_disk(durable when) {
  switch (when) {
  case durable::before_reply:
    return "before anyone is told";
  case durable::next_batch:
    return "with the next batch";
  case durable::nothing:
    return "nothing changes";
  }
  return "";
}

} // namespace

std::string describe_job_states() {
  std::string text = "# States of a job\n\nPrinted by `troupe-server --describe states` from the table in "
                     "core/job_states.hpp.\n\n```mermaid\nstateDiagram-v2\n  [*] --> pending: submit\n";
  for (const auto& row : transitions)
    if (row.from != row.to)
      text.append("  ")
        .append(to_text(row.from))
        .append(" --> ")
        .append(to_text(row.to))
        .append(": ")
        .append(to_text(row.on))
        .append("\n");
  text += "```\n\n| phase | shown as |\n|---|---|\n";
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(job_phase::yielded); ++i) {
    const auto phase = static_cast<job_phase>(i);
    text.append("| ").append(to_text(phase)).append(" | ").append(to_text(shown_as(phase))).append(" |\n");
  }
  text += "\n| from | event | to | on disk |\n|---|---|---|---|\n";
  for (const auto& row : transitions)
    text.append("| ")
      .append(to_text(row.from))
      .append(" | ")
      .append(to_text(row.on))
      .append(" | ")
      .append(to_text(row.to))
      .append(" | ")
      .append(on_disk(row.when))
      .append(" |\n");
  text += "\nA pair that is not in the table is refused.\n";
  return text;
}

} // namespace troupe
