/// \file
/// What a failure says about trying again: the one table that tells transient from permanent errors.
#pragma once

#include <troupe/error.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace troupe {

enum class failure_class : std::uint8_t {
  permanent, ///< trying again would end in the same way
  transient, ///< the next attempt may succeed
};

struct classified_failure {
  error_code code;
  failure_class is;
};

/// Every code that is not here is permanent.
inline constexpr std::array classified_failures{
  classified_failure{error_code::network_protocol, failure_class::transient},
  classified_failure{error_code::timeout, failure_class::transient},
  classified_failure{error_code::cannot_store_instance, failure_class::transient},
  classified_failure{error_code::full_storage, failure_class::transient},
  classified_failure{error_code::not_enough_memory, failure_class::transient},
  classified_failure{error_code::database_unavailable, failure_class::transient},
  classified_failure{error_code::database_cannot_serialize, failure_class::transient},
};

constexpr failure_class classify(error_code code) noexcept {
  const auto* const found = std::ranges::find(classified_failures, code, &classified_failure::code);
  return found == classified_failures.end() ? failure_class::permanent : found->is;
}

} // namespace troupe
