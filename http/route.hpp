/// \file
/// A route as a row. The router, `Allow` on 405, permissions, /openapi.json and docs/rest.md are made from the rows.
#pragma once

#include "http/call.hpp"

#include <span>
#include <string_view>

namespace troupe::http {

class exchange;

/// Who may call a route. There is no default: a row without one does not compile.
enum class permission : std::uint8_t {
  everyone, ///< also without logging in
  view,     ///< read resources and jobs
  upload,   ///< add instances
  operate,  ///< change and delete resources, run and control jobs
  admin,    ///< change the server
};

/// What a route takes as its body, hence how large it may be.
enum class body_kind : std::uint8_t {
  none,
  json, ///< up to 16 MiB
  text, ///< up to 16 MiB
  file, ///< up to `MaximumRequestBodySizeMB`
};

/// A parameter of the query.
struct parameter_doc {
  std::string_view name;
  std::string_view doc;
};

/// A handler answers its exchange once, now or later, and never blocks. An exception becomes the error reply.
using handler = void (*)(exchange&);

/// A permission that must be given: there is no default.
class allowed {
public:
  constexpr allowed(permission who) : who_(who) {}

  constexpr permission who() const noexcept { return who_; }

private:
  permission who_;
};

struct route {
  verb method;
  std::string_view path; ///< `/jobs/{id}/{key}`; a last `{name...}` is all segments that are left
  allowed to;
  std::string_view summary; ///< one sentence
  handler handle;
  body_kind body = body_kind::none;
  std::span<const parameter_doc> parameters = {};
  std::string_view request_schema = {}; ///< JSON Schema of the body as JSON text, if any
  std::string_view reply_schema = {};   ///< JSON Schema of a good reply
};

} // namespace troupe::http
