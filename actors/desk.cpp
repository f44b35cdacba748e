#include "actors/desk.hpp"

namespace troupe {

desk::behavior_type desk::make_behavior() {
  return {[this](const errand& what) { what.run(this); }};
}

} // namespace troupe
