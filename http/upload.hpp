/// \file
/// `POST /instances`: takes in DICOM files, one or many, and answers when all of them are on the disk.
#pragma once

#include "http/exchange.hpp"

namespace troupe::http {

/// Answers with the object of one instance, or the list of several. What is stored stays if a later file is refused.
void take_upload(exchange& with);

} // namespace troupe::http
