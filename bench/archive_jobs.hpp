/// \file
/// The steps that both scenarios with jobs are made of.
#pragma once

#include "bench/client.hpp"
#include "bench/load.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace troupe::bench {

/// The given resources, or all series of the server (`/series/<id>`) if none are given. Throws if there are none.
std::vector<std::string> resources_or_all_series(const load_settings& how, std::vector<std::string> resources);

/// Submits an asynchronous archive of a resource (`/studies/<id>`). Answers with the job's id.
boost::asio::awaitable<std::string> submit_archive(client& over, std::string resource);

/// Asks for the job, at first every millisecond, later every 20 ms, until it has ended.
/// Throws `std::runtime_error` unless the end is a success. Answers whether the first look came too early.
boost::asio::awaitable<bool> wait_for_job(client& over, std::string id);

} // namespace troupe::bench
