/// \file
/// How asking a peer went, and the one table that says what each way of going wrong means: the error that clients see,
/// and whether trying again may help.
#pragma once

#include <troupe/error.hpp>

#include "core/failure_class.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::dicom {

/// What to do about the way it went.
enum class network_outcome : std::uint8_t {
  good,
  stopped,     ///< the caller wanted no more of it
  unreachable, ///< no association: nobody answers there now
  transient,   ///< the same may succeed later
  permanent,   ///< the same would fail again
};

/// What can go wrong before a peer answers with a status.
enum class network_condition : std::uint8_t {
  stopped,
  unknown_host,
  refused,
  unroutable,
  connect_timeout,
  negotiation_timeout,
  negotiation_lost,
  rejected_for_now,
  rejected,
  no_presentation_context,
  silent,
  lost,
  protocol,
  unreadable,
  nameless,
};

struct condition_row {
  network_condition condition;
  network_outcome outcome;
  error_code code;
  std::string_view text;
};

// clang-format off
inline constexpr std::array network_conditions{
  condition_row{network_condition::stopped,                 network_outcome::stopped,     error_code::canceled_job,     "stopped"},
  condition_row{network_condition::unknown_host,            network_outcome::unreachable, error_code::network_protocol, "the name of the host cannot be resolved"},
  condition_row{network_condition::refused,                 network_outcome::unreachable, error_code::network_protocol, "connection refused"},
  condition_row{network_condition::unroutable,              network_outcome::unreachable, error_code::network_protocol, "the host cannot be reached"},
  condition_row{network_condition::connect_timeout,         network_outcome::unreachable, error_code::network_protocol, "time-out of the connection"},
  condition_row{network_condition::negotiation_timeout,     network_outcome::unreachable, error_code::network_protocol, "time-out of the negotiation"},
  condition_row{network_condition::negotiation_lost,        network_outcome::unreachable, error_code::network_protocol, "the connection was closed during the negotiation"},
  condition_row{network_condition::rejected_for_now,        network_outcome::transient,   error_code::network_protocol, "the association was rejected for now"},
  condition_row{network_condition::rejected,                network_outcome::permanent,   error_code::bad_application_entity_title, "the association was rejected"},
  condition_row{network_condition::no_presentation_context, network_outcome::permanent,   error_code::no_presentation_context, "no presentation context was accepted"},
  condition_row{network_condition::silent,                  network_outcome::transient,   error_code::timeout,          "the peer was silent for too long"},
  condition_row{network_condition::lost,                    network_outcome::transient,   error_code::network_protocol, "the peer ended the association"},
  condition_row{network_condition::protocol,                network_outcome::transient,   error_code::network_protocol, "failure of the protocol"},
  condition_row{network_condition::unreadable,              network_outcome::permanent,   error_code::corrupted_file,   "the instance cannot be read"},
  condition_row{network_condition::nameless,                network_outcome::permanent,   error_code::no_sop_class_or_instance, "the instance names no SOP class or SOP instance"},
};

// clang-format on

/// A range of statuses of a response (PS3.7 annex C, PS3.4 B.2.3), the last one included.
struct status_row {
  std::uint16_t first;
  std::uint16_t last;
  network_outcome outcome;
  error_code code;
  std::string_view text;
};

// The first row that holds a status counts.
// clang-format off
inline constexpr std::array dimse_statuses{
  status_row{0x0000, 0x0000, network_outcome::good,      error_code::success,                  "success"},
  status_row{0x0001, 0x0001, network_outcome::good,      error_code::success,                  "warning"},
  status_row{0x0107, 0x0107, network_outcome::good,      error_code::success,                  "warning: attribute list error"},
  status_row{0x0116, 0x0116, network_outcome::good,      error_code::success,                  "warning: attribute value out of range"},
  status_row{0x0110, 0x0110, network_outcome::transient, error_code::cannot_store_instance,    "processing failure"},
  status_row{0x0122, 0x0122, network_outcome::permanent, error_code::no_sop_class_or_instance, "SOP class not supported"},
  status_row{0x0124, 0x0124, network_outcome::permanent, error_code::bad_application_entity_title, "not authorized"},
  status_row{0x0211, 0x0211, network_outcome::permanent, error_code::no_c_store_handler,       "unrecognized operation"},
  status_row{0xA700, 0xA7FF, network_outcome::transient, error_code::cannot_store_instance,    "out of resources"},
  status_row{0xA900, 0xA9FF, network_outcome::permanent, error_code::no_sop_class_or_instance, "data set does not match SOP class"},
  status_row{0xB000, 0xBFFF, network_outcome::good,      error_code::success,                  "warning"},
  status_row{0xC000, 0xCFFF, network_outcome::permanent, error_code::no_sop_class_or_instance, "cannot understand"},
  status_row{0xFE00, 0xFE00, network_outcome::transient, error_code::cannot_store_instance,    "cancelled by the peer"},
  status_row{0x0000, 0xFFFF, network_outcome::permanent, error_code::no_sop_class_or_instance, "refused"},
};

// clang-format on

constexpr const condition_row& describe(network_condition condition) noexcept {
  return *std::ranges::find(network_conditions, condition, &condition_row::condition);
}

constexpr const status_row& describe_status(std::uint16_t status) noexcept {
  return *std::ranges::find_if(dimse_statuses,
                               [status](const status_row& row) { return row.first <= status && status <= row.last; });
}

// Whether a job is tried again is decided by the code alone: the two tables must agree.
static_assert(std::ranges::all_of(network_conditions, [](const condition_row& row) {
  return row.outcome == network_outcome::stopped
         || (classify(row.code) == failure_class::permanent) == (row.outcome == network_outcome::permanent);
}));
static_assert(std::ranges::all_of(dimse_statuses, [](const status_row& row) {
  return row.outcome == network_outcome::good
         || (classify(row.code) == failure_class::permanent) == (row.outcome == network_outcome::permanent);
}));

/// How it went.
struct network_answer {
  network_outcome outcome = network_outcome::good;
  error why{error_code::success};
  std::optional<network_condition> condition; ///< what went wrong, unless a status says so
  std::optional<std::uint16_t> status;        ///< of the response, if there was one (PS3.7 annex C)
  std::string comment;                        ///< what the peer added to a status that is not 0

  bool good() const noexcept { return outcome == network_outcome::good; }
};

} // namespace troupe::dicom
