/// \file
/// A stored instance on its way to a peer: its data set, and the syntaxes in which it can go.
#pragma once

#include "dicom/association.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcfilefo.h>

#include <optional>
#include <string>
#include <vector>

namespace troupe::dicom {

/// The instance as it is first, then what it can be converted to without touching its pixels.
std::vector<presentation> ways_to_send(const presentation& which);

class instance_to_send {
public:
  /// Reads the file; large values stay on the disk until they are sent. What is wrong with it, if anything is.
  std::optional<network_condition> load(const decltype(store_order::file)& from);

  DcmDataset* data_set() noexcept { return file_.getDataset(); }

  const std::string& sop_class() const noexcept { return sop_class_; }

  const std::string& sop_instance() const noexcept { return sop_instance_; }

private:
  DcmFileFormat file_;
  std::string sop_class_;
  std::string sop_instance_;
};

} // namespace troupe::dicom
