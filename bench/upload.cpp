#include "bench/scenarios.hpp"
#include "bench/synthetic.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace troupe::bench {

namespace asio = boost::asio;

namespace {

asio::awaitable<std::uint64_t> post_instance(client& over, std::string bytes) {
  request what;
  what.method = boost::beast::http::verb::post;
  what.target = "/instances";
  what.content_type = "application/dicom";
  what.body = std::move(bytes);
  const response got = co_await over.ask_well(what);
  co_return what.body.size() + got.body.size();
}

std::vector<std::string> files_below(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file())
      paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> all;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
      throw std::runtime_error("cannot read " + path.string());
    all.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  if (all.empty())
    throw std::runtime_error("no files in " + directory.string());
  return all;
}

} // namespace

report upload(load_settings how, const upload_source& from) {
  if (from.directory.empty()) {
    const synthetic_files files(from.pixel_bytes, from.instances_per_series);
    const operation one = [&](client& over, std::uint64_t index) { return post_instance(over, files.file(index)); };
    return {"upload", how, run_load(how, one), {}};
  }
  const std::vector<std::string> files = files_below(from.directory);
  if (how.count == 0)
    how.count = files.size();
  const operation one = [&](client& over, std::uint64_t index) {
    return post_instance(over, files[index % files.size()]);
  };
  return {"upload", how, run_load(how, one), {}};
}

} // namespace troupe::bench
