#include "persistence/keys.hpp"
#include "persistence/writer.hpp"

namespace troupe::persistence {

result<outcome> apply(writer& by, const log_exports& change) {
  for (const auto& one : change.all) {
    by.to.append(table::exports, number_key(++by.made.now.last_export), encode(one));
  }
  return applied{};
}

result<outcome> apply(writer& by, const clear_exports& /*change*/) {
  by.to.clear(table::exports);
  return applied{};
}

} // namespace troupe::persistence
