/// \file
/// Finds the row of a request, and what to say where there is none.
#pragma once

#include "http/exchange.hpp"
#include "http/route.hpp"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::http {

/// What a router found. Without a row: 405 if `allow` lists verbs, else a list of what is below, else 404.
struct route_match {
  const route* row = nullptr;
  std::map<std::string, std::string, std::less<>> parameters; ///< values of the `{name}` of the row's path
  std::string allow;                                          ///< `GET, HEAD, PUT`
  std::vector<std::string_view> below; ///< what the path can go on with, where nothing is offered at the path itself
};

/// A tree of path segments, built once; a request costs one step per segment. Any thread.
class router {
public:
  /// `rows` must outlive the router. Two rows with the same verb and path, whatever their parameters are called, are a
  /// mistake in the program: throws `failure`.
  explicit router(std::span<const route> rows);
  ~router();
  router(const router&) = delete;
  router& operator=(const router&) = delete;

  /// Literal segments win over parameters, and those over `{name...}`. HEAD is served by GET.
  route_match find(verb method, std::span<const std::string> path) const;

  /// What may come as the body of a request: that of its row. Refused where there is no row.
  admission admit(const request_head& head, const options& with) const;

  /// Lets the row of a call answer it. What a handler throws becomes the error reply.
  void dispatch(call what, services& with) const;

private:
  struct node;
  std::unique_ptr<node> root_;
};

} // namespace troupe::http
