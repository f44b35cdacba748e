/// \file
/// Errors as values: the closed table of codes that clients know, and `result<T>`.
#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace troupe {

// The table of errors. One row an error: symbol, number, HTTP status, name in Orthanc's API, text.
// Numbers and statuses are a contract with clients; texts are ours.
// Everything that lists errors (`error_table`, docs/errors.md, the tests) is made from these rows.
// clang-format off
#define TROUPE_ERRORS(X)                                                                                              \
  X(internal_error,                 -1, 500, "InternalError",                "Unexpected internal failure")           \
  X(success,                         0, 200, "Success",                      "Success")                               \
  X(plugin,                          1, 500, "Plugin",                       "A plugin reported an error")            \
  X(not_implemented,                 2, 500, "NotImplemented",               "Not implemented")                       \
  X(parameter_out_of_range,          3, 400, "ParameterOutOfRange",          "A value is outside its range")          \
  X(not_enough_memory,               4, 500, "NotEnoughMemory",              "Not enough memory")                     \
  X(bad_parameter_type,              5, 400, "BadParameterType",             "A value has the wrong type")            \
  X(bad_sequence_of_calls,           6, 500, "BadSequenceOfCalls",           "Not allowed in this state")             \
  X(inexistent_item,                 7, 404, "InexistentItem",               "The item does not exist")               \
  X(bad_request,                     8, 400, "BadRequest",                   "Malformed request")                     \
  X(network_protocol,                9, 500, "NetworkProtocol",              "Failure of a network protocol")         \
  X(system_command,                 10, 500, "SystemCommand",                "An external command failed")            \
  X(database,                       11, 500, "Database",                     "Failure of the database")               \
  X(uri_syntax,                     12, 400, "UriSyntax",                    "Malformed URI")                         \
  X(inexistent_file,                13, 404, "InexistentFile",               "The file does not exist")               \
  X(cannot_write_file,              14, 500, "CannotWriteFile",              "A file cannot be written")              \
  X(bad_file_format,                15, 400, "BadFileFormat",                "Unreadable content")                    \
  X(timeout,                        16, 500, "Timeout",                      "Time-out")                              \
  X(unknown_resource,               17, 404, "UnknownResource",              "Unknown resource")                      \
  X(incompatible_database_version,  18, 500, "IncompatibleDatabaseVersion",  "Version of the database not supported") \
  X(full_storage,                   19, 507, "FullStorage",                  "The storage is full")                   \
  X(corrupted_file,                 20, 500, "CorruptedFile",                "A stored file is damaged")              \
  X(inexistent_tag,                 21, 404, "InexistentTag",                "The DICOM tag is absent")               \
  X(read_only,                      22, 500, "ReadOnly",                     "Cannot be changed")                     \
  X(incompatible_image_format,      23, 500, "IncompatibleImageFormat",      "Incompatible pixel formats")            \
  X(incompatible_image_size,        24, 500, "IncompatibleImageSize",        "Incompatible image sizes")              \
  X(shared_library,                 25, 500, "SharedLibrary",                "A shared library cannot be used")       \
  X(unknown_plugin_service,         26, 500, "UnknownPluginService",         "Unknown service asked by a plugin")     \
  X(unknown_dicom_tag,              27, 500, "UnknownDicomTag",              "DICOM tag unknown to the dictionary")   \
  X(bad_json,                       28, 400, "BadJson",                      "JSON syntax error")                     \
  X(unauthorized,                   29, 401, "Unauthorized",                 "Bad credentials")                       \
  X(bad_font,                       30, 500, "BadFont",                      "Bad font file")                         \
  X(database_plugin,                31, 500, "DatabasePlugin",               "Failure of a database plugin")          \
  X(storage_area_plugin,            32, 500, "StorageAreaPlugin",            "Failure of a storage plugin")           \
  X(empty_request,                  33, 500, "EmptyRequest",                 "The request is empty")                  \
  X(not_acceptable,                 34, 406, "NotAcceptable",                "No acceptable representation")          \
  X(null_pointer,                   35, 500, "NullPointer",                  "Null pointer")                          \
  X(database_unavailable,           36, 503, "DatabaseUnavailable",          "The database is not available now")     \
  X(canceled_job,                   37, 500, "CanceledJob",                  "The job was cancelled")                 \
  X(bad_geometry,                   38, 500, "BadGeometry",                  "Geometry error")                        \
  X(ssl_initialization,             39, 500, "SslInitialization",            "TLS cannot be set up")                  \
  X(discontinued_abi,               40, 500, "DiscontinuedAbi",              "Function no longer offered")            \
  X(bad_range,                      41, 416, "BadRange",                     "Unsatisfiable byte range")              \
  X(database_cannot_serialize,      42, 503, "DatabaseCannotSerialize",      "The transaction must be tried again")   \
  X(revision,                       43, 409, "Revision",                     "Conflict of revisions")                 \
  X(main_dicom_tags_multiply_defined, 44, 500, "MainDicomTagsMultiplyDefined", "Main DICOM tag declared twice")       \
  X(forbidden_access,               45, 403, "ForbiddenAccess",              "Access is forbidden")                   \
  X(duplicate_resource,             46, 409, "DuplicateResource",            "The resource exists already")           \
  X(incompatible_configurations,    47, 500, "IncompatibleConfigurations",   "Options contradict each other")         \
  X(sqlite_not_opened,            1000, 500, "SQLiteNotOpened",              "SQLite: not opened")                    \
  X(sqlite_already_opened,        1001, 500, "SQLiteAlreadyOpened",          "SQLite: already opened")                \
  X(sqlite_cannot_open,           1002, 500, "SQLiteCannotOpen",             "SQLite: cannot open")                   \
  X(sqlite_statement_already_used, 1003, 500, "SQLiteStatementAlreadyUsed",  "SQLite: statement already used")        \
  X(sqlite_execute,               1004, 500, "SQLiteExecute",                "SQLite: cannot execute")                \
  X(sqlite_rollback_without_transaction, 1005, 500, "SQLiteRollbackWithoutTransaction", "SQLite: roll-back without transaction") \
  X(sqlite_commit_without_transaction, 1006, 500, "SQLiteCommitWithoutTransaction", "SQLite: commit without transaction") \
  X(sqlite_register_function,     1007, 500, "SQLiteRegisterFunction",       "SQLite: cannot register function")      \
  X(sqlite_flush,                 1008, 500, "SQLiteFlush",                  "SQLite: cannot flush")                  \
  X(sqlite_cannot_run,            1009, 500, "SQLiteCannotRun",              "SQLite: cannot run")                    \
  X(sqlite_cannot_step,           1010, 500, "SQLiteCannotStep",             "SQLite: cannot step")                   \
  X(sqlite_bind_out_of_range,     1011, 500, "SQLiteBindOutOfRange",         "SQLite: bind out of range")             \
  X(sqlite_prepare_statement,     1012, 500, "SQLitePrepareStatement",       "SQLite: cannot prepare statement")      \
  X(sqlite_transaction_already_started, 1013, 500, "SQLiteTransactionAlreadyStarted", "SQLite: transaction started twice") \
  X(sqlite_transaction_commit,    1014, 500, "SQLiteTransactionCommit",      "SQLite: cannot commit")                 \
  X(sqlite_transaction_begin,     1015, 500, "SQLiteTransactionBegin",       "SQLite: cannot begin")                  \
  X(directory_over_file,          2000, 500, "DirectoryOverFile",            "A file bears the directory's name")     \
  X(file_storage_cannot_write,    2001, 500, "FileStorageCannotWrite",       "The storage area cannot be written")    \
  X(directory_expected,           2002, 500, "DirectoryExpected",            "Not a directory")                       \
  X(http_port_in_use,             2003, 500, "HttpPortInUse",                "The HTTP port is in use or privileged") \
  X(dicom_port_in_use,            2004, 500, "DicomPortInUse",               "The DICOM port is in use or privileged") \
  X(bad_http_status_in_rest,      2005, 500, "BadHttpStatusInRest",          "HTTP status not allowed in REST")       \
  X(regular_file_expected,        2006, 500, "RegularFileExpected",          "Not a regular file")                    \
  X(path_to_executable,           2007, 500, "PathToExecutable",             "Path of the own program unknown")       \
  X(make_directory,               2008, 500, "MakeDirectory",                "A directory cannot be made")            \
  X(bad_application_entity_title, 2009, 500, "BadApplicationEntityTitle",    "Application entity title malformed or refused") \
  X(no_c_find_handler,            2010, 500, "NoCFindHandler",               "No C-FIND service")                     \
  X(no_c_move_handler,            2011, 500, "NoCMoveHandler",               "No C-MOVE service")                     \
  X(no_c_store_handler,           2012, 500, "NoCStoreHandler",              "No C-STORE service")                    \
  X(no_application_entity_filter, 2013, 500, "NoApplicationEntityFilter",    "No filter of application entities")     \
  X(no_sop_class_or_instance,     2014, 500, "NoSopClassOrInstance",         "SOP class or instance missing or refused") \
  X(no_presentation_context,      2015, 500, "NoPresentationContext",        "No presentation context accepted")      \
  X(dicom_find_unavailable,       2016, 500, "DicomFindUnavailable",         "The remote refuses C-FIND")             \
  X(dicom_move_unavailable,       2017, 500, "DicomMoveUnavailable",         "The remote refuses C-MOVE")             \
  X(cannot_store_instance,        2018, 500, "CannotStoreInstance",          "The instance could not be stored")      \
  X(create_dicom_not_string,      2019, 400, "CreateDicomNotString",         "The value of a tag is not a string")    \
  X(create_dicom_override_tag,    2020, 400, "CreateDicomOverrideTag",       "The tag is set already")                \
  X(create_dicom_use_content,     2021, 400, "CreateDicomUseContent",        "Pixel data belongs into Content")       \
  X(create_dicom_no_payload,      2022, 400, "CreateDicomNoPayload",         "An item has no Content")                \
  X(create_dicom_use_data_uri_scheme, 2023, 400, "CreateDicomUseDataUriScheme", "Content is not a data URI")          \
  X(create_dicom_bad_parent,      2024, 400, "CreateDicomBadParent",         "The parent does not exist")             \
  X(create_dicom_parent_is_instance, 2025, 400, "CreateDicomParentIsInstance", "The parent is an instance")           \
  X(create_dicom_parent_encoding, 2026, 500, "CreateDicomParentEncoding",    "Character set of the parent unknown")   \
  X(unknown_modality,             2027, 500, "UnknownModality",              "Unknown modality")                      \
  X(bad_job_ordering,             2028, 500, "BadJobOrdering",               "Bad order of operations")               \
  X(json_to_lua_table,            2029, 500, "JsonToLuaTable",               "JSON not convertible to Lua")           \
  X(cannot_create_lua,            2030, 500, "CannotCreateLua",              "Lua cannot be started")                 \
  X(cannot_execute_lua,           2031, 500, "CannotExecuteLua",             "A Lua command failed")                  \
  X(lua_already_executed,         2032, 500, "LuaAlreadyExecuted",           "Lua arguments came too late")           \
  X(lua_bad_output,               2033, 500, "LuaBadOutput",                 "Wrong number of Lua outputs")           \
  X(not_lua_predicate,            2034, 500, "NotLuaPredicate",              "The Lua function is no predicate")      \
  X(lua_returns_no_string,        2035, 500, "LuaReturnsNoString",           "The Lua function returns no string")    \
  X(storage_area_already_registered, 2036, 500, "StorageAreaAlreadyRegistered", "A storage area is registered already") \
  X(database_backend_already_registered, 2037, 500, "DatabaseBackendAlreadyRegistered", "A database is registered already") \
  X(database_not_initialized,     2038, 500, "DatabaseNotInitialized",       "The database is not ready yet")         \
  X(ssl_disabled,                 2039, 500, "SslDisabled",                  "Built without TLS")                     \
  X(cannot_order_slices,          2040, 500, "CannotOrderSlices",            "The slices cannot be ordered")          \
  X(no_worklist_handler,          2041, 500, "NoWorklistHandler",            "No worklist service")                   \
  X(already_existing_tag,         2042, 500, "AlreadyExistingTag",           "The tag is present already")            \
  X(no_storage_commitment_handler, 2043, 500, "NoStorageCommitmentHandler",  "No storage commitment service")         \
  X(no_c_get_handler,             2044, 500, "NoCGetHandler",                "No C-GET service")                      \
  X(dicom_get_unavailable,        2045, 500, "DicomGetUnavailable",          "The remote refuses C-GET")              \
  X(unsupported_media_type,       3000, 415, "UnsupportedMediaType",         "Media type not supported")
// clang-format on

enum class error_code : std::int32_t {
#define TROUPE_ERROR_ENUMERATOR(symbol, number, status, name, text) symbol = (number),
  TROUPE_ERRORS(TROUPE_ERROR_ENUMERATOR)
#undef TROUPE_ERROR_ENUMERATOR
};

/// One row of the table of errors.
struct error_info {
  error_code code;
  int http_status;
  std::string_view name; ///< Orthanc's symbol, as in its API documentation
  std::string_view text; ///< what people read: `Message` of an error reply, `ErrorDescription` of a job
};

/// All rows, ordered by number.
std::span<const error_info> error_table() noexcept;

/// The row of a code; the row of `internal_error` for a number that has none.
const error_info& describe(error_code code) noexcept;

/// Why something was refused or failed. A plain value; `details` never holds patient data.
class error {
public:
  error() = default;

  error(error_code code, std::string details = {}) : code_(code), details_(std::move(details)) {}

  error_code code() const noexcept { return code_; }

  const std::string& details() const noexcept { return details_; }

  /// HTTP status of a reply that reports this error: the row's, or the one set by `with_status`.
  int http_status() const noexcept { return status_ ? *status_ : describe(code_).http_status; }

  /// For the few replies whose status is not that of their code (403, 405, 413, 507 ...).
  error with_status(int http_status) && {
    status_ = http_status;
    return std::move(*this);
  }

  friend bool operator==(const error&, const error&) = default;

private:
  error_code code_ = error_code::internal_error;
  std::string details_;
  std::optional<int> status_;
};

/// What `result<T>::value()` throws, and what a room of the house throws when the world fails it (disk, network).
class failure : public std::runtime_error {
public:
  explicit failure(error why);

  const error& why() const noexcept { return why_; }

private:
  error why_;
};

[[noreturn]] void throw_exception_from_error(const error& why, const boost::source_location&);

/// A value, or the reason why there is none.
template <class T>
using result = boost::system::result<T, error>;

} // namespace troupe
