/// \file
/// `ResourceModification`: makes a changed copy of each instance below a patient, study or series. One step is one
/// instance: the copy comes into the index, and the source leaves it if it shall, in the transaction that moves the
/// cursor. New UIDs follow from the old ones and a key in the arguments.

#include "actors/jobs/builtin.hpp"
#include "actors/jobs/instances_of.hpp"
#include "actors/jobs/new_instance.hpp"
#include "core/json_reader.hpp"
#include "core/main_dicom_tags.hpp"
#include "core/uuid.hpp"
#include "dicom/derived_uid.hpp"
#include "dicom/identifiers.hpp"
#include "dicom/modification.hpp"
#include "dicom/modify.hpp"
#include "dicom/scan.hpp"
#include "persistence/blob_file.hpp"
#include "persistence/database.hpp"
#include "persistence/index_store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>

namespace troupe {

namespace {

using nlohmann::json;

constexpr const char* name = "ResourceModification";
constexpr dicom_tag patient_id = dicom::identifier_tags[0];

error refused(std::string why) {
  return {error_code::bad_request, std::move(why)};
}

std::optional<resource_level> level_of(const json& text) {
  for (const auto level : {resource_level::patient, resource_level::study, resource_level::series})
    if (text == std::string(to_text(level)))
      return level;
  return std::nullopt;
}

std::string_view value_of(const tag_values& values, dicom_tag tag) {
  const auto found = std::ranges::find(values, tag, &tag_value::tag);
  return found == values.end() ? std::string_view{} : std::string_view{found->value};
}

result<bool> flag_of(const json& request, const char* field, bool fallback) {
  const auto found = request.find(field);
  if (found == request.end())
    return fallback;
  if (!found->is_boolean())
    return error{error_code::bad_file_format, std::string("The field ") + field + " must be true or false"};
  return found->get<bool>();
}

// -- the plan ---------------------------------------------------------------------------------------------------------

/// What the request is about, while it is being checked.
struct asked {
  const persistence::read_transaction& from;
  persistence::resource source;
  persistence::resource patient;
  dicom::modification how;
  bool keep_source = true;
};

std::string new_patient_id(const asked& what) {
  const auto* const replaced = what.how.replaced(patient_id);
  return replaced != nullptr ? replaced->text : std::string(value_of(what.patient.tags, patient_id));
}

/// Whether the copies have the names of their sources.
bool in_place(const asked& what) {
  if (new_patient_id(what) != value_of(what.patient.tags, patient_id))
    return false;
  return std::ranges::all_of(std::array{resource_level::study, resource_level::series, resource_level::instance},
                             [&](resource_level level) {
                               const auto tag = dicom::identifier_tags[static_cast<std::size_t>(level)];
                               return what.how.replaced(tag) == nullptr && !what.how.regenerates(level);
                             });
}

result<void> check_in_place(const asked& what, bool overwrites) {
  if (in_place(what) && (!what.keep_source || !overwrites))
    return refused("Instances can only be modified in place if KeepSource and the option OverwriteInstances are true");
  return {};
}

/// Whether the patient has studies that are not modified.
bool has_other_studies(const asked& what) {
  return persistence::child_ids(what.from, what.patient.key).size() > 1;
}

// A study or series of a patient who is there must not say something else about them.
result<void> check_target_patient(const asked& what) {
  if (what.how.level == resource_level::patient)
    return {};
  const auto id = dicom::orthanc_ids(new_patient_id(what), "", "", "")[0];
  const auto target = persistence::find_resource(what.from, resource_level::patient, id);
  const bool stays = target && target->id == what.patient.id;
  if (!target || (stays && !has_other_studies(what)))
    return {};
  for (const auto& row : main_dicom_tags()) {
    if (row.level != resource_level::patient || row.tag == patient_id)
      continue;
    const auto* const replaced = what.how.replaced(row.tag);
    const auto there = value_of(target->tags, row.tag);
    if (replaced != nullptr ? replaced->text != there : !stays && !there.empty())
      return refused("The patient with that PatientID exists already: the tags of the patient must be replaced by the "
                     "values that are there");
  }
  return {};
}

json content_of(const orthanc_id& parent, resource_level level, std::size_t instances) {
  return {{"Description", "REST API"},
          {"InstancesCount", instances},
          {"FailedInstancesCount", 0},
          {"ParentResources", {parent.text()}},
          {"Resources", {{{"ID", parent.text()}, {"Type", to_text(level)}}}},
          {"IsAnonymization", false}};
}

persistence::resource patient_above(const persistence::read_transaction& from, persistence::resource below) {
  while (below.parent != 0)
    below = persistence::find_resource(from, below.parent).value();
  return below;
}

result<job_plan> plan_modification(const job_surroundings& around, const std::string& text) {
  const auto read = read_json(text, {}); // of bounded depth: it is written again below
  auto given = std::holds_alternative<json>(read) ? std::get<json>(read) : json();
  if (!given.is_object() || !given.contains("Request") || !given.contains("Level") || !given.contains("Resource"))
    return error{error_code::bad_file_format, "The arguments must have Level, Resource and Request"};
  const auto level = level_of(given["Level"]);
  const auto id =
    given["Resource"].is_string() ? orthanc_id::parse(given["Resource"].get<std::string>()) : std::nullopt;
  const auto from = around.database.read();
  auto source = level && id ? persistence::find_resource(from, *level, *id) : std::nullopt;
  if (!source)
    return error{error_code::unknown_resource, "There is no such resource"};
  auto& request = given["Request"];
  if (const auto& creator = around.settings.default_private_creator(); request.is_object() && !creator.empty())
    request.emplace("PrivateCreator", creator);
  auto how = dicom::parse_modification(request, *level);
  if (!how)
    return how.error();
  if (request.contains("Transcode"))
    return error{error_code::not_implemented, "Modified instances cannot be transcoded yet"};
  const auto keep_source = flag_of(request, "KeepSource", true);
  if (!keep_source)
    return keep_source.error();
  const auto permissive = flag_of(request, "Permissive", false);
  if (!permissive)
    return permissive.error();
  const asked what{from, *source, patient_above(from, *source), *std::move(how), *keep_source};
  if (auto checked = check_in_place(what, around.settings.overwrite() != overwrite_mode::never); !checked)
    return checked.error();
  if (auto checked = check_target_patient(what); !checked)
    return checked.error();
  job_plan plan;
  const auto found =
    jobs::instances_of(from, std::array{*id}, [&](const persistence::resource& instance, std::uint64_t) {
      plan.items.push_back(instance.id.text());
    });
  if (!found)
    return found.error();
  auto arguments = given;
  arguments["Key"] = random_uuid() + random_uuid(); // of the new UIDs: each repetition of a step makes the same ones
  plan.arguments = arguments.dump();
  plan.content = content_of(*id, *level, plan.items.size()).dump();
  return plan;
}

// -- the work ---------------------------------------------------------------------------------------------------------

class modification_work final : public job_work {
public:
  modification_work(const job_surroundings& around, const job_plan& plan)
    : around_(around),
      items_(plan.items),
      arguments_(json::parse(plan.arguments)),
      how_(dicom::parse_modification(arguments_.at("Request"), level_of(arguments_.at("Level")).value()).value()),
      key_(arguments_.at("Key")),
      keep_source_(arguments_.at("Request").value("KeepSource", true)),
      permissive_(arguments_.at("Request").value("Permissive", false)),
      content_(json::parse(plan.content)) {}

  step_result run(std::uint64_t number, step_context&) override {
    auto how = modify(number);
    if (number + 1 == items_.size() && how.what == step_result::kind::more)
      log_modification(how);
    return how;
  }

private:
  step_result modify(std::uint64_t number) {
    const auto id = *orthanc_id::parse(items_.at(number));
    const auto source = persistence::read_instance(around_.database, id, persistence::content_use::whole);
    if (!source) // a job that removes its sources finds those gone that it had done before it was resubmitted
      return item_failed({error_code::unknown_resource, "The instance was deleted meanwhile"},
                         permissive_ || !keep_source_);
    const auto made = dicom::modify(source->bytes(), how_, [this](resource_level level, std::string_view old) {
      return dicom::derived_uid(key_, level, old);
    });
    if (!made)
      return failed(made.error());
    const auto bytes = std::as_bytes(std::span(*made));
    auto summary = dicom::scan(bytes);
    if (!summary)
      return failed(summary.error());
    return store(id, bytes, *std::move(summary));
  }

  /// The log of changes learns of what was made.
  void log_modification(step_result& last) {
    const std::scoped_lock lock(mutex_);
    if (!content_.contains("ID"))
      return;
    if (!last.writes)
      last.writes = std::make_shared<batch>();
    last.writes->mutations.emplace_back(persistence::log_change{modification_of(how_.level), how_.level,
                                                                *orthanc_id::parse(content_["ID"].get<std::string>()),
                                                                around_.time.now()});
  }

  std::optional<persistence::instance_facts> facts_of(const orthanc_id& id) const {
    const auto from = around_.database.read();
    const auto found = persistence::find_resource(from, resource_level::instance, id);
    return found ? persistence::find_instance(from, found->key) : std::nullopt;
  }

  step_result store(const orthanc_id& source, std::span<const std::byte> file, instance_summary summary) {
    const auto id = summary.id(resource_level::instance);
    const bool removes = !keep_source_ && id != source;
    // Where another instance has that name and stays, the source must not go: nothing would be left of it.
    if (removes && around_.settings.overwrite() == overwrite_mode::never && facts_of(id))
      return failed({error_code::cannot_store_instance, "There is an instance of the new name already"});
    auto step = step_result::more();
    step.content = note_result(summary);
    step.writes = std::make_shared<batch>();
    const auto made = summary.ids;
    step.writes->mutations.emplace_back(
      jobs::write_instance(around_, file, std::move(summary), {"RestApi", arguments_.value("RemoteIP", "")}));
    note_origins(*step.writes, source, made);
    if (removes)
      step.writes->mutations.emplace_back(persistence::remove_resource{source, resource_level::instance});
    return step;
  }

  /// Copies that have names of their own say whose copies they are, from the level that is modified down.
  void note_origins(batch& writes, const orthanc_id& source, const std::array<orthanc_id, 4>& made) const {
    const auto from = around_.database.read();
    for (auto one = persistence::find_resource(from, resource_level::instance, source); one;
         one = persistence::find_resource(from, one->parent)) {
      const auto& id = made[static_cast<std::size_t>(one->level)];
      if (one->level >= how_.level && id != one->id)
        writes.mutations.emplace_back(persistence::put_metadata{
          id, one->level, metadata_type::modified_from, one->id.text(), {}, around_.time.now()});
    }
  }

  /// The content with the resource that the first instance makes; nothing after that.
  std::optional<std::string> note_result(const instance_summary& made) {
    const std::scoped_lock lock(mutex_);
    if (content_.contains("ID"))
      return std::nullopt;
    const auto id = made.id(how_.level).text();
    content_["ID"] = id;
    content_["Path"] = "/" + std::string(plural(how_.level)) + "/" + id;
    content_["Type"] = to_text(how_.level);
    content_["PatientID"] = made.id(resource_level::patient).text();
    return content_.dump();
  }

  step_result failed(const error& why) const { return item_failed(why, permissive_); }

  /// The number of failed items is the engine's: steps that run at the same time do not know of each other, and those
  /// of earlier attempts have made the rest of the content.
  static step_result item_failed(const error& why, bool goes_on) {
    auto step = goes_on ? step_result::more() : step_result::failed(why);
    step.item = item_failure{why, std::nullopt};
    return step;
  }

  const job_surroundings around_;
  const std::vector<std::string> items_;
  const json arguments_;
  const dicom::modification how_;
  const std::string key_;
  const bool keep_source_;
  const bool permissive_;
  std::mutex mutex_; // guards what follows: steps run at the same time
  json content_;
};

void narrow_modification(job_plan& plan) {
  auto content = json::parse(plan.content);
  content["InstancesCount"] = plan.items.size();
  content["FailedInstancesCount"] = 0;
  plan.content = content.dump();
}

} // namespace

job_type resource_modification_job(const job_surroundings& around) {
  return {.name = name,
          .doc = "Makes changed copies of the instances below a patient, study or series.",
          .effects = effect::local,
          .window = window_of(around, name),
          .plan = [around](const std::string& arguments) { return plan_modification(around, arguments); },
          .make_work = [around](const job_plan& plan) { return std::make_unique<modification_work>(around, plan); },
          .narrow = narrow_modification};
}

} // namespace troupe
