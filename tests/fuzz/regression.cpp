/// \file
/// Runs a fuzz target without libFuzzer: over each file of a directory, cut at places, and with bytes changed.
/// TROUPE_FUZZ_ROUNDS changed copies of each seed (default 300), drawn from TROUPE_FUZZ_SEED (default 1).
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// On the heap with exactly that size, so that a sanitizer sees what is read beyond it.
void run(const std::string& input) {
  const std::basic_string<char> copy(input.begin(), input.end());
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(copy.data()), copy.size());
}

/// A few bytes changed, doubled or left out, or the end cut off.
std::string changed(std::string input, std::mt19937_64& chance) {
  for (auto left = 1 + chance() % 4; left > 0 && !input.empty(); --left) {
    const auto at = chance() % input.size();
    const auto some = 1 + chance() % 8;
    switch (chance() % 5) {
    case 0:
      input.resize(at);
      break;
    case 1:
      input.erase(at, some);
      break;
    case 2:
      input.insert(at, input.substr(at, some));
      break;
    default:
      input[at] = static_cast<char>(chance());
    }
  }
  return input;
}

} // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: " << arguments[0] << " directory\n";
    return 2;
  }
  const auto rounds = number_of("TROUPE_FUZZ_ROUNDS", 300);
  std::mt19937_64 chance(number_of("TROUPE_FUZZ_SEED", 1));
  std::size_t seeds = 0;
  for (const auto& entry : std::filesystem::directory_iterator(arguments[1])) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string seed{std::istreambuf_iterator<char>(in), {}};
    run(seed);
    for (std::uint64_t i = 0; i < rounds; ++i)
      run(changed(seed, chance));
    ++seeds;
  }
  std::cout << seeds << " seeds\n";
  return seeds == 0 ? 1 : 0;
}
