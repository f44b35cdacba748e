#include "core/log.hpp"

#include <troupe/error.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <utility>
#include <vector>

namespace troupe {

namespace {

using logger_pointer = std::shared_ptr<spdlog::logger>;

constexpr std::array levels{spdlog::level::trace, spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                            spdlog::level::err};

spdlog::level::level_enum level_of(log_level level) {
  return levels[static_cast<std::size_t>(level)];
}

logger_pointer make_logger(log_level least, const std::string& file) {
  std::vector<spdlog::sink_ptr> sinks{std::make_shared<spdlog::sinks::stderr_sink_mt>()};
  if (!file.empty())
    sinks.push_back(std::make_shared<spdlog::sinks::basic_file_sink_mt>(file));
  auto made = std::make_shared<spdlog::logger>("troupe", sinks.begin(), sinks.end());
  made->set_formatter(
    std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%fZ %l %v", spdlog::pattern_time_type::utc));
  made->set_level(level_of(least));
  made->flush_on(spdlog::level::trace); // what was logged before a crash is what explains it
  return made;
}

/// The logger in use; null once stopped.
class current_logger {
public:
  logger_pointer get() const {
    const std::lock_guard lock(mutex_);
    return logger_;
  }

  void set(logger_pointer next, log_level least) {
    const std::lock_guard lock(mutex_);
    logger_.swap(next);
    for (auto& each : parts_)
      each = least;
    set_least();
  }

  void set_level(log_category of, log_level least) {
    const std::lock_guard lock(mutex_);
    parts_[static_cast<std::size_t>(of)] = least;
    set_least();
  }

  log_level level(log_category of) const noexcept {
    return parts_[static_cast<std::size_t>(of)].load(std::memory_order_relaxed);
  }

  bool takes(log_level level) const noexcept { return level_of(level) >= least_.load(std::memory_order_relaxed); }

private:
  void set_least() {
    const auto least = level_of(*std::ranges::min_element(parts_, {}, [](const auto& each) { return each.load(); }));
    least_ = logger_ ? least : spdlog::level::off;
    if (logger_)
      logger_->set_level(least);
  }

  mutable std::mutex mutex_;
  std::array<std::atomic<log_level>, log_category_count> parts_{
    log_level::warning, log_level::warning, log_level::warning, log_level::warning,
    log_level::warning, log_level::warning, log_level::warning};
  logger_pointer logger_ = make_logger(log_level::warning, {});
  std::atomic<spdlog::level::level_enum> least_ = spdlog::level::warn; ///< so that lines not wanted cost no lock
};

current_logger& current() {
  static auto& only = *new current_logger; // never destroyed: what is destroyed at exit may still log
  return only;
}

log_category category_of(std::string_view component) {
  constexpr std::array<std::pair<std::string_view, log_category>, 7> known{{{"http", log_category::http},
                                                                            {"dicom", log_category::dicom},
                                                                            {"job", log_category::jobs},
                                                                            {"jobs", log_category::jobs},
                                                                            {"engine", log_category::jobs},
                                                                            {"store", log_category::sqlite},
                                                                            {"persistence", log_category::sqlite}}};
  for (const auto& [name, category] : known)
    if (name == component)
      return category;
  return log_category::generic;
}

/// One line, whatever the text holds.
void append_escaped(std::string& line, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code >= 0x20 && code != 0x7F)
      line += c;
    else if (c == '\n')
      line += "\\n";
    else
      line.append("\\x").append(1, digits[code >> 4]).append(1, digits[code & 0x0F]);
  }
}

} // namespace

void start_log(log_level least, const std::string& file) {
  try {
    current().set(make_logger(least, file), least);
  } catch (const spdlog::spdlog_ex&) {
    throw failure({error_code::cannot_write_file, "the log file " + file});
  }
}

void stop_log() {
  if (const auto logger = current().get())
    logger->flush();
  current().set(nullptr, log_level::error);
}

void set_log_level(log_category of, log_level least) {
  current().set_level(of, least);
}

log_level least_logged(log_category of) noexcept {
  return current().level(of);
}

bool logs(log_level level) noexcept {
  return current().takes(level);
}

void log(log_level level, std::string_view component, std::string_view text) {
  if (!logs(level) || level < least_logged(category_of(component)))
    return;
  std::string line;
  line.reserve(component.size() + text.size() + 1);
  append_escaped(line, component);
  line += ' ';
  append_escaped(line, text);
  if (const auto logger = current().get())
    logger->log(level_of(level), spdlog::string_view_t(line));
}

} // namespace troupe
