#include "http/upload.hpp"

#include "core/log.hpp"
#include "dicom/scan.hpp"
#include "http/upload_files.hpp"

#include <nlohmann/json.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace troupe::http {
namespace {

using nlohmann::json;
using persistence::add_instance;
using persistence::instance_facts;

constexpr std::uint64_t mib = 1024 * 1024;
/// What of a list of files is written before its index entries are committed, and before other requests get the thread.
constexpr std::size_t files_at_once = 32;
constexpr std::uint64_t bytes_at_once = 32 * mib;

json upload_json(const instance_summary& stored, const persistence::instance_added& how) {
  return {{"ID", stored.id(resource_level::instance).text()},
          {"Path", "/instances/" + stored.id(resource_level::instance).text()},
          {"Status", how.already_stored ? "AlreadyStored" : "Success"},
          {"ParentPatient", stored.id(resource_level::patient).text()},
          {"ParentStudy", stored.id(resource_level::study).text()},
          {"ParentSeries", stored.id(resource_level::series).text()}};
}

// -- one file ---------------------------------------------------------------------------------------------------------

/// The file stored under a new number. Throws `failure`; nothing is left of it then.
persistence::stored_content store(const exchange& with, const upload_file& file) {
  auto how = persistence::storing_by(with.server().options());
  how.received = file.file();
  how.was_read = [&](std::span<const std::byte> piece) { file.of->release(piece); };
  return with.server().store_content(file.bytes, how);
}

/// A file that is stored and can be committed. Throws `failure`.
result<add_instance> ready(const exchange& with, const upload_file& file) {
  auto scanned = dicom::scan(file.bytes);
  if (!scanned)
    return scanned.error();
  auto stored = store(with, file);
  instance_facts facts{.blob = std::move(stored.blob),
                       .transfer_syntax = scanned->transfer_syntax,
                       .sop_class = scanned->sop_class,
                       .pixel_data_offset = scanned->pixel_data_offset,
                       .pixel_data_vr = scanned->pixel_data_vr,
                       .index_in_series = scanned->index_in_series,
                       .received = with.server().clock().now(),
                       .origin = "RestApi",
                       .remote_ip = with.head().remote_address};
  return add_instance{*std::move(scanned), std::move(facts), with.server().options().overwrite(),
                      std::move(stored.content)};
}

/// Calls `work`; where it throws because of the disk, that is the answer.
template <class Work>
void answering_for_the_disk(const exchange& with, Work work) {
  try {
    work();
  } catch (const failure& failed) {
    with.respond_error(failed.why());
  }
}

/// Answers for a file that was stored; `good` is the answer if it is a new one.
void answer_for_one(const exchange& with, const instance_summary& what, const persistence::stored_blob& blob,
                    reply& good, const persistence::commit_answer& answer) {
  if (!answer) {
    drop_unless_written(with.server(), blob, answer.error());
    with.respond_error(answer.error());
  } else if (std::get<persistence::instance_added>(answer->at(0)).already_stored) {
    with.respond_json(upload_json(what, {.already_stored = true}));
  } else {
    with.respond(std::move(good));
  }
}

void store_one(const exchange& with, const upload_file& file) {
  const auto begin = with.server().clock().steady();
  auto instance = ready(with, file);
  if (!instance) {
    with.respond_error(instance.error());
    return;
  }
  auto finish = [with, begin, summary = instance->summary, blob = instance->facts.blob,
                 good =
                   json_reply(upload_json(instance->summary, {}))](const persistence::commit_answer& answer) mutable {
    const std::chrono::duration<double, std::milli> took = with.server().clock().steady() - begin;
    with.server().metrics().store_dicom_duration_ms.observe(took.count());
    answer_for_one(with, summary, blob, good, answer);
  };
  const auto change = std::make_shared<batch>();
  change->mutations.emplace_back(*std::move(instance));
  if (with.body().file() == nullptr)
    with.server().commit_briefly(change, std::move(finish));
  else // a file is removed with the request, which takes longer
    with.server().commit(change, std::move(finish));
}

// -- many files -------------------------------------------------------------------------------------------------------

/// `then` gets the object of the reply, or why there is none.
void commit(const exchange& with, add_instance what, std::function<void(result<json>)> then) {
  auto stored = what.summary;
  const auto blob = what.facts.blob;
  const auto change = std::make_shared<batch>();
  change->mutations.emplace_back(std::move(what));
  with.server().commit(change, [&server = with.server(), blob, stored = std::move(stored),
                                then = std::move(then)](const persistence::commit_answer& answer) {
    if (!answer)
      drop_unless_written(server, blob, answer.error());
    if (answer)
      then({boost::system::in_place_value, upload_json(stored, std::get<persistence::instance_added>(answer->at(0)))});
    else
      then(answer.error());
  });
}

/// Stores the files of one request, some at a time.
class list_upload : public std::enable_shared_from_this<list_upload> {
public:
  list_upload(exchange with, upload_files files) : with_(std::move(with)), files_(std::move(files)) {}

  /// On a cpu thread.
  void go_on();

private:
  bool prepare(std::vector<add_instance>& some);
  void commit_all(std::vector<add_instance> some);
  bool note(std::size_t at, result<json> stored);
  void finish();

  const exchange with_;
  upload_files files_;
  json stored_ = json::array();
  std::uint64_t passed_over_ = 0;
  std::optional<error> refused_; ///< ends it, after what is being committed
  std::size_t awaited_ = 0;      ///< commits under way
  std::mutex mutex_;             ///< while some are: for what they answer
};

void list_upload::go_on() {
  std::vector<add_instance> some;
  bool more = false;
  try {
    more = prepare(some);
  } catch (const failure& failed) {
    refused_ = failed.why();
  }
  if (!some.empty())
    commit_all(std::move(some)); // which goes on
  else if (!refused_ && more)
    with_.on_cpu([self = shared_from_this()](const exchange&) { self->go_on(); });
  else
    finish();
}

/// Makes the next files ready; false behind the last one, and where one is refused.
bool list_upload::prepare(std::vector<add_instance>& some) {
  std::uint64_t bytes = 0;
  for (std::size_t count = 0; count < files_at_once && bytes < bytes_at_once; ++count) {
    auto file = files_.next();
    if (!file) {
      refused_ = file.error();
      return false;
    }
    if (!*file)
      return false;
    bytes += (*file)->bytes.size();
    auto instance = ready(with_, **file);
    if (instance) {
      some.push_back(*std::move(instance));
    } else if ((*file)->may_be_other) {
      ++passed_over_;
    } else {
      refused_ = instance.error();
      return false;
    }
  }
  return true;
}

/// The answers come in any order, on several threads at a time.
void list_upload::commit_all(std::vector<add_instance> some) {
  awaited_ = some.size();
  auto place = stored_.size();
  stored_.get_ref<json::array_t&>().resize(place + some.size());
  for (auto& each : some)
    commit(with_, std::move(each), [self = shared_from_this(), at = place++](result<json> stored) {
      if (!self->note(at, std::move(stored)))
        return;
      if (self->refused_)
        self->finish();
      else
        self->with_.on_cpu([self](const exchange&) { self->go_on(); });
    });
}

/// True for the last one that was awaited.
bool list_upload::note(std::size_t at, result<json> stored) {
  const std::lock_guard lock(mutex_);
  if (stored)
    stored_[at] = *std::move(stored);
  else if (!refused_)
    refused_ = stored.error();
  return --awaited_ == 0;
}

void list_upload::finish() {
  if (passed_over_ != 0)
    log(log_level::info, "http",
        "Members of a ZIP that cannot be stored as DICOM were passed over: " + std::to_string(passed_over_));
  if (refused_)
    with_.respond_error(*refused_);
  else
    with_.respond_json(stored_);
}

// -- the request ------------------------------------------------------------------------------------------------------

unpacking_place place_of(const services& server) {
  unpacking_place place{server.database().incoming_directory(), {}};
  if (const auto most = server.options().maximum_file_size_in_archive_mb(); most != 0)
    place.limits.file_bytes = static_cast<std::uint64_t>(most) * mib;
  return place;
}

void store(const exchange& with) {
  auto files = upload_files::open(with.whole(), place_of(with.server()));
  if (!files) {
    with.respond_error(files.error());
    return;
  }
  if (files->several()) {
    with.on_cpu([all = std::make_shared<list_upload>(with, *std::move(files))](const exchange&) { all->go_on(); });
    return;
  }
  const auto only = files->next();
  if (only)
    store_one(with, **only);
  else
    with.respond_error(only.error());
}

/// Taking in what is no larger than a small file and not packed takes less than passing it to another thread.
bool is_small(const exchange& with) {
  return with.body().bytes().size() <= persistence::small_file_bytes && !with.head().header("content-encoding");
}

} // namespace

void take_upload(exchange& with) {
  if (with.body().bytes().empty()) {
    with.respond_error({error_code::bad_file_format, "The body is empty"});
    return;
  }
  const auto store_all = [](const exchange& later) { answering_for_the_disk(later, [&] { store(later); }); };
  if (is_small(with))
    store_all(with);
  else
    with.on_cpu(store_all);
}

} // namespace troupe::http
