/// \file
/// Requests with what must become of them: 200, or the status of the refusal.
#pragma once

#include <array>
#include <string_view>

namespace troupe::http::test {

struct head_vector {
  std::string_view name;
  std::string_view request;
  int status;
};

// clang-format off
inline constexpr auto head_vectors = std::to_array<head_vector>({
  // -- good ones
  {"plain",                       "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 200},
  {"host with port",              "GET /x?y HTTP/1.1\r\nHost: localhost:8042\r\n\r\n", 200},
  {"host is an IPv6 address",     "GET / HTTP/1.1\r\nHost: [::1]:8042\r\n\r\n", 200},
  {"HTTP/1.0",                    "GET / HTTP/1.0\r\nHost: a\r\n\r\n", 200},
  {"delete",                      "DELETE /x HTTP/1.1\r\nHost: a\r\n\r\n", 200},
  {"length",                      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 200},
  {"chunked",                     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 200},
  {"chunked, in capitals",        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 200},
  {"chunk extension",             "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n", 200},
  {"trailer",                     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nHost: b\r\nAuthorization: x\r\n\r\n", 200},
  {"escapes",                     "GET /a%2Fb?c=%C3%A4 HTTP/1.1\r\nHost: a\r\n\r\n", 200},
  {"UTF-8 in a harmless header",  "GET / HTTP/1.1\r\nHost: a\r\nX-Name: M\xc3\xbcller\r\n\r\n", 200},
  // -- transfer codings
  {"gzip",                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
  {"identity",                    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", 400},
  {"unknown coding",              "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: blegh\r\n\r\n", 400},
  {"chunked, gzip",               "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", 400},
  {"quoted chunked",              "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n", 400},
  {"chunked between no-break spaces", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \xa0" "chunked\xa0\r\n\r\n", 400},
  {"empty coding",                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n", 400},
  {"gzip and length",             "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\nabcde", 400},
  {"gzip, chunked",               "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400},
  {"comma, chunked",              "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n", 400},
  {"chunked twice",               "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
  {"chunked with a parameter",    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n", 400},
  {"chunked in HTTP/1.0",         "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
  {"continued coding",            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 400},
  {"continued by a tab",          "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n\tb\r\n\r\n", 400},
  {"length and chunked",          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
  {"chunked and length",          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400},
  // -- lengths
  {"length list",                 "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\na", 400},
  {"same length twice",           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", 400},
  {"two lengths",                 "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
  {"signed length",               "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na", 400},
  {"negative length",             "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\na", 400},
  {"hexadecimal length",          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\na", 400},
  {"length with garbage",         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1a\r\n\r\na", 400},
  {"empty length",                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400},
  {"length of 21 digits",         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 184467440737095516160\r\n\r\n", 400},
  {"length above the limit",      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4294967296\r\n\r\na", 413},
  // -- hosts
  {"no host",                     "GET / HTTP/1.1\r\n\r\n", 400},
  {"two hosts",                   "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
  {"same host twice",             "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
  {"empty host",                  "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
  {"host beyond ASCII",           "GET / HTTP/1.1\r\nHost: \xc3\xa4\r\n\r\n", 400},
  {"host with a path",            "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
  {"host with a user",            "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
  {"host with a list",            "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
  {"host with a bad port",        "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400},
  // -- targets and methods
  {"absolute target",             "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
  {"target without slash",        "GET x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
  {"asterisk",                    "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
  {"target beyond ASCII",         "GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
  {"fragment",                    "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
  {"dot segments",                "GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
  {"escaped dot segments",        "GET /a/%2e%2e/b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
  {"escaped NUL",                 "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
  {"overlong escape",             "GET /%c0%af HTTP/1.1\r\nHost: a\r\n\r\n", 400},
  {"half an escape",              "GET /%2 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
  {"connect",                     "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
  {"trace",                       "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
  {"lower case method",           "get / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
  {"method with a mark",          "GET# / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
  {"two blanks",                  "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
  {"blank in the target",         "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
  // -- versions and lines
  {"HTTP/2.0",                    "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
  {"HTTP/1.2",                    "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
  {"HTTP/0.9",                    "GET /\r\n\r\n", 400},
  {"lower case protocol",         "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
  {"line feeds alone",            "GET / HTTP/1.1\nHost: a\n\n", 400},
  {"carriage return alone",       "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400},
  {"NUL in a header",             {"GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 35}, 400},
  {"blank before the colon",      "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
  {"blank before the coding's colon", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400},
  {"header without a colon",      "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", 400},
  {"header without a name",       "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", 400},
  {"empty line first",            "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
  {"other expectation",           "POST / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 1\r\n\r\na", 417},
  // -- chunks
  {"chunk size with a blank",     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1 ;a=b\r\na\r\n0\r\n\r\n", 400},
  {"chunk size of 21 digits",     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n000000000000000000001\r\na\r\n0\r\n\r\n", 400},
  {"chunk size with 0x",          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n", 400},
  {"negative chunk size",         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n", 400},
  {"no chunk size",               "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\r\na\r\n0\r\n\r\n", 400},
  {"chunk longer than its size",  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", 400},
  {"chunk ended by a line feed",  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\n0\r\n\r\n", 400},
  {"chunk size ended by a line feed", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n", 400},
  {"huge chunk size",             "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n11111111111111111\r\na\r\n", 400},
  {"continued trailer",           "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n a: b\r\n\r\n", 400},
});
// clang-format on

} // namespace troupe::http::test
