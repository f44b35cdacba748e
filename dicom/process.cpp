#include "dicom/process.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdict.h>
#include <dcmtk/oflog/oflog.h>

#include <cstdlib>

namespace troupe::dicom {

void prepare_process() {
  setenv("TCP_NODELAY", "1", 1);
  OFLog::configure(OFLogger::WARN_LOG_LEVEL);
  if (!dcmDataDict.isDictionaryLoaded())
    throw failure{
      error{error_code::inexistent_file, "the DICOM data dictionary: is the package libdcmtk17 installed?"}};
}

} // namespace troupe::dicom
