#include "persistence/modality_store.hpp"

#include "persistence/writer.hpp"

namespace troupe::persistence {

namespace {

constexpr std::size_t name_bytes_max = 64;
constexpr std::size_t parameters_bytes_max = 2000;
constexpr std::uint8_t version = 1;

std::optional<std::string> decode(std::string_view bytes) {
  if (bytes.empty() || static_cast<std::uint8_t>(bytes.front()) != version)
    return std::nullopt;
  return std::string(bytes.substr(1));
}

} // namespace

result<outcome> apply(writer& by, const put_modality& change) {
  if (change.name.empty() || change.name.size() > name_bytes_max || change.parameters.size() > parameters_bytes_max)
    return error{error_code::parameter_out_of_range,
                 "the name of a modality has 1 to 64 bytes, its parameters at most 2000"};
  by.to.put(table::modalities, change.name, static_cast<char>(version) + change.parameters);
  return applied{};
}

result<outcome> apply(writer& by, const remove_modality& change) {
  if (change.name.empty() || !by.rows().contains(table::modalities, change.name))
    return applied{false};
  by.to.erase(table::modalities, change.name);
  return applied{};
}

std::optional<std::string> find_modality(const read_transaction& from, std::string_view name) {
  const auto bytes = name.empty() ? std::nullopt : view(from).get(table::modalities, name);
  return bytes ? decode(*bytes) : std::nullopt;
}

std::map<std::string, std::string> modalities(const read_transaction& from) {
  std::map<std::string, std::string> all;
  const view rows(from);
  for_each_with_prefix(rows, table::modalities, {}, [&](std::string_view name, std::string_view bytes) {
    if (auto parameters = decode(bytes))
      all.emplace(name, *std::move(parameters));
    else
      rows.origin().note_undecodable(table::modalities, name);
    return true;
  });
  return all;
}

} // namespace troupe::persistence
