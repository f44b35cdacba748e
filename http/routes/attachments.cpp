#include "core/md5.hpp"
#include "http/content_reply.hpp"
#include "http/exchange.hpp"
#include "http/item_tag.hpp"
#include "http/level_routes.hpp"
#include "http/resource_json.hpp"
#include "http/routes/families.hpp"
#include "persistence/blob_file.hpp"
#include "persistence/item_store.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace troupe::http {
namespace {

using nlohmann::json;
using persistence::item_version;
using persistence::stored_blob;

constexpr std::array operations{"compress",       "compressed-data",
                                "compressed-md5", "compressed-size",
                                "data",           "info",
                                "is-compressed",  "md5",
                                "size",           "uncompress",
                                "verify-md5",     "uuid"};

// -- which one --------------------------------------------------------------------------------------------------------

/// What the path is about.
struct attachment_name {
  resource_name of;
  attachment_type type = attachment_type::none;
};

result<attachment_name> attachment_in_path(const exchange& with) {
  const auto name = name_in_path(with);
  if (!name)
    return no_resource();
  const auto type = with.server().attachment_names().type(with.path_parameter("name"));
  if (!type)
    return type.error();
  return attachment_name{*name, static_cast<attachment_type>(*type)};
}

/// The attachment in the path. Errors: also `unknown_resource`.
result<stored_blob> found_attachment(const exchange& with) {
  const auto name = attachment_in_path(with);
  if (!name)
    return name.error();
  const auto from = with.server().database().read();
  const auto resource = persistence::find_resource(from, name->of.level, name->of.id);
  auto blob = resource ? persistence::find_attachment(from, *resource, name->type) : std::nullopt;
  if (!blob)
    return error{error_code::unknown_resource,
                 resource ? "The resource has no such attachment" : "There is no such resource"};
  return *std::move(blob);
}

item_version version_of(const stored_blob& blob) {
  return {blob.revision, blob.version_name()};
}

const std::string& md5_on_disk(const stored_blob& blob) {
  return blob.compressed ? blob.compressed->md5 : blob.md5;
}

// -- what is known of it ----------------------------------------------------------------------------------------------

/// Answers with what `make` says of the attachment, unless the client has it already.
template <class Make>
void answer_about(const exchange& with, Make make) {
  const auto blob = found_attachment(with);
  if (!blob) {
    with.respond_error(blob.error());
    return;
  }
  const auto known = client_has(with.head(), version_of(*blob));
  if (!known) {
    with.respond_error(known.error());
    return;
  }
  reply shown = *known ? reply{.status = 304} : make(*blob);
  shown.headers.emplace_back("ETag", '"' + item_tag(version_of(*blob)) + '"');
  with.respond(std::move(shown));
}

void list_attachments(exchange& with) {
  const auto from = with.server().database().read();
  const auto found = resource_in_path(with, from);
  if (!found) {
    with.respond_error(no_resource());
    return;
  }
  const bool full = with.flag("full");
  auto shown = full ? json::object() : json::array();
  for (const auto& [type, blob] : persistence::attachments_of(from, *found)) {
    const auto number = static_cast<std::uint16_t>(type);
    const auto name = with.server().attachment_names().name(number);
    if (full)
      shown[name] = number;
    else
      shown.push_back(name);
  }
  with.respond_json(shown);
}

void list_operations(exchange& with) {
  answer_about(with, [](const stored_blob&) { return json_reply(operations); });
}

void show_info(exchange& with) {
  const auto name = attachment_in_path(with);
  answer_about(with, [&](const stored_blob& blob) { return json_reply(attachment_json(name->type, blob)); });
}

std::string size_text(const stored_blob& blob) {
  return std::to_string(blob.size_bytes);
}

std::string disk_size_text(const stored_blob& blob) {
  return std::to_string(blob.disk_bytes());
}

const std::string& md5_of_content(const stored_blob& blob) {
  return blob.md5;
}

std::string is_compressed_text(const stored_blob& blob) {
  return blob.compressed ? "1" : "0";
}

std::string uuid_text(const stored_blob& blob) {
  return blob.uuid;
}

template <std::string (*Text)(const stored_blob& blob)>
void show(exchange& with) {
  answer_about(with, [](const stored_blob& blob) { return reply{200, "text/plain", {}, Text(blob)}; });
}

/// Files that were stored when no MD5 was wanted have none.
template <const std::string& (*Md5)(const stored_blob& blob)>
void show_md5(exchange& with) {
  answer_about(with, [&](const stored_blob& blob) {
    const auto& text = Md5(blob);
    return text.empty() ? error_reply(with.head(), {error_code::unknown_resource, "No MD5 of that file was kept"})
                        : reply{200, "text/plain", {}, text};
  });
}

// -- its bytes --------------------------------------------------------------------------------------------------------

void send_data(exchange& with) {
  const auto name = attachment_in_path(with);
  const auto blob = found_attachment(with);
  if (!blob) {
    with.respond_error(blob.error());
    return;
  }
  const auto media_type = with.server().attachment_names().media_type(static_cast<std::uint16_t>(name->type));
  respond_with_content(with, *blob,
                       {.etag = item_tag(version_of(*blob)),
                        .media_type = media_type,
                        .filename = blob->uuid + (media_type == "application/dicom" ? ".dcm" : "")});
}

void send_file_as_it_is(exchange& with) {
  const auto blob = found_attachment(with);
  if (blob)
    respond_with_file(with, *blob,
                      {.etag = item_tag(version_of(*blob)), .media_type = "application/octet-stream", .filename = {}});
  else
    with.respond_error(blob.error());
}

/// Whether the file and its content have the MD5 that was kept; not if none was.
bool is_intact(const persistence::database& from, const stored_blob& blob) {
  if (blob.md5.empty())
    return false;
  try {
    const auto content = persistence::read_blob(from, blob, persistence::content_use::whole);
    if (md5_text(content.bytes()) != blob.md5)
      return false;
  } catch (const failure& broken) {
    if (broken.why().code() == error_code::corrupted_file)
      return false;
    throw;
  }
  return md5_text(persistence::read_stored(from, blob).bytes()) == md5_on_disk(blob);
}

void verify_md5(exchange& with) {
  with.on_cpu([](const exchange& later) {
    const auto blob = found_attachment(later);
    if (blob && is_intact(later.server().database(), *blob))
      later.respond_done();
    else
      later.respond_error(
        blob ? error{error_code::corrupted_file, "The MD5 is another one, or none was kept"}.with_status(400)
             : error{blob.error()}.with_status(400));
  });
}

// -- changes ----------------------------------------------------------------------------------------------------------

/// Stores a content. Throws `failure`; nothing is left of it then.
persistence::stored_content store(const exchange& with, std::span<const std::byte> content, bool compress) {
  auto how = persistence::storing_by(with.server().options());
  how.compress = compress;
  return with.server().store_content(content, how);
}

/// Makes a change durable that brings in a new file, and answers `{}`, with the headers that `headers` makes.
template <class Change, class Headers>
void commit_file(const exchange& with, Change change, Headers headers) {
  const auto blob = change.blob;
  const auto what = std::make_shared<batch>();
  what->mutations.emplace_back(std::move(change));
  with.server().commit(what, [with, blob, headers](const persistence::commit_answer& answer) {
    if (!answer) {
      drop_unless_written(with.server(), blob, answer.error());
      with.respond_error(answer.error());
      return;
    }
    auto done = done_reply();
    done.headers = headers(answer->at(0));
    with.respond(std::move(done));
  });
}

using header_list = decltype(reply::headers);

void put_attachment(exchange& with) {
  const auto name = attachment_in_path(with);
  if (!name) {
    with.respond_error(name.error());
    return;
  }
  if (!is_users(name->type)) {
    with.respond_error({error_code::forbidden_access, "Attachments below 1024 are the server's"});
    return;
  }
  auto only_if = condition_of(with.head(), with.server().options().check_revisions());
  if (!only_if) {
    with.respond_error(only_if.error());
    return;
  }
  with.on_cpu([name = *name, only_if = *std::move(only_if)](const exchange& later) {
    auto stored = store(later, later.body().bytes(), later.server().options().storage_compression());
    const auto version = stored.blob.version_name();
    commit_file(later,
                persistence::put_attachment{name.of.id, name.of.level, name.type, std::move(stored.blob), only_if,
                                            later.server().clock().now(), std::move(stored.content)},
                [version](const persistence::outcome& how) {
                  const auto revision = std::get<persistence::item_written>(how).revision;
                  return header_list{{"ETag", '"' + item_tag({revision, version}) + '"'}};
                });
  });
}

void remove_attachment(exchange& with) {
  const auto name = attachment_in_path(with);
  if (!name) {
    with.respond_error(name.error());
    return;
  }
  if (!is_users(name->type)) {
    with.respond_error({error_code::forbidden_access, "Attachments below 1024 are the server's"});
    return;
  }
  auto only_if = removal_condition_of(with.head(), with.server().options().check_revisions());
  if (!only_if) {
    with.respond_error(only_if.error());
    return;
  }
  const auto change = std::make_shared<batch>();
  change->mutations.emplace_back(persistence::remove_attachment{name->of.id, name->of.level, name->type,
                                                                *std::move(only_if), with.server().clock().now()});
  with.server().commit(change, [with](const persistence::commit_answer& answer) {
    if (answer)
      with.respond_text({});
    else
      with.respond_error(answer.error());
  });
}

/// Puts the same content in another form in place of the stored one.
template <bool Compress>
void change_form(exchange& with) {
  with.on_cpu([](const exchange& later) {
    const auto name = attachment_in_path(later);
    const auto old = found_attachment(later);
    if (!old) {
      later.respond_error(old.error());
      return;
    }
    if (old->compressed.has_value() == Compress) {
      later.respond_done();
      return;
    }
    const auto content = persistence::read_blob(later.server().database(), *old, persistence::content_use::whole);
    auto stored = store(later, content.bytes(), Compress);
    commit_file(later,
                persistence::replace_blob{name->of.id, name->of.level, name->type, old->number, std::move(stored.blob),
                                          later.server().clock().now(), std::move(stored.content)},
                [](const persistence::outcome&) { return header_list{}; });
  });
}

constexpr std::array list_parameters{parameter_doc{"full", "An object with the numbers"}};
constexpr std::string_view list_schema = R"({"type": ["array", "object"], "items": {"type": "string"}})";
constexpr std::string_view operations_schema = R"({"type": "array", "items": {"type": "string"}})";
constexpr std::string_view info_schema = R"({"type": "object", "required": ["Uuid", "ContentType"], "properties": {
  "Uuid": {"type": "string"}, "ContentType": {"type": "integer"}, "UncompressedSize": {"type": "integer"},
  "CompressedSize": {"type": "integer"}, "UncompressedMD5": {"type": "string"}, "CompressedMD5": {"type": "string"}}})";
constexpr std::string_view done_schema = R"({"type": "object"})";

} // namespace

std::span<const route> attachment_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array patterns{
    route{get,  "/*/{id}/attachments",                        view,    "The files that a resource has.", list_attachments, body_kind::none, list_parameters, {}, list_schema},
    route{get,  "/*/{id}/attachments/{name}",                 view,    "What can be asked about an attachment.", list_operations, body_kind::none, {}, {}, operations_schema},
    route{put,  "/*/{id}/attachments/{name}",                 operate, "Sets an attachment; the body is the file. From 1024.", put_attachment, body_kind::file, {}, {}, done_schema},
    route{del,  "/*/{id}/attachments/{name}",                 operate, "Removes an attachment. From 1024.", remove_attachment},
    route{get,  "/*/{id}/attachments/{name}/info",            view,    "Sizes and MD5 of an attachment.", show_info, body_kind::none, {}, {}, info_schema},
    route{get,  "/*/{id}/attachments/{name}/data",            view,    "The content of an attachment, whole or in parts.", send_data},
    route{get,  "/*/{id}/attachments/{name}/compressed-data", view,    "The file of an attachment as it lies on the disk.", send_file_as_it_is},
    route{get,  "/*/{id}/attachments/{name}/size",            view,    "The size of the content.", show<size_text>},
    route{get,  "/*/{id}/attachments/{name}/compressed-size", view,    "The size of the file on the disk.", show<disk_size_text>},
    route{get,  "/*/{id}/attachments/{name}/md5",             view,    "The MD5 of the content.", show_md5<md5_of_content>},
    route{get,  "/*/{id}/attachments/{name}/compressed-md5",  view,    "The MD5 of the file on the disk.", show_md5<md5_on_disk>},
    route{get,  "/*/{id}/attachments/{name}/is-compressed",   view,    "Whether the file on the disk is compressed: 0 or 1.", show<is_compressed_text>},
    route{get,  "/*/{id}/attachments/{name}/uuid",            view,    "The name of the file.", show<uuid_text>},
    route{post, "/*/{id}/attachments/{name}/verify-md5",      operate, "Compares the file with its MD5.", verify_md5, body_kind::none, {}, {}, done_schema},
    route{post, "/*/{id}/attachments/{name}/compress",        operate, "Compresses the file on the disk.", change_form<true>, body_kind::none, {}, {}, done_schema},
    route{post, "/*/{id}/attachments/{name}/uncompress",      operate, "Stores the file on the disk as it came.", change_form<false>, body_kind::none, {}, {}, done_schema},
  };
  // clang-format on
  static const level_routes all(patterns);
  return all.rows();
}

} // namespace troupe::http
