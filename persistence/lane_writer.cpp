#include "persistence/writer.hpp"

namespace troupe::persistence {

result<outcome> apply(writer&, const put_lane&) {
  return applied{};
}

} // namespace troupe::persistence
