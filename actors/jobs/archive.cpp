/// \file
/// `Archive`: writes the instances of patients, studies and series into one ZIP. One step is one instance (a large one
/// takes several calls of its step). The ZIP is an output of the job, or, for a synchronous call, a stream to the
/// client.

#include "actors/jobs/builtin.hpp"
#include "actors/jobs/instances_of.hpp"
#include "actors/jobs/output_file.hpp"
#include "core/log.hpp"
#include "core/output_stream.hpp"
#include "dicom/zip_layout.hpp"
#include "dicom/zip_writer.hpp"
#include "persistence/blob_file.hpp"
#include "persistence/database.hpp"
#include "persistence/index_store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <utility>

namespace troupe {

namespace {

using nlohmann::json;

constexpr std::size_t chunk_bytes = 1U << 20;
constexpr std::uint64_t mebibyte = 1U << 20;

json content_of(std::size_t instances, std::uint64_t bytes) {
  return {{"Description", "REST API"},
          {"InstancesCount", instances},
          {"UncompressedSizeMB", bytes / mebibyte},
          {"UncompressedSize", std::to_string(bytes)}};
}

std::string filename_in(const json& asked) {
  return asked.value("Filename", "archive.zip");
}

result<job_plan> plan_archive(const persistence::database& database, const std::string& arguments) {
  const auto asked = json::parse(arguments);
  filename_in(asked); // throws if it is no text
  std::vector<orthanc_id> resources;
  for (const auto& id : asked.at("Resources").get<json::array_t>())
    resources.push_back(orthanc_id::parse(id.get<std::string>()).value());
  std::uint64_t bytes = 0;
  job_plan plan;
  const auto found =
    jobs::instances_of(database.read(), resources, [&](const persistence::resource& instance, std::uint64_t size) {
      plan.items.push_back(instance.id.text());
      bytes += size;
    });
  const auto instances = plan.items.size();
  if (!found)
    return found.error();
  if (plan.items.empty())
    plan.items.emplace_back(); // an empty ZIP has to be written too
  plan.arguments = arguments;
  plan.content = content_of(instances, bytes).dump();
  return plan;
}

/// An instance being added.
struct open_entry {
  persistence::blob_content content;
  std::size_t added = 0;
};

class archive_work final : public job_work {
public:
  archive_work(const persistence::database& database, const job_plan& plan)
    : database_(database),
      items_(plan.items),
      content_(json::parse(plan.content)),
      filename_(filename_in(json::parse(plan.arguments))) {}

  step_result run(std::uint64_t number, step_context& context) override {
    if (!entry_ && !skipped_)
      begin_entry(items_.at(number));
    while (entry_ && entry_->added < entry_->content.bytes().size()) {
      if (context.stop_requested() || !deliver(context))
        return blocked(context);
      const auto rest = entry_->content.bytes().subspan(entry_->added);
      const auto piece = rest.first(std::min(rest.size(), chunk_bytes));
      zip_.add(piece);
      entry_->added += piece.size();
    }
    const bool last = number + 1 == items_.size();
    if (last && !finished_) {
      zip_.finish();
      finished_ = true;
    }
    if (!deliver(context))
      return blocked(context);
    entry_.reset();
    skipped_ = false;
    return last ? complete(context) : step_result::more();
  }

private:
  // An instance may be deleted at any moment.
  void begin_entry(const std::string& item) {
    skipped_ = item.empty();
    if (skipped_)
      return;
    const auto id = *orthanc_id::parse(item);
    auto content = persistence::read_instance(database_, id, persistence::content_use::whole);
    const auto from = database_.read();
    const auto instance = persistence::find_resource(from, resource_level::instance, id);
    const auto facts = instance ? persistence::find_instance(from, instance->key) : std::nullopt;
    if (content && facts) {
      entry_ = open_entry{*std::move(content)};
      zip_.begin_entry(name_of(from, *instance, *facts), entry_->content.bytes().size());
      return;
    }
    log(log_level::warning, "archive", "An instance was deleted meanwhile and is left out");
    skipped_ = true;
  }

  std::string name_of(const persistence::read_transaction& from, const persistence::resource& instance,
                      const persistence::instance_facts& facts) {
    if (!series_ || series_->key != instance.parent) {
      series_ = persistence::find_resource(from, instance.parent).value();
      study_ = persistence::find_resource(from, series_->parent).value();
      patient_ = persistence::find_resource(from, study_->parent)->id;
    }
    return layout_.entry_name(patient_, study_->id, series_->id, study_->patient_tags, study_->tags, series_->tags,
                              facts.index_in_series);
  }

  // Passes on what the ZIP has produced. False if there is no room for it now, or nobody to take it.
  bool deliver(step_context& context) {
    auto* const stream = context.stream();
    if (stream == nullptr) {
      file_.add(zip_.take(), context);
      return true;
    }
    if (!stream->writable())
      return false;
    if (auto bytes = zip_.take(); !bytes.empty()) {
      sent_bytes_ += bytes.size();
      stream->write(std::move(bytes));
    }
    return !stream->abandoned();
  }

  static step_result blocked(step_context& context) {
    if (auto* const stream = context.stream()) {
      if (stream->abandoned())
        return step_result::failed({error_code::network_protocol, "The client went away during the download"});
      stream->when_writable(context.waker());
    }
    return step_result::wait();
  }

  step_result complete(step_context& context) {
    auto end = step_result::done();
    const bool streamed = context.stream() != nullptr;
    const auto size = streamed ? sent_bytes_ : file_.size_bytes();
    content_["ArchiveSizeMB"] = size / mebibyte;
    content_["ArchiveSize"] = std::to_string(size);
    end.content = content_.dump();
    if (!streamed)
      end.outputs.push_back({"archive", "application/zip", filename_, file_.close()});
    return end;
  }

  const persistence::database& database_;
  std::vector<std::string> items_;
  json content_;
  std::string filename_;
  dicom::zip_writer zip_;
  dicom::zip_layout layout_;
  jobs::output_file file_;
  std::optional<open_entry> entry_;
  bool skipped_ = false;
  bool finished_ = false;
  std::uint64_t sent_bytes_ = 0;
  std::optional<persistence::resource> series_;
  std::optional<persistence::resource> study_;
  orthanc_id patient_;
};

} // namespace

job_type archive_job(const job_surroundings& around) {
  const auto& database = around.database;
  return {.name = "Archive",
          .doc = "Writes the instances of patients, studies and series into one ZIP.",
          .effects = effect::output,
          .plan = [&database](const std::string& arguments) { return plan_archive(database, arguments); },
          .make_work = [&database](const job_plan& plan) { return std::make_unique<archive_work>(database, plan); }};
}

} // namespace troupe
