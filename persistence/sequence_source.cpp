#include "persistence/sequence_source.hpp"

#include "persistence/keys.hpp"

#include <algorithm>

namespace troupe::persistence {

sequence_source& sequence_source::add(view rows, table in, std::string prefix) {
  const auto size = prefix.size();
  ranges_.push_back({std::make_unique<cursor>(rows, in), size, std::move(prefix), {}});
  return *this;
}

sequence_source& sequence_source::add(const std::vector<job_sequence>& sorted) {
  sorted_ = &sorted;
  return *this;
}

std::optional<job_sequence> sequence_source::seek(job_sequence bound) {
  std::optional<job_sequence> first;
  const auto take = [&](job_sequence one) { first = !first || is_before(one, *first) ? one : *first; };
  for (auto& one : ranges_) {
    if (!one.begun || (one.now && is_before(*one.now, bound))) {
      move(one, bound);
    }
    if (one.now) {
      take(*one.now);
    }
  }
  if (sorted_ && !descending_) {
    const auto found = std::ranges::lower_bound(*sorted_, bound);
    if (found != sorted_->end()) {
      take(*found);
    }
  } else if (sorted_) {
    const auto found = std::ranges::upper_bound(*sorted_, bound);
    if (found != sorted_->begin()) {
      take(*std::prev(found));
    }
  }
  return first;
}

void sequence_source::move(range& in, job_sequence bound) const {
  auto& at = *in.at;
  bool more = false;
  if (in.now && bound == (descending_ ? *in.now - 1 : *in.now + 1)) { // a step costs less than a search
    more = descending_ ? at.previous() : at.next();
  } else {
    in.key.resize(in.prefix_bytes);
    append_number<8>(in.key, bound);
    more = at.seek(in.key);
    if (descending_ && !(more && at.key() == in.key)) {
      more = more ? at.previous() : at.last();
    }
  }
  const auto prefix = std::string_view(in.key).substr(0, in.prefix_bytes);
  in.begun = true;
  in.now.reset();
  // Keys of another size belong to a longer name that begins like this one.
  while (more && at.key().size() != in.key.size() && at.key().starts_with(prefix)) {
    more = descending_ ? at.previous() : at.next();
  }
  if (more && at.key().starts_with(prefix)) {
    in.now = number_at(at.key(), in.prefix_bytes);
  }
}

} // namespace troupe::persistence
