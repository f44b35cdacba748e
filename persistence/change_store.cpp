#include "persistence/change_store.hpp"

#include "persistence/keys.hpp"
#include "persistence/lookup.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <string>

namespace troupe::persistence {
namespace {

constexpr auto no_number = std::numeric_limits<std::uint64_t>::max();

/// Calls `visit(number, value)` for the rows whose keys are a prefix and a number above `since` and up to `until`, the
/// last one first if `backwards`, until it returns false.
template <class Visit>
void walk(view rows, table in, const std::string& prefix, const change_query& which, Visit visit) {
  const auto until = which.until.value_or(no_number);
  const auto number_in = [&](const cursor& at) {
    return at.key().starts_with(prefix) ? number_at(at.key(), prefix.size()) : std::nullopt;
  };
  cursor at(rows, in);
  if (!which.newest) {
    if (which.since == no_number) {
      return;
    }
    for (bool more = at.seek(prefix + number_key(which.since + 1)); more; more = at.next()) {
      const auto number = number_in(at);
      if (!number || *number > until || !visit(*number, at.value())) {
        return;
      }
    }
    return;
  }
  // To the last row that is not beyond.
  bool more = at.seek(prefix + number_key(until));
  if (!more) {
    more = at.last();
  } else if (number_in(at) != until) {
    more = at.previous();
  }
  for (; more; more = at.previous()) {
    const auto number = number_in(at);
    if (!number || *number <= which.since || !visit(*number, at.value())) {
      return;
    }
  }
}

/// One more than the limit, so that it is known whether there are more.
std::uint64_t wanted_of(const change_query& which) {
  return which.limit + (which.limit < no_number ? 1 : 0);
}

std::optional<change_record> decode_noted(view rows, std::uint64_t number, std::string_view bytes) {
  auto change = decode_change(bytes);
  if (!change) {
    rows.origin().note_undecodable(table::changes, number_key(number));
  }
  return change;
}

std::vector<numbered_change> from_the_log(view rows, const change_query& which) {
  std::vector<numbered_change> found;
  walk(rows, table::changes, {}, which, [&](std::uint64_t number, std::string_view bytes) {
    const auto change = decode_noted(rows, number, bytes);
    if (change && (which.kinds.empty() || std::ranges::find(which.kinds, change->kind) != which.kinds.end())) {
      found.push_back({number, *change});
    }
    return found.size() < wanted_of(which);
  });
  return found;
}

/// For kinds that have rows of their own: the first ones of each, merged.
std::vector<numbered_change> from_the_kinds(view rows, const change_query& which) {
  std::vector<std::uint64_t> numbers;
  for (const auto kind : which.kinds) {
    std::uint64_t count = 0;
    walk(rows, table::change_kinds, std::string(1, static_cast<char>(kind)), which, [&](std::uint64_t number, auto) {
      numbers.push_back(number);
      return ++count < wanted_of(which);
    });
  }
  if (which.newest) {
    std::ranges::sort(numbers, std::greater<>());
  } else {
    std::ranges::sort(numbers);
  }
  numbers.resize(std::min<std::uint64_t>(numbers.size(), wanted_of(which)));
  std::vector<numbered_change> found;
  for (const auto number : numbers) {
    const auto bytes = rows.get(table::changes, number_key(number));
    if (const auto change = bytes ? decode_noted(rows, number, *bytes) : std::nullopt) {
      found.push_back({number, *change});
    }
  }
  return found;
}

} // namespace

log_page<numbered_change> find_changes(const read_transaction& from, const change_query& which) {
  const bool has_rows =
    !which.kinds.empty() && std::ranges::find(which.kinds, change_kind::new_instance) == which.kinds.end();
  log_page<numbered_change> page;
  page.entries = has_rows ? from_the_kinds(from, which) : from_the_log(from, which);
  page.done = page.entries.size() <= which.limit;
  if (!page.done) {
    page.entries.pop_back();
  }
  if (which.newest) {
    std::ranges::reverse(page.entries);
  }
  return page;
}

std::uint64_t last_change(const read_transaction& from) {
  return load_counters(from).last_change;
}

log_page<numbered_export> find_exports(const read_transaction& from, std::uint64_t since, std::uint64_t limit) {
  log_page<numbered_export> page;
  const view rows(from);
  walk(rows, table::exports, {}, {.since = since}, [&](std::uint64_t number, std::string_view bytes) {
    page.done = page.entries.size() < limit;
    if (auto one = page.done ? decode_export(bytes) : std::nullopt) {
      page.entries.push_back({number, *std::move(one)});
    } else if (page.done) {
      rows.origin().note_undecodable(table::exports, number_key(number));
    }
    return page.done;
  });
  return page;
}

std::optional<numbered_export> newest_export(const read_transaction& from) {
  cursor at(from, table::exports);
  auto one = at.last() ? decode_export(at.value()) : std::nullopt;
  const auto number = number_at(at.key());
  return one && number ? std::optional(numbered_export{*number, *std::move(one)}) : std::nullopt;
}

std::optional<time_point> first_unstable(const read_transaction& from) {
  cursor at(from, table::unstable);
  const auto time = at.first() ? number_at(at.key()) : std::nullopt;
  return time ? std::optional(time_point{microseconds{static_cast<std::int64_t>(*time)}}) : std::nullopt;
}

} // namespace troupe::persistence
