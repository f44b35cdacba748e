/// \file
/// Routes that patients, studies, series and instances have alike.
#pragma once

#include "http/exchange.hpp"
#include "http/route.hpp"
#include "persistence/index_store.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace troupe::http {

/// Rows for all four levels, made from one each: `/*/{id}/labels` stands for `/patients/{id}/labels` and so on. A row
/// whose path begins otherwise stays as it is.
class level_routes {
public:
  explicit level_routes(std::span<const route> patterns);
  level_routes(const level_routes&) = delete;
  level_routes& operator=(const level_routes&) = delete;

  std::span<const route> rows() const noexcept { return rows_; }

private:
  std::vector<std::string> paths_; ///< what the rows point into
  std::vector<route> rows_;
};

/// The resource that the path of such a row is about.
struct resource_name {
  resource_level level = resource_level::patient;
  orthanc_id id;
};

/// Nothing if the path has no identifier where it should.
std::optional<resource_name> name_in_path(const exchange& with);
/// Nothing if there is no such resource.
std::optional<persistence::resource> resource_in_path(const exchange& with, const persistence::read_transaction& from);

} // namespace troupe::http
