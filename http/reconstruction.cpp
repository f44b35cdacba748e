#include "http/reconstruction.hpp"

#include "core/log.hpp"
#include "dicom/scan.hpp"
#include "persistence/blob_file.hpp"
#include "persistence/index_store.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace troupe::http {
namespace {

using persistence::read_transaction;
using persistence::resource_key;

/// Instances of one transaction.
constexpr std::size_t group = 64;

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
  reconstruction(const exchange& with, std::vector<rereading> what) : with_(with), what_(std::move(what)) {}

  void go_on() {
    with_.on_cpu([self = shared_from_this()](const exchange&) { self->read_group(); });
  }

private:
  void read_group() {
    const auto change = std::make_shared<batch>();
    for (const auto end = std::min(next_ + group, what_.size()); next_ < end; ++next_)
      read(what_[next_], *change);
    with_.server().commit(change, [self = shared_from_this()](const persistence::commit_answer& answer) {
      if (!answer)
        self->with_.respond_error(answer.error());
      else if (self->next_ < self->what_.size())
        self->go_on();
      else
        self->answer();
    });
  }

  void read(const rereading& one, batch& into) {
    auto summary = scan(one.instance);
    if (summary)
      into.mutations.emplace_back(persistence::reread_instance{*std::move(summary), one.levels});
    else if (summary.error().code() != error_code::inexistent_item)
      note_damaged(summary.error());
  }

  /// `inexistent_item` if it was deleted meanwhile.
  result<instance_summary> scan(resource_key instance) const {
    try {
      const auto file = persistence::read_instance(with_.server().database(), instance);
      return file ? dicom::scan(file->bytes()) : result<instance_summary>(error(error_code::inexistent_item, ""));
    } catch (const failure& failed) {
      return failed.why();
    }
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

void reconstruct(const exchange& with, std::vector<rereading> what) {
  std::make_shared<reconstruction>(with, std::move(what))->go_on();
}

} // namespace troupe::http
