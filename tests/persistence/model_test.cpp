#include "fixture.hpp"
#include "persistence/blob_file.hpp"
#include "persistence/change_store.hpp"
#include "persistence/item_store.hpp"
#include "persistence/job_query.hpp"
#include "persistence/writer.hpp"
#include "raw.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>

namespace troupe::persistence::testing {

BOOST_AUTO_TEST_SUITE(model)

namespace {

using level = resource_level;

constexpr auto note_type = static_cast<metadata_type>(1024);
constexpr auto photo_type = static_cast<attachment_type>(1024);

/// What the database should hold, the simple way.
struct expectation {
  struct job {
    job_row row;
    std::vector<std::string> items;
    std::set<std::uint64_t> failed;
    std::optional<std::string> details;
    std::vector<std::uint32_t> attempts;
  };

  struct event {
    job_sequence sequence;
    job_phase phase;
    bool removed;
    friend bool operator==(const event&, const event&) = default;
  };

  struct instance {
    place where;
    blob_number blob;
    std::uint64_t size;
  };

  std::map<job_sequence, job> jobs;
  std::vector<job_sequence> completed;                             ///< oldest first
  std::vector<std::pair<job_sequence, std::string>> outputs;       ///< oldest first
  std::vector<instance> instances;                                 ///< in the order of arrival
  std::vector<event> events;                                       ///< oldest first
  std::map<std::string, std::pair<job_sequence, time_point>> keys; ///< with the job and the expiry
  std::map<std::string, lane_setting> lanes;

  struct change {
    change_kind kind;
    level at;
    std::uint64_t of; ///< number of its place
    friend bool operator==(const change&, const change&) = default;
  };

  /// A patient, study or series.
  struct family {
    std::int64_t updated = 0; ///< as the clock of the test counts
    bool stable = false;
    bool is_protected = false;   ///< of a patient
    std::int64_t recyclable = 0; ///< of a patient: when it came to the end of the order
    place where;
  };

  /// What belongs to a resource.
  struct belongings {
    place where;
    std::optional<metadata_value> note;
    std::optional<std::uint64_t> photo_bytes;
    std::uint64_t photo_revision = 0;
    std::set<std::string> labels;
  };

  std::vector<change> changes;                                 ///< oldest first
  std::map<std::pair<level, std::uint64_t>, belongings> items; ///< by level and number of the place
  std::map<std::pair<level, std::uint64_t>, family> families;  ///< by level and number of the place
  std::uint64_t exports = 0;

  void forget_changes(level at, std::uint64_t of) {
    std::erase_if(changes, [&](const change& one) { return one.at == at && one.of == of; });
  }

  bool has(level at, std::uint64_t number) const {
    return std::ranges::any_of(instances, [&](const instance& one) { return one.where.number(at) == number; });
  }

  std::uint64_t bytes() const {
    std::uint64_t sum = 0;
    for (const auto& one : instances) {
      sum += one.size;
    }
    for (const auto& [name, one] : items) {
      sum += one.photo_bytes.value_or(0);
    }
    return sum;
  }

  /// What a removal of the instances below a resource would free.
  std::uint64_t bytes_below(level at, std::uint64_t number) const {
    auto without = *this;
    without.forget(at, number);
    return bytes() - without.bytes();
  }

  std::uint64_t photos() const {
    return static_cast<std::uint64_t>(
      std::ranges::count_if(items, [](const auto& one) { return one.second.photo_bytes.has_value(); }));
  }

  std::uint64_t patients() const {
    return static_cast<std::uint64_t>(
      std::ranges::count_if(families, [](const auto& one) { return one.first.first == level::patient; }));
  }

  /// Removes the instances below a resource, and what that leaves empty.
  std::size_t forget(level at, std::uint64_t number) {
    for (const auto& one : instances) {
      if (one.where.number(at) == number) {
        forget_changes(level::instance, one.where.number(level::instance));
      }
    }
    const auto gone = std::erase_if(instances, [&](const auto& one) { return one.where.number(at) == number; });
    std::erase_if(families, [&](const auto& one) {
      const auto [family_level, family_number] = one.first;
      if (has(family_level, family_number)) {
        return false;
      }
      forget_changes(family_level, family_number);
      return true;
    });
    std::erase_if(items, [&](const auto& one) { return !has(one.first.first, one.first.second); });
    return gone;
  }

  void note(const job_row& row, bool removed = false) { events.push_back({row.sequence, row.phase, removed}); }

  void forget_outputs(job_sequence sequence) {
    std::erase_if(outputs, [&](const auto& output) { return output.first == sequence; });
  }

  void forget_job(job_sequence sequence) {
    const auto found = jobs.find(sequence);
    if (found == jobs.end()) {
      return;
    }
    note(found->second.row, true);
    jobs.erase(found);
    std::erase(completed, sequence);
    forget_outputs(sequence);
  }

  std::vector<orthanc_id> ids(level at) const {
    std::vector<orthanc_id> found;
    for (const auto& one : instances) {
      if (std::ranges::find(found, one.where.id(at)) == found.end()) {
        found.push_back(one.where.id(at));
      }
    }
    return found;
  }
};

/// Random changes, made to both.
class both {
  using checks_list = std::vector<std::function<void(const outcome&)>>;

public:
  explicit both(std::uint64_t seed) : random_(seed) {
    if (seed % 3 != 0) {
      limits_ = {.bytes = 4000, .patients = 2, .recycle = seed % 3 == 1};
    }
    open();
  }

  void open() {
    db_.reset();
    db_ = std::make_unique<database>(in_.path());
    db_->limit(limits_);
  }

  void change() {
    std::vector<mutation> mutations;
    checks_list checks;
    const auto saved = expected_;
    for (auto left = 1 + below(4); left > 0; --left) {
      add_random(mutations, checks);
    }
    const bool spoil = full_ || below(8) == 0;
    if (spoil && !full_) {
      mutations.emplace_back(new_job(0));
    }
    full_ = false;
    const auto answer = commit(*db_, {mutations});
    BOOST_REQUIRE(answer.has_value() != spoil);
    if (spoil) {
      expected_ = saved;
      std::ranges::for_each(new_blobs_, [&](blob_number blob) { db_->drop_blob(blob); });
    }
    new_blobs_.clear();
    for (std::size_t i = 0; !spoil && i < checks.size(); ++i) {
      checks[i]((*answer)[i]);
    }
  }

  void compare() {
    compare_jobs();
    compare_resources();
    compare_tag_index();
    compare_families();
    compare_changes();
    compare_items();
    const auto in_index = view(db_->read()).count(table::small_files); // each of them is one chunk
    const auto files = files_in(in_.path() / "storage") + in_index;
    BOOST_REQUIRE(files == expected_.instances.size() + expected_.photos());
  }

  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

private:
  job_sequence some_job() { return 1 + below(last_ + 1); }

  static auto must_be(bool effective) {
    return [effective](const outcome& one) { BOOST_REQUIRE(was_effective(one) == effective); };
  }

  static auto must_have(std::uint64_t revision) {
    return [revision](const outcome& one) { BOOST_REQUIRE(std::get<item_written>(one).revision == revision); };
  }

  void add_random(std::vector<mutation>& to, checks_list& checks) {
    switch (full_ ? 10 : below(18)) {
    case 15:
      return change_metadata(to, checks);
    case 16:
      return change_an_attachment(to, checks);
    case 17:
      return change_a_label(to, checks);
    case 11:
      return protect_a_patient(to, checks);
    case 12:
      return settle(to, checks);
    case 13:
      return log_a_change(to, checks);
    case 14:
      return log_or_clear(to, checks);
    case 10:
      return set_a_lane(to, checks);
    case 0:
    case 1:
      return add_a_job(to, checks);
    case 2:
    case 3:
      return update_a_job(to, checks);
    case 4:
      return advance_a_job(to, checks);
    case 5:
      return remove_or_trim(to, checks);
    case 6:
    case 7:
    case 8:
      return add_an_instance(to, checks);
    default:
      return remove_a_resource(to, checks);
    }
  }

  void add_a_job(std::vector<mutation>& to, checks_list& checks) {
    auto added = new_job(++last_);
    added.spec.items.assign(below(100), std::string(below(300), 'i'));
    added.row.type = below(2) == 0 ? "Archive" : "Move";
    added.row.lane = std::string(1, static_cast<char>('a' + below(3)));
    if (below(2) == 0) {
      give_key(added);
    }
    expected_.jobs[last_] = {added.row, added.spec.items, {}, {}, {}};
    expected_.note(added.row);
    to.emplace_back(std::move(added));
    checks.push_back(must_be(true));
  }

  /// A key that is free for the job, or will be swept by it.
  void give_key(add_job& added) {
    added.row.created += std::chrono::hours{below(30)} + std::chrono::hours{last_};
    const auto key = "key " + std::to_string(below(6));
    const auto found = expected_.keys.find(key);
    if (found != expected_.keys.end() && found->second.second > added.row.created) {
      return;
    }
    std::erase_if(expected_.keys, [&](const auto& one) { return one.second.second <= added.row.created; });
    added.idempotency_key = key;
    expected_.keys[key] = {added.row.sequence, added.row.created + std::chrono::hours{24}};
  }

  void set_a_lane(std::vector<mutation>& to, checks_list& checks) {
    const lane_setting lane{std::string(1, static_cast<char>('a' + below(3))), static_cast<std::uint32_t>(below(2)),
                            below(2) == 0};
    expected_.lanes.erase(lane.name);
    if (lane.limit != 0 || lane.paused) {
      expected_.lanes[lane.name] = lane;
    }
    to.emplace_back(put_lane{lane});
    checks.push_back(must_be(true));
  }

  void update_a_job(std::vector<mutation>& to, checks_list& checks) {
    const auto sequence = some_job();
    update_job update{row_of(sequence, static_cast<job_phase>(below(10))), below(5) == 0, {}, {}};
    update.row.epoch = below(3);
    const auto found = expected_.jobs.find(sequence);
    if (found != expected_.jobs.end()) {
      update.row.created = found->second.row.created;
      update.row.type = found->second.row.type;
      update.row.lane = found->second.row.lane;
      if (below(2) == 0) {
        update.attempt.emplace();
        update.attempt->number = static_cast<std::uint32_t>(found->second.attempts.size() + 1);
      }
    }
    if (below(2) == 0) {
      update.result = job_result{std::to_string(below(100)), {}};
    }
    if (below(3) == 0) {
      update.outputs = {{"report", "text/plain", "", std::to_string(below(100))}};
    }
    checks.push_back(must_be(found != expected_.jobs.end()));
    if (found != expected_.jobs.end()) {
      expect_update(found->second, update);
    }
    to.emplace_back(std::move(update));
  }

  void expect_update(expectation::job& job, const update_job& update) {
    const auto sequence = update.row.sequence;
    const auto was = job.row;
    job.row = update.row;
    expected_.note(job.row);
    if (update.attempt) {
      job.attempts.push_back(update.attempt->number);
    }
    job.row.cursor = update.restart ? 0 : was.cursor;
    if (update.restart) {
      job.failed.clear();
      job.details.reset();
      expected_.forget_outputs(sequence);
    }
    if (update.result) {
      job.details = update.result->error_details;
    }
    if (!update.outputs.empty()) {
      expected_.forget_outputs(sequence);
      expected_.outputs.emplace_back(sequence, std::get<std::string>(update.outputs[0].body));
    }
    if (is_final(was.phase) && !is_final(job.row.phase)) {
      std::erase(expected_.completed, sequence);
    } else if (!is_final(was.phase) && is_final(job.row.phase)) {
      expected_.completed.push_back(sequence);
    }
  }

  void advance_a_job(std::vector<mutation>& to, checks_list& checks) {
    const advance_job advance{some_job(), below(3), below(10), {{below(10), {error(error_code::timeout), {}}}}};
    const auto found = expected_.jobs.find(advance.sequence);
    const bool effective = found != expected_.jobs.end() && found->second.row.epoch == advance.epoch;
    if (effective) {
      auto& job = found->second;
      job.row.cursor = std::max(job.row.cursor, advance.cursor);
      job.failed.insert(advance.failures[0].first);
    }
    to.emplace_back(advance);
    checks.push_back(must_be(effective));
  }

  void remove_or_trim(std::vector<mutation>& to, checks_list& checks) {
    const auto sequence = some_job();
    switch (below(4)) {
    case 0:
      to.emplace_back(remove_job{sequence});
      checks.push_back(must_be(expected_.jobs.contains(sequence)));
      return expected_.forget_job(sequence);
    case 1: {
      to.emplace_back(remove_output{sequence, "report"});
      const auto before = expected_.outputs.size();
      expected_.forget_outputs(sequence);
      return checks.push_back(must_be(expected_.outputs.size() < before));
    }
    case 2: {
      const trim_history trim{below(8), 1 + below(3)};
      const auto count = expected_.completed.size();
      const auto removed = std::min<std::uint64_t>(trim.most, count > trim.keep ? count - trim.keep : 0);
      for (std::uint64_t i = 0; i < removed; ++i) {
        expected_.forget_job(expected_.completed.front());
      }
      to.emplace_back(trim);
      return checks.push_back(must_be(removed > 0));
    }
    default: {
      const trim_outputs trim{below(6)};
      const auto count = expected_.outputs.size();
      const auto removed = count > trim.keep ? count - trim.keep : 0;
      expected_.outputs.erase(expected_.outputs.begin(),
                              expected_.outputs.begin() + static_cast<std::ptrdiff_t>(removed));
      to.emplace_back(trim);
      return checks.push_back(must_be(removed > 0));
    }
    }
  }

  place some_place() { return {1 + below(3), 1 + below(2), 1 + below(3), 1 + below(4)}; }

  /// Patients that may go for that one, the first of the order first.
  std::vector<expectation::family> recyclable(const place& sparing) {
    std::vector<expectation::family> found;
    for (const auto& [name, one] : expected_.families) {
      if (name.first == level::patient && !one.is_protected && name.second != sparing.patient) {
        found.push_back(one);
      }
    }
    std::ranges::sort(found, {}, [](const auto& one) { return std::max(one.updated, one.recyclable); });
    return found;
  }

  bool fits(std::uint64_t bytes, std::uint64_t patients) const {
    return (limits_.bytes == 0 || expected_.bytes() + bytes <= limits_.bytes)
           && (limits_.patients == 0 || expected_.patients() + patients <= limits_.patients);
  }

  /// Removes patients until there is room; false if there cannot be.
  bool make_room(const place& for_it, std::uint64_t bytes) {
    const std::uint64_t patients = expected_.has(level::patient, for_it.patient) ? 0 : 1;
    if (fits(bytes, patients)) {
      return true;
    }
    for (const auto& one : limits_.recycle ? recyclable(for_it) : std::vector<expectation::family>{}) {
      expected_.forget(level::patient, one.where.patient);
      if (fits(bytes, patients)) {
        return true;
      }
    }
    return false;
  }

  void expect_arrival(const place& where) {
    expected_.changes.push_back({change_kind::new_instance, level::instance, where.number(level::instance)});
    for (const auto at_level : {level::series, level::study, level::patient}) {
      const auto number = where.number(at_level);
      const auto [found, added] = expected_.families.try_emplace({at_level, number});
      auto& one = found->second;
      if (added) {
        one.where = where;
        one.recyclable = now_;
        expected_.changes.push_back({arrival_of(at_level), at_level, number});
      }
      one.updated = now_;
      one.stable = false;
    }
  }

  void protect_a_patient(std::vector<mutation>& to, checks_list& checks) {
    const place where{1 + below(3), 1, 1, 1};
    const bool is_protected = below(2) == 0;
    to.emplace_back(protect_patient{where.id(level::patient), is_protected, at(++now_)});
    const auto found = expected_.families.find({level::patient, where.patient});
    checks.push_back(must_be(found != expected_.families.end()));
    if (found != expected_.families.end() && std::exchange(found->second.is_protected, is_protected) && !is_protected) {
      found->second.recyclable = now_;
    }
  }

  void settle(std::vector<mutation>& to, checks_list& checks) {
    const auto before = now_ - static_cast<std::int64_t>(below(10));
    to.emplace_back(settle_stable{at(before), at(++now_), 1000});
    checks.push_back([](const outcome& one) { BOOST_REQUIRE(!std::get<stability_settled>(one).more); });
    std::vector<std::tuple<std::int64_t, int, expectation::family*>> due;
    for (auto& [name, one] : expected_.families) {
      if (!one.stable && one.updated <= before) {
        due.emplace_back(one.updated, -static_cast<int>(name.first), &one);
      }
    }
    std::ranges::sort(due);
    for (auto& [updated, order, one] : due) {
      const auto at_level = static_cast<level>(-order);
      one->stable = true;
      expected_.changes.push_back({stability_of(at_level), at_level, one->where.number(at_level)});
    }
  }

  void log_a_change(std::vector<mutation>& to, checks_list& checks) {
    const auto where = some_place();
    const auto at_level = static_cast<level>(below(4));
    to.emplace_back(log_change{change_kind::updated_metadata, at_level, where.id(at_level), at(now_)});
    const bool is_there = expected_.has(at_level, where.number(at_level));
    checks.push_back(must_be(is_there));
    if (is_there) {
      expected_.changes.push_back({change_kind::updated_metadata, at_level, where.number(at_level)});
    }
  }

  void log_or_clear(std::vector<mutation>& to, checks_list& checks) {
    checks.push_back(must_be(true));
    switch (below(8)) {
    case 0:
      expected_.changes.clear();
      return to.push_back(clear_changes{});
    case 1:
      expected_.exports = 0;
      return to.push_back(clear_exports{});
    case 2:
      checks.back() = must_be(false); // they are never exceeded
      return to.push_back(enforce_limits{});
    default:
      expected_.exports += 2;
      return to.push_back(log_exports{{export_record{}, export_record{}}});
    }
  }

  /// A new one of that size, or the content of one for the index.
  stored_content some_file(std::uint64_t size) {
    stored_content file{.blob = {.number = 0, .size_bytes = size, .md5 = {}, .uuid = "uuid"}, .content = {}};
    file.blob.in_index = below(2) == 0;
    if (file.blob.in_index) {
      file.blob.number = db_->new_small_blob();
      file.content.assign(size, '*');
    } else {
      file.blob.number = write_blob(*db_, size);
      new_blobs_.push_back(file.blob.number);
    }
    return file;
  }

  void add_an_instance(std::vector<mutation>& to, checks_list& checks) {
    const auto where = some_place();
    const auto size = 1 + below(500);
    const auto file = some_file(size);
    const auto blob = file.blob.number;
    auto added = instance_at(where, blob, size);
    added.facts.blob = file.blob;
    added.content = file.content;
    added.summary.tags[2] = {{0x00080060, where.series % 2 == 0 ? "CT" : "MR\\PR"}};
    added.facts.received = at(++now_);
    added.overwrite = below(2) == 0 ? overwrite_mode::always : overwrite_mode::never;
    auto& all = expected_.instances;
    const auto found = std::ranges::find(all, where.number(level::instance),
                                         [](const auto& one) { return one.where.number(level::instance); });
    const bool is_new = found == all.end();
    const bool stays = !is_new && added.overwrite == overwrite_mode::never;
    const auto freed = expected_.bytes_below(level::instance, where.number(level::instance));
    full_ = !stays && !make_room(where, size - std::min(size, freed));
    to.emplace_back(added);
    if (full_) {
      return;
    }
    if (!stays) {
      expected_.forget(level::instance, where.number(level::instance));
      all.push_back({where, blob, size});
      expect_arrival(where);
    }
    checks.push_back(
      [stays](const outcome& one) { BOOST_REQUIRE(std::get<instance_added>(one).already_stored == stays); });
  }

  /// What belongs to a random resource that is there; null if a resource is drawn that is not.
  std::pair<level, expectation::belongings*> some_items() {
    const auto where = some_place();
    const auto at_level = static_cast<level>(below(4));
    if (!expected_.has(at_level, where.number(at_level))) {
      return {at_level, nullptr};
    }
    auto& found = expected_.items[{at_level, where.number(at_level)}];
    found.where = where;
    return {at_level, &found};
  }

  void change_metadata(std::vector<mutation>& to, checks_list& checks) {
    const auto [at_level, items] = some_items();
    if (items == nullptr) {
      return;
    }
    const auto id = items->where.id(at_level);
    if (items->note && below(3) == 0) {
      items->note.reset();
      to.emplace_back(remove_metadata{id, at_level, note_type, {}, at(++now_)});
      checks.push_back(must_be(true));
    } else {
      const auto revision = items->note ? items->note->revision + 1 : 0;
      items->note = metadata_value{std::to_string(below(1000)), revision};
      to.emplace_back(put_metadata{id, at_level, note_type, items->note->text, {}, at(++now_)});
      checks.push_back(must_have(revision));
    }
    expected_.changes.push_back({change_kind::updated_metadata, at_level, items->where.number(at_level)});
  }

  void change_an_attachment(std::vector<mutation>& to, checks_list& checks) {
    const auto [at_level, items] = some_items();
    if (items == nullptr) {
      return;
    }
    const auto id = items->where.id(at_level);
    const auto number = items->where.number(at_level);
    if (items->photo_bytes && below(3) == 0) {
      items->photo_bytes.reset();
      to.emplace_back(remove_attachment{id, at_level, photo_type, {}, at(++now_)});
      checks.push_back(must_be(true));
    } else {
      const auto size = 1 + below(300);
      const auto file = some_file(size);
      full_ = !make_room(items->where, size - std::min(size, items->photo_bytes.value_or(0)));
      to.emplace_back(put_attachment{id, at_level, photo_type, file.blob, {}, at(++now_), file.content});
      if (full_) {
        return;
      }
      items->photo_revision = items->photo_bytes ? items->photo_revision + 1 : 0;
      items->photo_bytes = size;
      checks.push_back(must_have(items->photo_revision));
    }
    expected_.changes.push_back({change_kind::updated_attachment, at_level, number});
  }

  void change_a_label(std::vector<mutation>& to, checks_list& checks) {
    const auto [at_level, items] = some_items();
    if (items == nullptr) {
      return;
    }
    const std::string label(1 + below(2), static_cast<char>('a' + below(2)));
    const auto id = items->where.id(at_level);
    if (below(3) == 0) {
      to.emplace_back(remove_label{id, at_level, label});
      checks.push_back(must_be(items->labels.erase(label) > 0));
    } else {
      to.emplace_back(put_label{id, at_level, label});
      checks.push_back(must_be(items->labels.insert(label).second));
    }
  }

  void remove_a_resource(std::vector<mutation>& to, checks_list& checks) {
    const auto where = some_place();
    const auto at_level = static_cast<level>(below(4));
    const auto gone = expected_.forget(at_level, where.number(at_level));
    resource_removed expected{gone > 0, {}};
    for (auto above = static_cast<int>(at_level); gone > 0 && above-- > 0 && !expected.remaining_ancestor;) {
      const auto parent = static_cast<level>(above);
      const auto is_below = [&](const auto& one) { return one.where.number(parent) == where.number(parent); };
      if (std::ranges::any_of(expected_.instances, is_below)) {
        expected.remaining_ancestor = {parent, where.id(parent)};
      }
    }
    to.emplace_back(remove_resource{where.id(at_level), at_level});
    checks.push_back([expected](const outcome& one) {
      const auto& answer = std::get<resource_removed>(one);
      BOOST_REQUIRE(answer.found == expected.found);
      BOOST_REQUIRE((answer.remaining_ancestor == expected.remaining_ancestor));
    });
  }

  void compare_jobs() {
    const auto from = db_->read();
    std::vector<job_sequence> sequences;
    for_each_job(from, 0, [&](const job_row& row) {
      sequences.push_back(row.sequence);
      return true;
    });
    std::vector<job_sequence> live;
    for_each_live_job(from, [&](const job_row& row) {
      live.push_back(row.sequence);
      return true;
    });
    std::vector<job_sequence> expected_live;
    BOOST_REQUIRE(sequences.size() == expected_.jobs.size());
    for (const auto& [sequence, job] : expected_.jobs) {
      if (!is_final(job.row.phase)) {
        expected_live.push_back(sequence);
      }
      const auto stored = find_job(from, job_name(sequence));
      BOOST_REQUIRE(stored.has_value());
      BOOST_REQUIRE(stored->phase == job.row.phase);
      BOOST_REQUIRE(stored->epoch == job.row.epoch);
      BOOST_REQUIRE(stored->cursor == job.row.cursor);
      BOOST_REQUIRE(stored->failed_items == job.failed.size());
      BOOST_REQUIRE((load_spec(from, sequence)->items == job.items));
      BOOST_REQUIRE(failed_items(from, sequence, 100).size() == job.failed.size());
      const auto result = load_result(from, sequence);
      BOOST_REQUIRE((result ? std::optional(result->error_details) : std::nullopt) == job.details);
      const auto output = std::ranges::find(expected_.outputs, sequence, &std::pair<job_sequence, std::string>::first);
      const auto found = find_output(from, sequence, "report");
      BOOST_REQUIRE(found.has_value() == (output != expected_.outputs.end()));
      BOOST_REQUIRE((!found || std::get<std::string>(found->body) == output->second));
    }
    BOOST_REQUIRE((live == expected_live));
    compare_filters(from);
    compare_logs(from);
    BOOST_REQUIRE(finished_in(from) == expected_.completed.size());
    BOOST_REQUIRE(history(from).success
                  == std::size_t(std::ranges::count_if(expected_.completed, [this](job_sequence job) {
                       return expected_.jobs.at(job).row.phase == job_phase::success;
                     })));
  }

  void compare_filters(const read_transaction& from) {
    const auto has_phase_row = [](const auto& one) { return one.second.row.phase != job_phase::pending; };
    BOOST_REQUIRE(view(from).count(table::job_index)
                  == 2 * expected_.jobs.size() + std::size_t(std::ranges::count_if(expected_.jobs, has_phase_row)));
    for (int round = 0; round < 10; ++round) {
      job_filter which;
      which.state = below(3) == 0 ? std::nullopt : std::optional(static_cast<job_state>(below(6)));
      which.type = below(2) == 0 ? std::nullopt : std::optional<std::string>("Move");
      which.lane = below(2) == 0 ? std::nullopt : std::optional<std::string>("b");
      std::vector<job_sequence> expected;
      for (const auto& [sequence, job] : expected_.jobs) {
        if ((!which.state || *which.state == shown_as(job.row.phase)) && (!which.type || *which.type == job.row.type)
            && (!which.lane || *which.lane == job.row.lane)) {
          expected.push_back(sequence);
        }
      }
      std::vector<job_sequence> found;
      for (const auto& row : find_jobs(from, which, 0, 10'000, false, {}).rows) {
        found.push_back(row.sequence);
      }
      BOOST_REQUIRE((found == expected));
    }
  }

  void compare_logs(const read_transaction& from) {
    std::vector<expectation::event> events;
    for_each_job_event(from, 0, [&](const job_event_record& event) {
      events.push_back({event.sequence, event.phase, event.removed});
      BOOST_REQUIRE(event.number == events.size());
      return true;
    });
    BOOST_REQUIRE((events == expected_.events));
    BOOST_REQUIRE(db_->last_job_event() == events.size());
    for (const auto& [sequence, job] : expected_.jobs) {
      const auto attempts = attempts_of(from, sequence);
      BOOST_REQUIRE(attempts.size() == std::min<std::size_t>(32, job.attempts.size()));
      BOOST_REQUIRE((attempts.empty() || attempts.back().number == job.attempts.back()));
    }
    for (std::uint64_t i = 0; i < 6; ++i) {
      const auto key = "key " + std::to_string(i);
      const auto expected = expected_.keys.find(key);
      const auto found = find_idempotent_job(from, key, time_point::min());
      BOOST_REQUIRE(found.has_value() == (expected != expected_.keys.end()));
      BOOST_REQUIRE((!found || found->id == job_name(expected->second.first)));
      BOOST_REQUIRE((!found || found->expires == expected->second.second));
    }
    BOOST_REQUIRE(lane_settings(from).size() == expected_.lanes.size());
    for (const auto& lane : lane_settings(from)) {
      const auto expected = expected_.lanes.find(lane.name);
      BOOST_REQUIRE(expected != expected_.lanes.end());
      BOOST_REQUIRE((lane.limit == expected->second.limit && lane.paused == expected->second.paused));
    }
  }

  void compare_tag_index() {
    const auto from = db_->read();
    std::set<std::string> expected;
    for (const auto at_level : {level::patient, level::study, level::series, level::instance}) {
      for_each_resource(from, at_level, 0, [&](const resource& one) {
        const auto keys = tag_index_keys(one);
        expected.insert(keys.begin(), keys.end());
        if (at_level == level::series) {
          const auto modalities = modality_index_keys(one);
          expected.insert(modalities.begin(), modalities.end());
        }
        return true;
      });
    }
    std::set<std::string> found;
    for_each_with_prefix(from, table::tag_index, {},
                         [&](std::string_view key, std::string_view) { return found.emplace(key).second; });
    BOOST_REQUIRE((found == expected));
  }

  void compare_items() {
    const auto from = db_->read();
    std::uint64_t notes = 0;
    std::set<std::string> labels;
    std::map<std::pair<std::string, level>, std::size_t> labelled;
    for (const auto& [name, expected] : expected_.items) {
      const auto found = find_resource(from, name.first, expected.where.id(name.first));
      BOOST_REQUIRE(found.has_value());
      BOOST_REQUIRE((find_metadata(from, *found, note_type) == expected.note));
      const auto photo = find_attachment(from, *found, photo_type);
      BOOST_REQUIRE(photo.has_value() == expected.photo_bytes.has_value());
      BOOST_REQUIRE((!photo || photo->size_bytes == *expected.photo_bytes));
      BOOST_REQUIRE((!photo || photo->revision == expected.photo_revision));
      BOOST_REQUIRE((!photo || read_blob(*db_, *photo).bytes().size() == photo->size_bytes));
      BOOST_REQUIRE(
        (labels_of(from, found->key) == std::vector<std::string>(expected.labels.begin(), expected.labels.end())));
      notes += expected.note ? 1 : 0;
      for (const auto& label : expected.labels) {
        ++labelled[{label, name.first}];
        labels.insert(label);
      }
    }
    BOOST_REQUIRE(view(from).count(table::metadata) == notes);
    BOOST_REQUIRE(view(from).count(table::attachments) == expected_.photos());
    BOOST_REQUIRE(view(from).count(table::labels) == view(from).count(table::label_index));
    BOOST_REQUIRE((all_labels(from) == std::vector<std::string>(labels.begin(), labels.end())));
    for (const auto& [name, expected] : labelled) {
      std::size_t count = 0;
      for_each_labelled(from, name.first, name.second, [&](resource_key) { return ++count > 0; });
      BOOST_REQUIRE(count == expected);
    }
  }

  void compare_resources() {
    const auto from = db_->read();
    const auto totals = statistics(from);
    const auto bytes = expected_.bytes();
    for (const auto& [where, blob, size] : expected_.instances) {
      const auto found = find_resource(from, level::instance, where.id(level::instance));
      BOOST_REQUIRE(found.has_value());
      const auto stored = find_instance(from, found->key)->blob;
      BOOST_REQUIRE(stored.number == blob);
      BOOST_REQUIRE(read_blob(*db_, stored).bytes().size() == size);
      BOOST_REQUIRE((find_resource(from, found->parent)->id == where.id(level::series)));
    }
    BOOST_REQUIRE(totals.disk_bytes == bytes);
    BOOST_REQUIRE(totals.uncompressed_bytes == bytes);
    for (const auto at_level : {level::patient, level::study, level::series, level::instance}) {
      auto expected = expected_.ids(at_level);
      std::vector<orthanc_id> ids;
      std::uint64_t children = 0;
      for_each_resource(from, at_level, 0, [&](const resource& one) {
        ids.push_back(one.id);
        children += child_ids(from, one.key).size();
        return true;
      });
      BOOST_REQUIRE(totals.count[static_cast<std::size_t>(at_level)] == expected.size());
      if (at_level != level::instance) {
        BOOST_REQUIRE(children == totals.count[static_cast<std::size_t>(at_level) + 1]);
      }
      std::ranges::sort(expected);
      std::ranges::sort(ids);
      BOOST_REQUIRE((ids == expected));
    }
  }

  void compare_families() {
    const auto from = db_->read();
    std::uint64_t unstable = 0;
    std::uint64_t recyclable = 0;
    for (const auto& [name, expected] : expected_.families) {
      const auto found = find_resource(from, name.first, expected.where.id(name.first));
      BOOST_REQUIRE(found.has_value());
      BOOST_REQUIRE((found->last_update == at(expected.updated)));
      BOOST_REQUIRE(found->is_stable() == expected.stable);
      BOOST_REQUIRE(found->is_protected() == expected.is_protected);
      BOOST_REQUIRE(found->instances == std::size_t(std::ranges::count_if(expected_.instances, [&](const auto& one) {
                      return one.where.number(name.first) == name.second;
                    })));
      unstable += expected.stable ? 0 : 1;
      recyclable += name.first == level::patient && !expected.is_protected ? 1 : 0;
      BOOST_REQUIRE((expected.stable || first_unstable(from) <= at(expected.updated)));
    }
    BOOST_REQUIRE(view(from).count(table::unstable) == unstable);
    BOOST_REQUIRE(view(from).count(table::recycling) == recyclable);
    BOOST_REQUIRE(first_unstable(from).has_value() == (unstable > 0));
    BOOST_REQUIRE(view(from).count(table::exports) == expected_.exports);
    BOOST_REQUIRE(find_exports(from, 0, 1).done == (expected_.exports <= 1));
  }

  void compare_changes() {
    const auto from = db_->read();
    const auto all = find_changes(from, {.limit = 1'000'000}).entries;
    BOOST_REQUIRE(all.size() == expected_.changes.size());
    std::uint64_t kind_rows = 0;
    std::uint64_t later = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto& expected = expected_.changes[i];
      BOOST_REQUIRE(all[i].what.kind == expected.kind);
      BOOST_REQUIRE(all[i].what.level == expected.at);
      BOOST_REQUIRE((all[i].what.id == name_of(expected.at, expected.of)));
      kind_rows += expected.kind == change_kind::new_instance ? 0 : 1;
      later += expected.kind == arrival_of(expected.at) ? 0 : 1;
    }
    BOOST_REQUIRE(view(from).count(table::change_kinds) == kind_rows);
    BOOST_REQUIRE(view(from).count(table::resource_changes) == later);
    for (int round = 0; round < 10; ++round) {
      compare_page(from, all);
    }
  }

  /// A random part of the log is what the simple way finds.
  void compare_page(const read_transaction& from, const std::vector<numbered_change>& all) {
    const auto last = last_change(from);
    change_query which{.since = below(3) == 0 ? below(last + 2) : 0, .limit = below(8), .newest = below(2) == 0};
    if (below(2) == 0) {
      which.until = below(last + 3);
    }
    for (auto left = below(4); left > 0; --left) {
      which.kinds.push_back(static_cast<change_kind>(below(9)));
    }
    std::ranges::sort(which.kinds);
    which.kinds.erase(std::unique(which.kinds.begin(), which.kinds.end()), which.kinds.end());
    std::vector<std::uint64_t> expected;
    for (const auto& one : all) {
      if (one.number > which.since && (!which.until || one.number <= *which.until)
          && (which.kinds.empty() || std::ranges::find(which.kinds, one.what.kind) != which.kinds.end())) {
        expected.push_back(one.number);
      }
    }
    const bool done = expected.size() <= which.limit;
    if (!done && which.newest) {
      expected.erase(expected.begin(), expected.end() - static_cast<std::ptrdiff_t>(which.limit));
    }
    expected.resize(std::min<std::size_t>(expected.size(), which.limit));
    const auto page = find_changes(from, which);
    std::vector<std::uint64_t> found;
    for (const auto& one : page.entries) {
      found.push_back(one.number);
    }
    BOOST_REQUIRE(page.done == done);
    BOOST_REQUIRE((found == expected));
  }

  temporary_directory in_;
  std::mt19937_64 random_;
  storage_limits limits_;
  bool full_ = false;      ///< the instance that was added last does not fit: nothing of its batch will be written
  std::int64_t now_ = 100; ///< the clock of the test
  std::unique_ptr<database> db_;
  expectation expected_;
  job_sequence last_ = 0;
  std::vector<blob_number> new_blobs_;
};

} // namespace

BOOST_AUTO_TEST_CASE(the_database_holds_what_a_simple_model_holds) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      both two(seed);
      for (int round = 0; round < 80; ++round) {
        two.change();
        if (two.below(10) == 0) {
          two.open();
        }
        if (two.below(4) == 0) {
          two.compare();
        }
      }
      two.open();
      two.compare();
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::persistence::testing
