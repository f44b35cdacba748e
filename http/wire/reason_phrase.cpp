#include "http/wire/reason_phrase.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace troupe::http {
namespace {

// clang-format off
constexpr auto phrases = std::to_array<std::pair<int, std::string_view>>({
  {100, "Continue"},              {200, "OK"},                     {201, "Created"},
  {202, "Accepted"},              {204, "No Content"},             {206, "Partial Content"},
  {301, "Moved Permanently"},     {302, "Found"},                  {303, "See Other"},
  {304, "Not Modified"},          {307, "Temporary Redirect"},     {308, "Permanent Redirect"},
  {400, "Bad Request"},           {401, "Unauthorized"},           {403, "Forbidden"},
  {404, "Not Found"},             {405, "Method Not Allowed"},     {406, "Not Acceptable"},
  {408, "Request Timeout"},       {409, "Conflict"},               {410, "Gone"},
  {411, "Length Required"},       {412, "Precondition Failed"},    {413, "Content Too Large"},
  {414, "URI Too Long"},          {415, "Unsupported Media Type"}, {416, "Range Not Satisfiable"},
  {417, "Expectation Failed"},    {421, "Misdirected Request"},    {422, "Unprocessable Content"},
  {429, "Too Many Requests"},     {431, "Request Header Fields Too Large"},
  {500, "Internal Server Error"}, {501, "Not Implemented"},        {502, "Bad Gateway"},
  {503, "Service Unavailable"},   {504, "Gateway Timeout"},        {505, "HTTP Version Not Supported"},
  {507, "Insufficient Storage"},
});
// clang-format on

} // namespace

std::string_view reason_phrase(int status) noexcept {
  const auto found = std::ranges::find(phrases, status, &std::pair<int, std::string_view>::first);
  return found == phrases.end() ? "Unknown" : found->second;
}

} // namespace troupe::http
