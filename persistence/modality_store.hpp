/// \file
/// Reading the modalities that were set over REST. Writing goes through persistence/batch.hpp.
#pragma once

#include "persistence/read_transaction.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::persistence {

/// The parameters of a modality as they were set (a JSON text).
std::optional<std::string> find_modality(const read_transaction& from, std::string_view name);

/// All of them, by name.
std::map<std::string, std::string> modalities(const read_transaction& from);

} // namespace troupe::persistence
