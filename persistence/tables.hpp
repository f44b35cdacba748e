/// \file
/// The database on one page: every table, its key and its value. docs/data-format.md says how the records become bytes.
///
/// Numbers in keys are big-endian, so that they sort; `+` joins them without a separator. Every value that is not empty
/// begins with the version of its record.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace troupe::persistence {

/// The version of the whole directory. A directory with a higher one is not opened; one with a lower one is raised when
/// it is opened. 2: `job_index`; 3: `tag_index`, and what else a store of resources keeps besides them; 4: `small_files`;
/// a program that does not know them would leave them behind.
inline constexpr std::uint32_t format_version = 4;

enum class table : std::uint8_t {
  meta,
  jobs,
  job_ids,
  job_args,
  live_jobs,
  transient_jobs,
  job_results,
  job_items,
  job_outputs,
  output_order,
  output_files,
  completed,
  resources,
  resource_ids,
  children,
  levels,
  instances,
  blobs,
  trash,
  changes,
  job_index,
  job_attempts,
  job_events,
  idempotency,
  idempotency_order,
  lanes,
  modalities,
  tag_index,
  resource_changes,
  change_kinds,
  unstable,
  recycling,
  exports,
  metadata,
  attachments,
  labels,
  label_index,
  small_files,
};

/// One row of the page.
struct table_info {
  table id;
  const char* name;
  std::string_view key;
  std::string_view value;
  std::string_view purpose;
};

// clang-format off
inline constexpr auto tables = std::to_array<table_info>({
  // id                   name              key                    value               purpose
  {table::meta,           "meta",           "name",                "by name",          "format, boot, clean, counters: what there is one of"},
  {table::jobs,           "jobs",           "sequence",            "job",              "the hot half of a job, rewritten at every transition"},
  {table::job_ids,        "job_ids",        "uuid",                "number: sequence", "a job by its name"},
  {table::job_args,       "job_args",       "sequence + chunk",    "chunk of a spec",  "the cold half, written once, no value above 2000 bytes"},
  {table::live_jobs,      "live_jobs",      "sequence",            "empty",            "jobs that are not final: all that a start has to read"},
  {table::transient_jobs, "transient_jobs", "sequence",            "empty",            "jobs that the next start forgets"},
  {table::job_results,    "job_results",    "sequence",            "result",           "how the last attempt that ended did so"},
  {table::job_items,      "job_items",      "sequence + item",     "item failure",     "items that failed, by step number"},
  {table::job_outputs,    "job_outputs",    "sequence + name",     "output",           "what may be fetched: the bytes or the name of a file"},
  {table::output_order,   "output_order",   "output number",       "key: job_outputs", "outputs, oldest first"},
  {table::output_files,   "output_files",   "file name",           "key: job_outputs", "which output a file of outputs/ belongs to"},
  {table::completed,      "completed",      "completion",          "number: sequence", "final jobs, oldest completion first"},
  {table::resources,      "resources",      "key",                 "resource",         "patients, studies, series, instances with main tags"},
  {table::resource_ids,   "resource_ids",   "id + level",          "number: key",      "a resource by its name"},
  {table::children,       "children",       "parent + key",        "name: id",         "children of a resource in the order of arrival"},
  {table::levels,         "levels",         "level + key",         "name: id",         "resources of a level in the order of arrival"},
  {table::instances,      "instances",      "key",                 "instance",         "what only instances have: file, transfer syntax, origin"},
  {table::blobs,          "blobs",          "blob number",         "number: key",      "which resource a file of storage/ belongs to"},
  {table::trash,          "trash",          "'b' number | 'o' file name", "empty",     "files that are to be deleted"},
  {table::changes,        "changes",        "change sequence",     "change",           "what happened to resources, oldest first"},
  {table::job_index,      "job_index",      "'t' type 0 | 'l' lane 0 | 's' phase, + sequence", "empty", "jobs by type, by lane, by phase other than pending"},
  {table::job_attempts,   "job_attempts",   "sequence + number u32", "attempt",        "attempts that another one followed"},
  {table::job_events,     "job_events",     "event number",        "job event",        "what happened to jobs, oldest first"},
  {table::idempotency,    "idempotency",    "key",                 "idempotent job",   "which job an Idempotency-Key has made"},
  {table::idempotency_order, "idempotency_order", "expiry + key",  "empty",            "keys, the one that expires first before the others"},
  {table::lanes,          "lanes",          "name",                "lane",             "lanes that are paused or limited"},
  {table::modalities,     "modalities",     "name",                "text",             "modalities set over REST, as JSON"},
  {table::tag_index,      "tag_index",      "level + tag + folded value + kind + key", "empty", "resources by the values of the tags they are looked for by"},
  {table::resource_changes, "resource_changes", "key + change sequence", "empty",      "changes of a resource after its arrival"},
  {table::change_kinds,   "change_kinds",   "kind + change sequence", "empty",         "changes by kind, but for the arrival of instances"},
  {table::unstable,       "unstable",       "time + level + key",  "empty",            "resources that are not stable yet, by an update"},
  {table::recycling,      "recycling",      "time + key",          "empty",            "patients that may be recycled, by an update"},
  {table::exports,        "exports",        "export sequence",     "export",           "resources that were sent, oldest first"},
  {table::metadata,       "metadata",       "key + type u16",      "metadata",          "texts of a resource that are not in other records"},
  {table::attachments,    "attachments",    "key + type u16",      "attachment",        "files of a resource beside the instance's own"},
  {table::labels,         "labels",         "key + label",         "empty",             "labels of a resource"},
  {table::label_index,    "label_index",    "label 0 + level + key", "empty",           "resources by label"},
  {table::small_files,    "small_files",    "blob number + chunk", "chunk of a file",  "files that are too small for one of their own, no value above 2000 bytes"},
});
// clang-format on

inline constexpr std::size_t table_count = tables.size();

/// The row of a table.
constexpr const table_info& describe(table which) noexcept {
  return tables[static_cast<std::size_t>(which)];
}

/// Rows of `meta`.
namespace meta_row {
inline constexpr std::string_view format = "format";     ///< `u32`: version of the directory
inline constexpr std::string_view boot = "boot";         ///< `u32`: how often it was opened
inline constexpr std::string_view clean = "clean";       ///< `flag`: closed in order, not opened since
inline constexpr std::string_view counters = "counters"; ///< record: last numbers in use and totals
} // namespace meta_row

} // namespace troupe::persistence
