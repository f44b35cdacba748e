#include "app/read_configuration.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace troupe::app {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t file_size_max = 16 << 20;

error unusable(const fs::path& path, const char* why) {
  return {error_code::regular_file_expected, path.string() + ": " + why};
}

result<configuration_text> read_file(const fs::path& path) {
  std::error_code failed;
  if (!fs::is_regular_file(path, failed))
    return unusable(path, "is not a regular file");
  if (fs::file_size(path, failed) > file_size_max || failed)
    return unusable(path, "is larger than 16 MiB");
  std::ifstream stream(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(stream), {});
  if (!stream)
    return error{error_code::inexistent_file, path.string() + ": cannot be read"};
  return configuration_text{path.string(), std::move(text)};
}

result<std::vector<fs::path>> files_of(const fs::path& path) {
  std::error_code failed;
  if (!fs::exists(path, failed))
    return error{error_code::inexistent_file, path.string() + ": does not exist"};
  if (!fs::is_directory(path, failed))
    return std::vector{path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(path, failed))
    if (entry.path().extension() == ".json")
      files.push_back(entry.path());
  if (failed)
    return error{error_code::inexistent_file, path.string() + ": cannot be read"};
  if (files.empty())
    return unusable(path, "a directory without *.json");
  std::ranges::sort(files);
  return files;
}

} // namespace

result<std::vector<configuration_text>> read_configuration_files(const std::vector<fs::path>& paths) {
  std::vector<configuration_text> texts;
  for (const auto& path : paths) {
    const auto files = files_of(path);
    if (!files)
      return files.error();
    for (const auto& file : *files) {
      auto text = read_file(file);
      if (!text)
        return text.error();
      texts.push_back(std::move(*text));
    }
  }
  return texts;
}

environment process_environment() {
  environment variables;
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
    const std::string_view variable(*at);
    const auto name_end = variable.find('=');
    if (name_end != std::string_view::npos)
      variables.emplace(variable.substr(0, name_end), variable.substr(name_end + 1));
  }
  return variables;
}

result<std::vector<std::string>> read_configuration(option_list& options, const std::vector<fs::path>& paths) {
  const auto files = read_configuration_files(paths);
  if (!files)
    return files.error();
  return configure(options, *files, process_environment());
}

} // namespace troupe::app
