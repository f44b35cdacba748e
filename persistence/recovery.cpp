#include "persistence/recovery.hpp"

#include "persistence/file.hpp"
#include "persistence/keys.hpp"

#include <algorithm>
#include <cerrno>

namespace troupe::persistence {
namespace {

namespace fs = std::filesystem;

/// A value of `meta`; `fallback` where there is none yet.
template <class Decode, class Value>
Value load_meta(view rows, std::string_view name, Decode decode, Value fallback) {
  const auto bytes = rows.get(table::meta, name);
  if (!bytes) {
    return fallback;
  }
  const auto value = decode(*bytes);
  if (!value) {
    throw failure(error(error_code::database, "the record '" + std::string(name) + "' of the database is damaged"));
  }
  return *value;
}

void remove_or_throw(const fs::path& path) {
  if (!remove_file(path)) {
    throw_system_failure(errno, "cannot remove", path, error_code::cannot_write_file);
  }
}

/// Deletes what the trash names; what cannot be deleted stays in it.
void empty_trash(writer& by) {
  std::vector<std::string> done;
  for_each_with_prefix(by.rows(), table::trash, {}, [&](std::string_view key, std::string_view) {
    const auto file = trash_file(by.where, key);
    if (file.empty()) {
      by.rows().origin().note_undecodable(table::trash, key);
    } else if (remove_file(file)) {
      done.emplace_back(key);
    }
    return true;
  });
  for (const auto& key : done) {
    by.to.erase(table::trash, key);
  }
}

/// The subdirectories of `in` whose hexadecimal names, behind the digits of `in` itself, are not below `least`.
std::vector<fs::path> directories_from(const fs::path& in, std::uint64_t prefix, std::uint64_t least) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(in)) {
    const auto number = parse_hexadecimal(entry.path().filename().native());
    if (number && (prefix << 8 | *number) >= least && entry.symlink_status().type() == fs::file_type::directory) {
      found.push_back(entry.path());
    }
  }
  return found;
}

/// Only files from the low-water mark on can be without a row: older numbers were settled before it was written.
std::uint64_t remove_orphan_blobs(const writer& by) {
  const auto low_water = by.made.now.low_water_blob;
  std::uint64_t removed = 0;
  for (const auto& outer : directories_from(by.where.storage(), 0, low_water >> 16)) {
    const auto prefix = *parse_hexadecimal(outer.filename().native());
    for (const auto& inner : directories_from(outer, prefix, low_water >> 8)) {
      for (const auto& entry : fs::directory_iterator(inner)) {
        const auto number = by.where.blob_of(entry.path());
        if (number && *number >= low_water && !by.rows().contains(table::blobs, number_key(*number))) {
          remove_or_throw(entry.path());
          ++removed;
        }
      }
    }
  }
  return removed;
}

std::uint64_t remove_orphan_outputs(const writer& by) {
  std::uint64_t removed = 0;
  for (const auto& entry : fs::directory_iterator(by.where.outputs())) {
    if (!by.rows().contains(table::output_files, entry.path().filename().native())) {
      fs::remove_all(entry.path());
      ++removed;
    }
  }
  return removed;
}

void forget_transient_jobs(writer& by) {
  std::vector<job_sequence> forgotten;
  for_each_with_prefix(by.rows(), table::transient_jobs, {}, [&](std::string_view key, std::string_view) {
    if (const auto sequence = number_at(key)) {
      forgotten.push_back(*sequence);
    }
    return true;
  });
  for (const auto sequence : forgotten) {
    if (const auto job = load_job(by.rows(), sequence)) {
      erase_job(by, *job);
    }
  }
}

/// Reads every job that waits to go on, so that damage is known before anybody relies on them.
void check_live_jobs(view rows) {
  for_each_with_prefix(rows, table::live_jobs, {}, [&](std::string_view key, std::string_view) {
    if (const auto sequence = number_at(key)) {
      load_job(rows, *sequence);
    }
    return true;
  });
}

} // namespace

recovery_report recover(environment& in, writer& by) {
  by.to.open_tables(in);
  recovery_report report;
  auto& now = by.made.now;
  now = load_meta(by.rows(), meta_row::counters, decode_counters, counters{});
  report.boot_number = load_meta(by.rows(), meta_row::boot, decode_u32, std::uint32_t{0}) + 1;
  report.clean = load_meta(by.rows(), meta_row::clean, decode_flag, true);

  for (const auto& directory : {by.where.storage(), by.where.incoming(), by.where.outputs()}) {
    make_directory(directory);
  }
  empty_trash(by);
  report.orphans_removed = remove_orphan_blobs(by) + remove_orphan_outputs(by);
  for (const auto& entry : fs::directory_iterator(by.where.incoming())) {
    fs::remove_all(entry.path());
  }
  const auto format = load_meta(by.rows(), meta_row::format, decode_u32, format_version);
  if (format < 2) {
    build_job_index(by);
  }
  if (format < 3) {
    raise_resources(by);
    build_tag_index(by);
  }
  forget_transient_jobs(by);
  check_live_jobs(by.rows());
  report.undecodable = in.undecodable();

  now.low_water_blob = std::max(now.low_water_blob, now.last_blob + 1);
  by.to.put(table::meta, meta_row::format, encode_u32(format_version));
  by.to.put(table::meta, meta_row::boot, encode_u32(report.boot_number));
  by.to.put(table::meta, meta_row::clean, encode_flag(false));
  by.to.put(table::meta, meta_row::counters, encode(now));
  return report;
}

} // namespace troupe::persistence
