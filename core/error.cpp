#include <troupe/error.hpp>

#include <algorithm>
#include <array>

namespace troupe {

namespace {

constexpr auto table = std::to_array<error_info>({
#define TROUPE_ERROR_ROW(symbol, number, status, name, text) {error_code::symbol, status, name, text},
  TROUPE_ERRORS(TROUPE_ERROR_ROW)
#undef TROUPE_ERROR_ROW
});

static_assert(std::ranges::is_sorted(table, {}, &error_info::code)
                && std::ranges::adjacent_find(table, {}, &error_info::code) == table.end(),
              "rows are ordered by number, and no number comes twice");
static_assert(table.front().code == error_code::internal_error);

std::string text_of(const error& why) {
  std::string text(describe(why.code()).text);
  if (!why.details().empty())
    text.append(": ").append(why.details());
  return text;
}

} // namespace

std::span<const error_info> error_table() noexcept {
  return table;
}

const error_info& describe(error_code code) noexcept {
  const auto row = std::ranges::lower_bound(table, code, {}, &error_info::code);
  return row != table.end() && row->code == code ? *row : table.front();
}

failure::failure(error why) : std::runtime_error(text_of(why)), why_(std::move(why)) {}

void throw_exception_from_error(const error& why, const boost::source_location&) {
  throw failure(why);
}

} // namespace troupe
