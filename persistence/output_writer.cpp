#include "persistence/keys.hpp"
#include "persistence/writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace troupe::persistence {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_name_bytes = 255;
constexpr std::size_t max_inline_bytes = std::size_t{64} * 1024;

error refuse(const job_output& output, std::string_view why) {
  return {error_code::parameter_out_of_range, "output '" + output.name + "': " + std::string(why)};
}

/// Why a file cannot be an output; `success` if it can.
error check_file(const writer& by, const job_output& output, const fs::path& file) {
  if (file.parent_path() != by.where.outputs() || file.filename().native().size() > max_name_bytes) {
    return refuse(output, "its file does not lie in the directory of outputs");
  }
  std::error_code problem;
  if (!fs::is_regular_file(fs::symlink_status(file, problem))) {
    return {error_code::inexistent_file, "output '" + output.name + "' has no file"};
  }
  if (by.rows().contains(table::output_files, file.filename().native())) {
    return {error_code::duplicate_resource, "the file of output '" + output.name + "' belongs to an output already"};
  }
  return error_code::success;
}

std::string hexadecimal(std::uint64_t number) {
  std::array<char, 16> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number, 16).ptr};
}

std::uint64_t size_of(const job_output& output) {
  const auto* file = std::get_if<fs::path>(&output.body);
  return file ? fs::file_size(*file) : std::get<std::string>(output.body).size();
}

} // namespace

error check_outputs(const writer& by, const std::vector<job_output>& outputs) {
  for (auto output = outputs.begin(); output != outputs.end(); ++output) {
    if (output->name.empty() || output->name.size() > max_name_bytes) {
      return refuse(*output, "its name is empty or has more than 255 bytes");
    }
    const auto same = [&](const job_output& other) {
      return other.name == output->name || (output->body.index() == 1 && other.body == output->body);
    };
    if (std::any_of(outputs.begin(), output, same)) {
      return refuse(*output, "given twice");
    }
    const auto* file = std::get_if<fs::path>(&output->body);
    auto wrong = file ? check_file(by, *output, *file) : error(error_code::success);
    if (!file && std::get<std::string>(output->body).size() > max_inline_bytes) {
      wrong = refuse(*output, "more than 64 KiB must be a file");
    }
    if (wrong.code() != error_code::success) {
      return wrong;
    }
  }
  return error_code::success;
}

void put_outputs(writer& by, job_sequence sequence, const std::vector<job_output>& outputs, time_point at) {
  for (const auto& output : outputs) {
    if (const auto old = load_output(by.rows(), sequence, output.name)) {
      erase_output(by, sequence, *old);
    }
    numbered_output stored;
    stored.number = ++by.made.now.last_output;
    stored.output = {.name = output.name,
                     .media_type = output.media_type,
                     .filename = output.filename,
                     .size_bytes = size_of(output),
                     .etag = hexadecimal(stored.number) + '-'
                             + hexadecimal(static_cast<std::uint64_t>(at.time_since_epoch().count())),
                     .body = output.body};
    const auto key = named_key(sequence, output.name);
    if (auto* file = std::get_if<fs::path>(&stored.output.body)) {
      *file = file->filename();
      by.to.put(table::output_files, file->native(), encode_key(key));
      by.made.directories.insert(by.where.outputs());
    }
    by.to.append(table::job_outputs, key, encode(stored));
    by.to.append(table::output_order, number_key(stored.number), encode_key(key));
  }
}

void erase_output(writer& by, job_sequence sequence, const numbered_output& output) {
  by.to.erase(table::job_outputs, named_key(sequence, output.output.name));
  by.to.erase(table::output_order, number_key(output.number));
  if (const auto* file = std::get_if<fs::path>(&output.output.body)) {
    by.to.erase(table::output_files, file->native());
    discard_output_file(by, file->native());
  }
}

void erase_outputs(writer& by, job_sequence sequence) {
  std::vector<std::string> names;
  for_each_with_prefix(by.rows(), table::job_outputs, number_key(sequence),
                       [&](std::string_view key, std::string_view) {
                         names.emplace_back(key.substr(8));
                         return true;
                       });
  for (const auto& name : names) {
    if (const auto output = load_output(by.rows(), sequence, name)) {
      erase_output(by, sequence, *output);
    }
  }
}

} // namespace troupe::persistence
