#include "app/descriptors.hpp"

#include <algorithm>
#include <sys/resource.h>

namespace troupe::app {

namespace {

// Some systems allow a thousand million: nobody needs them, and tables grow with the limit.
constexpr rlim_t enough = 1U << 20;

} // namespace

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return 1024;
  const auto wanted = std::max(limit.rlim_cur, std::min(limit.rlim_max, enough));
  const rlimit raised{wanted, limit.rlim_max};
  if (wanted != limit.rlim_cur && ::setrlimit(RLIMIT_NOFILE, &raised) == 0)
    limit.rlim_cur = wanted;
  return static_cast<std::size_t>(std::min(limit.rlim_cur, enough));
}

} // namespace troupe::app
