/// \file
/// `DicomModalityStore`: sends instances to a modality by C-STORE. One step is one instance; the association stays open
/// between the steps of an attempt.

#include "actors/jobs/builtin.hpp"
#include "actors/jobs/exports_of.hpp"
#include "actors/jobs/instances_of.hpp"
#include "actors/jobs/reach_modality.hpp"
#include "core/log.hpp"
#include "core/modality.hpp"
#include "dicom/association.hpp"
#include "persistence/blob_file.hpp"
#include "persistence/database.hpp"
#include "persistence/index_store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

namespace troupe {

namespace {

using dicom::network_condition;
using dicom::network_outcome;
using nlohmann::json;

/// How far ahead an attempt looks for what it has to propose to the peer, in instances and in kinds of them.
constexpr std::size_t look_ahead_items = 100'000;
constexpr std::size_t look_ahead_kinds = 40; // three contexts each at most, of 128

// The modality as it is now, with what the job wants differently.
result<modality> destination_of(const job_surroundings& around, const json& asked) {
  auto known = jobs::reach_modality(around, asked.at("Modality").get<std::string>());
  if (!known)
    return known;
  known->aet = asked.value("CalledAet", known->aet);
  known->host = asked.value("Host", known->host);
  known->port = asked.value("Port", known->port);
  known->local_aet = asked.value("LocalAet", known->local_aet);
  known->timeout_s = asked.value("Timeout", known->timeout_s);
  return known;
}

std::optional<dicom::move_originator> originator_in(const json& asked) {
  if (!asked.contains("MoveOriginatorAet"))
    return std::nullopt;
  return dicom::move_originator{asked.at("MoveOriginatorAet").get<std::string>(),
                                asked.at("MoveOriginatorID").get<std::uint16_t>()};
}

bool permissive_in(const json& asked) {
  return asked.value("Permissive", false);
}

std::vector<orthanc_id> resources_in(const json& asked) {
  std::vector<orthanc_id> resources;
  for (const auto& id : asked.at("Resources").get<json::array_t>())
    resources.push_back(orthanc_id::parse(id.get<std::string>()).value());
  return resources;
}

json content_of(const json& asked, const dicom::association_order& order, std::size_t instances) {
  json content{{"Description", "REST API"},
               {"InstancesCount", instances},
               {"FailedInstancesCount", 0},
               {"LocalAet", order.calling_aet},
               {"RemoteAet", order.called_aet}};
  const auto parents = asked.at("Resources").get<std::set<std::string>>();
  if (!parents.empty())
    content["ParentResources"] = parents;
  if (asked.contains("MoveOriginatorAet")) {
    content["MoveOriginatorAET"] = asked.at("MoveOriginatorAet");
    content["MoveOriginatorID"] = asked.at("MoveOriginatorID");
  }
  return content;
}

/// The chosen resources as `Content` shows them.
json shown(const persistence::read_transaction& from, const std::vector<orthanc_id>& resources) {
  auto all = json::array();
  for (const auto& id : resources)
    for (const auto level :
         {resource_level::patient, resource_level::study, resource_level::series, resource_level::instance})
      if (persistence::find_resource(from, level, id))
        all.push_back({{"ID", id.text()}, {"Type", to_text(level)}});
  return all;
}

result<job_plan> plan_store(const job_surroundings& around, const std::string& arguments) {
  const auto asked = json::parse(arguments);
  const auto destination = destination_of(around, asked);
  if (!destination)
    return destination.error();
  const auto order = jobs::order_for(*destination, around.settings);
  if (!order)
    return order.error();
  originator_in(asked); // throws if it cannot be read, as below
  permissive_in(asked);
  const auto resources = resources_in(asked);
  job_plan plan;
  const auto found =
    jobs::instances_of(around.database.read(), resources, [&](const persistence::resource& instance, std::uint64_t) {
      plan.items.push_back(instance.id.text());
    });
  if (!found)
    return found.error();
  plan.lane = std::string(jobs::modality_lane_prefix) + asked.at("Modality").get<std::string>();
  plan.arguments = arguments;
  auto content = content_of(asked, *order, plan.items.size());
  content["Resources"] = shown(around.database.read(), resources);
  plan.content = content.dump();
  return plan;
}

void narrow_store(job_plan& plan) {
  auto content = json::parse(plan.content);
  content["InstancesCount"] = plan.items.size();
  content["FailedInstancesCount"] = 0;
  plan.content = content.dump();
}

/// A stored instance, found in the index.
struct found_instance {
  persistence::stored_blob blob;
  dicom::presentation as;
};

class store_work final : public job_work {
public:
  store_work(const job_surroundings& around, const job_plan& plan, const json& asked, dicom::association_order order)
    : around_(around),
      items_(plan.items),
      content_(json::parse(plan.content)),
      asked_(asked),
      permissive_(permissive_in(asked)),
      peer_(std::move(order)),
      originator_(originator_in(asked)) {}

  step_result run(std::uint64_t number, step_context& context) override {
    if (!failed_)
      failed_ = context.failed_before();
    auto how = send(number, context);
    if (number == 0 && how.what == step_result::kind::more && around_.settings.log_exported_resources())
      how.writes = export_log();
    if (number + 1 == items_.size())
      peer_.release([&context] { return context.stop_requested(); });
    return how;
  }

private:
  step_result send(std::uint64_t number, step_context& context) {
    const auto instance = find(number);
    if (!instance)
      return item_failed({error_code::inexistent_item, "An instance was deleted meanwhile"}, std::nullopt);
    if (instance->as.sop_class.empty())
      return item_failed({error_code::no_sop_class_or_instance, "The instance names no SOP class"}, std::nullopt);
    auto answer = ask(number, *instance, context);
    // A peer that dies over one instance shall not end a permissive job. But it may as well have died by chance: if it
    // is still there, the instance gets another try before it counts as failed.
    if (permissive_ && answer.condition == network_condition::lost)
      answer = ask(number, *instance, context);
    if (const auto now = find(number);
        answer.condition == network_condition::unreadable && now && now->blob.number != instance->blob.number)
      return send(number, context); // another file has taken its place meanwhile
    return result_of(answer, number);
  }

  dicom::network_answer ask(std::uint64_t number, const found_instance& instance, step_context& context) {
    const auto stopped = [&context] { return context.stop_requested(); };
    if (peer_.connected() && !peer_.proposed(instance.as))
      peer_.release(stopped);
    if (!peer_.connected()) {
      const auto wanted = kinds_from(number, instance.as);
      if (auto answer = peer_.connect(wanted, stopped); !answer.good())
        return answer;
    }
    if (!instance.blob.compressed && !instance.blob.in_index) // DCMTK leaves large values on the disk
      return peer_.store(
        {.file = around_.database.blob_path(instance.blob.number), .as = instance.as, .originator = originator_},
        stopped);
    const auto content = content_of(number);
    if (!content)
      return unreadable();
    return peer_.store({.file = content->bytes(), .as = instance.as, .originator = originator_}, stopped);
  }

  std::optional<persistence::blob_content> content_of(std::uint64_t number) const {
    try {
      return persistence::read_instance(around_.database, *orthanc_id::parse(items_.at(number)));
    } catch (const failure& broken) {
      log(log_level::error, "modality-store", broken.why().details());
      return std::nullopt;
    }
  }

  static dicom::network_answer unreadable() {
    const auto& row = describe(network_condition::unreadable);
    return {.outcome = row.outcome, .why = {row.code, std::string(row.text)}, .condition = row.condition};
  }

  step_result result_of(const dicom::network_answer& answer, std::uint64_t number) {
    switch (answer.outcome) {
    case network_outcome::good:
      if (answer.status.value_or(0) != 0)
        log(log_level::warning, "modality-store", "A peer stored an instance with a warning: " + status_text(answer));
      return step_result::more();
    case network_outcome::stopped:
      return step_result::wait(); // so that the step is done again
    case network_outcome::unreachable:
      return step_result::unreachable(answer.why);
    default:
      break;
    }
    const bool because_of_the_instance = answer.status || answer.condition == network_condition::lost
                                         || answer.condition == network_condition::unreadable
                                         || answer.condition == network_condition::nameless
                                         || answer.condition == network_condition::no_presentation_context;
    if (!because_of_the_instance)
      return step_result::failed(answer.why);
    if (answer.condition == network_condition::unreadable && !find(number))
      return item_failed({error_code::inexistent_item, "An instance was deleted meanwhile"}, std::nullopt);
    return item_failed(answer.why, answer.status);
  }

  // A status or an unreadable instance: it ends the job unless failures of single instances are allowed.
  step_result item_failed(const error& why, std::optional<std::uint16_t> status) {
    auto how = permissive_ ? step_result::more() : step_result::failed(why);
    how.item = item_failure{why, status};
    content_["FailedInstancesCount"] = ++*failed_;
    how.content = content_.dump();
    return how;
  }

  static std::string status_text(const dicom::network_answer& answer) {
    return "status " + std::to_string(*answer.status) + (answer.comment.empty() ? "" : ", " + answer.comment);
  }

  std::shared_ptr<batch> export_log() const {
    auto writes = std::make_shared<batch>();
    writes->mutations.emplace_back(persistence::log_exports{jobs::exports_of(
      around_.database.read(), resources_in(asked_), asked_.at("Modality").get<std::string>(), around_.time.now())});
    return writes;
  }

  std::optional<found_instance> find(std::uint64_t number) const { return find_in(around_.database.read(), number); }

  std::optional<found_instance> find_in(const persistence::read_transaction& from, std::uint64_t number) const {
    const auto id = orthanc_id::parse(items_.at(number));
    const auto instance = id ? persistence::find_resource(from, resource_level::instance, *id) : std::nullopt;
    const auto facts = instance ? persistence::find_instance(from, instance->key) : std::nullopt;
    if (!facts)
      return std::nullopt;
    return found_instance{facts->blob, {facts->sop_class, facts->transfer_syntax}};
  }

  // What this instance and those behind it need. What does not fit is proposed by another association.
  std::vector<dicom::presentation> kinds_from(std::uint64_t number, const dicom::presentation& first) const {
    std::vector<dicom::presentation> kinds{first};
    const auto from = around_.database.read();
    const auto end = std::min(items_.size(), number + look_ahead_items);
    for (auto at = number + 1; at < end && kinds.size() < look_ahead_kinds; ++at)
      if (auto next = find_in(from, at);
          next && !next->as.sop_class.empty() && std::ranges::find(kinds, next->as) == kinds.end())
        kinds.push_back(std::move(next->as));
    return kinds;
  }

  job_surroundings around_;
  std::vector<std::string> items_;
  json content_;
  json asked_;
  bool permissive_;
  dicom::association peer_;
  std::optional<dicom::move_originator> originator_;
  std::optional<std::uint64_t> failed_; ///< instances, in this attempt and before
};

std::unique_ptr<job_work> make_store_work(const job_surroundings& around, const job_plan& plan) {
  const auto asked = json::parse(plan.arguments);
  const auto destination = destination_of(around, asked);
  if (!destination)
    throw failure(destination.error());
  auto order = jobs::order_for(*destination, around.settings);
  if (!order)
    throw failure(order.error());
  return std::make_unique<store_work>(around, plan, asked, *std::move(order));
}

} // namespace

job_type modality_store_job(const job_surroundings& around) {
  return {.name = "DicomModalityStore",
          .doc = "Sends instances to a modality by C-STORE.",
          .effects = effect::network,
          .pool = step_pool::io,
          .plan = [around](const std::string& arguments) { return plan_store(around, arguments); },
          .make_work = [around](const job_plan& plan) { return make_store_work(around, plan); },
          .probe = [around](const std::string& lane) { return jobs::probe_modality(around, lane); },
          .narrow = narrow_store};
}

} // namespace troupe
