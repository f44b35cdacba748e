/// \file
/// The same reply in another form, because the client asks for it: XML instead of JSON, compressed.
#pragma once

#include "http/call.hpp"

#include <cstdint>
#include <string_view>

namespace troupe::http {

enum class content_coding : std::uint8_t { identity, gzip, deflate };

/// In which form a reply is to be sent.
struct representation {
  bool as_xml = false;
  content_coding coding = content_coding::identity;

  bool is_plain() const noexcept { return !as_xml && coding == content_coding::identity; }
};

/// True if an `Accept` header prefers XML to JSON and to all else it names: browsers, who want HTML, get JSON.
bool prefers_xml(std::string_view accept);

/// The coding that an `Accept-Encoding` header likes best among those there are; gzip before deflate, `identity`
/// without one.
content_coding preferred_coding(std::string_view accept_encoding);

/// The form that the client wants. Only good replies that are whole texts have others: JSON can be XML, and, if
/// `compressing`, JSON, XML and plain text can be compressed, unless they are small or have an entity tag.
representation wanted(const request_head& request, const reply& of, bool compressing);

/// The reply in that form. Takes time in proportion to its size.
reply represented(reply plain, representation how);

} // namespace troupe::http
