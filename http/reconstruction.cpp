#include "http/reconstruction.hpp"

#include "core/log.hpp"
#include "dicom/scan.hpp"
#include "persistence/blob_file.hpp"
#include "persistence/index_store.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace troupe::http {
namespace {

using persistence::read_transaction;
using persistence::resource_key;

/// Instances of one transaction, and what of them is stored anew.
constexpr std::size_t group = 64;
constexpr std::uint64_t group_bytes = 32ULL << 20U;

/// Whether it is the file that is to blame.
bool is_damage(const error& why) {
  constexpr std::array codes{error_code::bad_file_format, error_code::corrupted_file, error_code::inexistent_file,
                             error_code::inexistent_tag};
  return std::ranges::find(codes, why.code()) != codes.end();
}

constexpr auto place(resource_level level) {
  return static_cast<std::size_t>(level);
}

/// `levels`: those for which the first instance below speaks.
void add_below(const read_transaction& from, resource_key key, resource_level level, std::array<bool, 4> levels,
               std::vector<rereading>& to) {
  levels[place(level)] = true;
  if (level == resource_level::instance) {
    to.push_back({key, levels});
    return;
  }
  persistence::for_each_child_key(from, key, [&](resource_key child) {
    add_below(from, child, static_cast<resource_level>(place(level) + 1), levels, to);
    levels = {};
    return true;
  });
}

class reconstruction : public std::enable_shared_from_this<reconstruction> {
public:
  reconstruction(const exchange& with, std::vector<rereading> what, files_too files)
    : with_(with),
      what_(std::move(what)),
      files_(files) {}

  void go_on() {
    with_.on_cpu([self = shared_from_this()](const exchange&) { self->read_group(); });
  }

private:
  void read_group() {
    under_way_.clear();
    const auto change = std::make_shared<batch>();
    try {
      for (const auto end = std::min(next_ + group, what_.size()); next_ < end && stored_bytes() < group_bytes; ++next_)
        read(what_[next_], *change);
    } catch (const failure& failed) {
      give_up(failed.why());
      return;
    }
    with_.server().commit(change, [self = shared_from_this()](const persistence::commit_answer& answer) {
      if (!answer)
        self->give_up(answer.error());
      else if (self->next_ < self->what_.size())
        self->go_on();
      else
        self->answer();
    });
  }

  void read(const rereading& one, batch& into) {
    try {
      const auto file = persistence::read_instance(with_.server().database(), one.instance);
      if (!file)
        return; // deleted meanwhile
      auto summary = dicom::scan(file->bytes());
      if (!summary)
        return note_damaged(summary.error());
      into.mutations.emplace_back(persistence::reread_instance{*std::move(summary), one.levels});
      if (files_ == files_too::yes)
        store_anew(one.instance, file->bytes(), into);
    } catch (const failure& failed) {
      if (!is_damage(failed.why()))
        throw;
      note_damaged(failed.why());
    }
  }

  std::uint64_t stored_bytes() const {
    std::uint64_t sum = 0;
    for (const auto& blob : under_way_)
      sum += blob.size_bytes;
    return sum;
  }

  void store_anew(resource_key instance, std::span<const std::byte> content, batch& into) {
    auto& server = with_.server();
    const auto from = server.database().read();
    const auto facts = persistence::find_instance(from, instance);
    const auto id = persistence::find_id(from, resource_level::instance, instance);
    if (!facts || !id || facts->blob.compressed.has_value() == server.options().storage_compression())
      return;
    auto stored = server.store_content(content, persistence::storing_by(server.options()));
    under_way_.push_back(stored.blob);
    into.mutations.emplace_back(persistence::replace_blob{*id, resource_level::instance, attachment_type::dicom,
                                                          facts->blob.number, std::move(stored.blob),
                                                          server.clock().now(), std::move(stored.content)});
  }

  void give_up(const error& why) {
    for (const auto& blob : under_way_)
      drop_unless_written(with_.server(), blob, why);
    with_.respond_error(why);
  }

  void note_damaged(const error& why) {
    ++damaged_;
    log(log_level::warning, "http", "an instance cannot be reconstructed: " + why.details());
  }

  void answer() const {
    if (damaged_ == 0)
      with_.respond_text("");
    else
      with_.respond_error({error_code::corrupted_file, std::to_string(damaged_) + " of " + std::to_string(what_.size())
                                                         + " files cannot be read; the others were"});
  }

  exchange with_;
  std::vector<rereading> what_;
  files_too files_;
  std::vector<persistence::stored_blob> under_way_; ///< stored by the group that is being committed
  std::size_t next_ = 0;
  std::size_t damaged_ = 0;
};

} // namespace

std::vector<rereading> rereadings_below(const read_transaction& from, const persistence::resource& of) {
  std::array<bool, 4> levels{};
  std::fill_n(levels.begin(), place(of.level), true);
  std::vector<rereading> all;
  add_below(from, of.key, of.level, levels, all);
  return all;
}

std::vector<rereading> rereading_of(const read_transaction& from, const persistence::resource& of) {
  rereading one{of.key, {}};
  one.levels[place(of.level)] = true;
  for (auto level = place(of.level); level < place(resource_level::instance); ++level)
    persistence::for_each_child_key(from, std::exchange(one.instance, 0), [&](resource_key child) {
      one.instance = child;
      return false;
    });
  return {one};
}

void reconstruct(const exchange& with, std::vector<rereading> what, files_too files) {
  std::make_shared<reconstruction>(with, std::move(what), files)->go_on();
}

} // namespace troupe::http
