/// \file
/// JSON as XML, for clients that ask for it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace troupe {

/// A document `<root>` with an element for each member of an object and `<item>` for each of an array, 2 blanks deep,
/// as Orthanc prints it. A member whose name is no name of XML (`0008,0016`) is `<member name="...">`: Orthanc's is not
/// well-formed. Characters that XML cannot have become U+FFFD.
std::string xml_text(const nlohmann::json& value);

} // namespace troupe
