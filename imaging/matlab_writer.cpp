#include "imaging/arrays.hpp"

#include <array>
#include <charconv>

namespace troupe::imaging {
namespace {

template <class Sample>
void append_number(std::string& out, Sample value) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), static_cast<std::int64_t>(value)).ptr;
  out.append(digits.data(), end).push_back(' ');
}

template <class Sample>
std::string gray(const picture& of, const std::vector<Sample>& samples) {
  std::string out = "double([ ";
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (i > 0 && i % of.width == 0)
      out += "; ";
    append_number(out, samples[i]);
  }
  return out += "])";
}

template <class Sample>
std::string colored(const picture& of, const std::vector<Sample>& samples) {
  std::string out = "double(permute(reshape([ ";
  for (const Sample sample : samples)
    append_number(out, sample);
  return out += "], [ 3 " + std::to_string(of.width) + " " + std::to_string(of.height) + " ]), [ 3 2 1 ]))";
}

} // namespace

std::string matlab(const picture& of) {
  return std::visit([&](const auto& samples) { return of.channels == 1 ? gray(of, samples) : colored(of, samples); },
                    of.samples);
}

} // namespace troupe::imaging
