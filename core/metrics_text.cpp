#include "core/metrics_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace troupe {

namespace {

std::string number(double value) {
  if (std::isnan(value))
    return "NaN";
  if (std::isinf(value))
    return value > 0 ? "+Inf" : "-Inf";
  constexpr double exact = 9007199254740992; // every integer up to 2^53 is a double
  if (std::trunc(value) == value && std::abs(value) <= exact)
    return std::to_string(static_cast<std::int64_t>(value));
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 9).ptr;
  return {text.data(), end};
}

} // namespace

std::string metrics_text(const metric_list& metrics) {
  if (!metrics.collecting())
    return {};
  auto sorted = metrics.all();
  std::erase_if(sorted, [](const metric* m) { return !m->was_set(); });
  std::ranges::sort(sorted, {}, [](const metric* m) { return m->name(); });
  std::string text;
  for (const auto* m : sorted) {
    text.append(m->name()).append(" ").append(number(m->value())).append(" ");
    text.append(std::to_string(m->changed_ms())).append("\n");
  }
  return text;
}

} // namespace troupe
