/// \file
/// What happens between the opening of a directory and its first use.
#pragma once

#include "persistence/database.hpp"
#include "persistence/writer.hpp"

namespace troupe::persistence {

/// Checks the format, counts the boot, and puts right what the last process left: files in the trash and files that no
/// row names are removed, `incoming/` is emptied, transient jobs are forgotten. Nothing is changed where the format is
/// refused.
///
/// `by` is of the first transaction of the environment; the caller commits it. `by.made.now` becomes what is stored.
/// Throws `failure`: `incompatible_database_version`, `database`, `full_storage`, `cannot_write_file`.
recovery_report recover(environment& in, writer& by);

} // namespace troupe::persistence
