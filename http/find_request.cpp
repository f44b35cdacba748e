#include "http/find_request.hpp"

#include "core/json_text.hpp"
#include "dicom/dictionary.hpp"
#include "dicom/tags_json.hpp"
#include "find/tag_reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace troupe::http {
namespace {

using dicom::vr;
using nlohmann::json;

/// Tags and items in a question, and tags, labels and sort keys in its lists.
constexpr std::size_t most_entries = 256;
constexpr std::size_t deepest_item = 8;

error wrong_type(std::string_view field, std::string_view wanted) {
  return {error_code::bad_request,
          "Field \"" + std::string(field) + "\" is missing, or should be " + std::string(wanted)};
}

error too_many(std::string_view field) {
  return {error_code::parameter_out_of_range, "Field \"" + std::string(field) + "\" has more than 256 entries"};
}

/// A member of the body; null where it is missing.
const json& member(const json& of, std::string_view name) {
  static const json none;
  const auto found = of.find(name);
  return found == of.end() ? none : *found;
}

// -- values of tags ---------------------------------------------------------------------------------------------------

vr type_of(dicom_tag tag) {
  const auto* const info = dicom::find_tag(tag);
  return info ? info->type : vr::un;
}

/// PS3.4 C.2.2.2.4: for these types only.
bool takes_wildcards(vr type) {
  constexpr std::array types{vr::ae, vr::cs, vr::lo, vr::lt, vr::pn, vr::sh, vr::st, vr::uc, vr::ur, vr::ut};
  return std::ranges::find(types, type) != types.end();
}

bool takes_ranges(vr type) {
  return type == vr::da || type == vr::tm || type == vr::dt;
}

bool is_number(vr type) {
  constexpr std::array types{vr::is, vr::ds, vr::us, vr::ss, vr::ul, vr::sl, vr::fl, vr::fd, vr::sv, vr::uv, vr::xs};
  return std::ranges::find(types, type) != types.end();
}

result<dicom_tag> tag_named(std::string_view name) {
  const auto tag = dicom::parse_tag(name);
  return tag ? result<dicom_tag>(*tag) : error{error_code::unknown_dicom_tag, "A name is no DICOM tag"};
}

result<value_pattern> read_pattern(dicom_tag tag, const std::string& text, bool case_sensitive) {
  const auto type = type_of(tag);
  if (!takes_wildcards(type) && text.find_first_of("*?") != std::string::npos)
    return error{error_code::parameter_out_of_range, "Wildcards are not allowed on tag " + find::tag_number(tag)};
  return value_pattern::parse(
    text, {.wildcards = takes_wildcards(type), .ranges = takes_ranges(type), .case_sensitive = case_sensitive});
}

/// Reads constraints: of the question itself, or of an item, so the depth is bounded.
class constraint_reader {
public:
  explicit constraint_reader(bool case_sensitive) : case_sensitive_(case_sensitive) {}

  result<std::vector<find::constraint>> read(const json& from, std::size_t depth = 0) {
    std::vector<find::constraint> all;
    for (const auto& [name, value] : from.items()) {
      if (++count_ > most_entries)
        return too_many("Query");
      auto one = read_one(name, value, depth);
      if (!one)
        return one.error();
      all.push_back(*std::move(one));
    }
    return all;
  }

private:
  result<find::constraint> read_one(const std::string& name, const json& value, std::size_t depth) {
    const auto tag = tag_named(name);
    if (!tag)
      return tag.error();
    find::constraint made{*tag, {}, {}};
    if (value.is_array() && type_of(*tag) == vr::sq)
      return read_item(std::move(made), value, depth);
    if (!value.is_string())
      return error{error_code::bad_request, "Tag \"" + name + "\" should be associated with a string"};
    auto pattern = read_pattern(*tag, value.get_ref<const std::string&>(), case_sensitive_);
    if (!pattern)
      return pattern.error();
    made.pattern = *std::move(pattern);
    return made;
  }

  result<find::constraint> read_item(find::constraint made, const json& items, std::size_t depth) {
    const bool is_item = items.size() == 1 && items[0].is_object();
    if (!items.empty() && (!is_item || depth == deepest_item))
      return error{error_code::bad_request, "A sequence must have one item, and not be nested deeper than 8 times"};
    if (is_item) {
      auto item = read(items[0], depth + 1);
      if (!item)
        return item.error();
      made.item = *std::move(item);
    }
    return made;
  }

  bool case_sensitive_;
  std::size_t count_ = 0;
};

// -- other fields -----------------------------------------------------------------------------------------------------

result<bool> read_boolean(const json& body, std::string_view name, bool otherwise) {
  const auto& value = member(body, name);
  if (value.is_null())
    return otherwise;
  if (!value.is_boolean())
    return error{error_code::bad_request, "Field \"" + std::string(name) + "\" should be a Boolean"};
  return value.get<bool>();
}

result<std::uint64_t> read_count(const json& body, std::string_view name) {
  const auto& value = member(body, name);
  if (value.is_null())
    return std::uint64_t{0};
  if (!value.is_number_integer())
    return error{error_code::bad_request, "Field \"" + std::string(name) + "\" should be an integer"};
  if (!value.is_number_unsigned())
    return error{error_code::parameter_out_of_range,
                 "Field \"" + std::string(name) + "\" should be a positive integer"};
  return value.get<std::uint64_t>();
}

result<std::vector<std::string>> read_texts(const json& body, std::string_view name) {
  const auto& value = member(body, name);
  std::vector<std::string> texts;
  if (value.is_null())
    return texts;
  if (!value.is_array() || !std::ranges::all_of(value, [](const json& each) { return each.is_string(); }))
    return wrong_type(name, "a list of strings");
  if (value.size() > most_entries)
    return too_many(name);
  for (const auto& each : value)
    texts.push_back(each.get<std::string>());
  return texts;
}

result<void> read_parents(const json& body, find::query& into) {
  using enum resource_level;
  constexpr std::array<std::pair<std::string_view, resource_level>, 3> fields{
    {{"ParentPatient", patient}, {"ParentStudy", study}, {"ParentSeries", series}}};
  for (const auto& [name, level] : fields) {
    const auto& value = member(body, name);
    if (value.is_null())
      continue;
    if (!value.is_string())
      return wrong_type(name, "a string");
    if (level >= into.level)
      return error{error_code::bad_request, "Field \"" + std::string(name) + "\" does not fit the level"};
    // What is no name of a resource names none: nothing is below it.
    into.parents.emplace_back(level, orthanc_id::parse(value.get<std::string>()).value_or(orthanc_id{}));
  }
  return {};
}

result<void> read_labels(const json& body, find::query& into) {
  auto labels = read_texts(body, "Labels");
  if (!labels)
    return labels.error();
  into.labels.labels = *std::move(labels);
  const auto& rule = member(body, "LabelsConstraint");
  if (rule.is_null() || rule == "All")
    return {};
  if (!rule.is_string())
    return wrong_type("LabelsConstraint", "a string");
  if (rule != "Any" && rule != "None")
    return error{error_code::parameter_out_of_range, "Field \"LabelsConstraint\" should be All, Any or None"};
  into.labels.which = rule == "Any" ? find::label_filter::rule::any : find::label_filter::rule::none;
  return {};
}

result<void> read_metadata(const json& body, bool case_sensitive, const item_names& names, find::query& into) {
  const auto& wanted = member(body, "MetadataQuery");
  if (wanted.is_null())
    return {};
  if (!wanted.is_object())
    return wrong_type("MetadataQuery", "a JSON object");
  if (wanted.size() > most_entries)
    return too_many("MetadataQuery");
  for (const auto& [name, value] : wanted.items()) {
    if (!value.is_string())
      return error{error_code::bad_request, "A metadata should be associated with a string"};
    const auto type = names.type(name);
    if (!type)
      return type.error();
    auto pattern = value_pattern::parse(value.get_ref<const std::string&>(), {.case_sensitive = case_sensitive});
    if (!pattern)
      return pattern.error();
    into.metadata.emplace_back(static_cast<metadata_type>(*type), *std::move(pattern));
  }
  return {};
}

result<find::sort_key> read_sort_key(const json& from, const item_names& names) {
  const auto text = [&](std::string_view name) {
    const auto& value = from.is_object() ? member(from, name) : from;
    return value.is_string() ? value.get<std::string>() : std::string();
  };
  const auto type = text("Type");
  const auto key = text("Key");
  const auto direction = text("Direction");
  if (type.empty() || key.empty() || direction.empty())
    return wrong_type("OrderBy", "a list of objects with Type, Key and Direction");
  if ((type != "DicomTag" && type != "Metadata") || (direction != "ASC" && direction != "DESC"))
    return error{error_code::parameter_out_of_range, "Field \"OrderBy\" has an unknown Type or Direction"};
  find::sort_key made{.descending = direction == "DESC"};
  if (type == "Metadata") {
    const auto named = names.type(key);
    if (!named)
      return named.error();
    made.what = find::sort_key::kind::metadata;
    made.metadata = static_cast<metadata_type>(*named);
    return made;
  }
  const auto tag = tag_named(key);
  if (!tag)
    return tag.error();
  made.tag = *tag;
  made.numeric = is_number(type_of(*tag));
  return made;
}

result<void> read_order(const json& body, const item_names& names, find::query& into) {
  const auto& order = member(body, "OrderBy");
  if (order.is_null())
    return {};
  if (!order.is_array())
    return wrong_type("OrderBy", "a list of objects with Type, Key and Direction");
  if (order.size() > most_entries)
    return too_many("OrderBy");
  for (const auto& each : order) {
    auto key = read_sort_key(each, names);
    if (!key)
      return key.error();
    into.order.push_back(*std::move(key));
  }
  return {};
}

result<void> read_tags(const json& body, std::vector<dicom_tag>& into) {
  const auto names = read_texts(body, "RequestedTags");
  if (!names)
    return names.error();
  for (const auto& name : *names) {
    const auto tag = tag_named(name);
    if (!tag)
      return tag.error();
    into.push_back(*tag);
  }
  return {};
}

/// `ResponseContent` says what is shown, hence that more than names are.
result<void> read_content(const json& body, find_request& into) {
  const auto parts = read_texts(body, "ResponseContent");
  if (!parts)
    return parts.error();
  if (body.contains("ResponseContent")) {
    into.expand = true;
    into.how.content = {};
  }
  for (const auto& part : *parts)
    if (auto added = add_part(into.how.content, part); !added)
      return added.error();
  return {};
}

result<void> read_page(const json& body, find::query& into) {
  const auto since = read_count(body, "Since");
  const auto limit = read_count(body, "Limit");
  if (!since || !limit)
    return since ? limit.error() : since.error();
  into.since = *since;
  into.limit = *limit;
  return {};
}

/// The question: everything that decides which resources are found, and in which order.
result<void> read_query(const json& body, bool case_sensitive, const item_names& names, find::query& into) {
  const auto& level = member(body, "Level");
  if (!level.is_string())
    return wrong_type("Level", "a string");
  const auto named = level_named(level.get_ref<const std::string&>());
  if (!named)
    return error{error_code::parameter_out_of_range, "Field \"Level\" is no level"};
  into.level = *named;
  if (!member(body, "Query").is_object())
    return wrong_type("Query", "a JSON object");
  const auto strict = read_boolean(body, "CaseSensitive", case_sensitive);
  if (!strict)
    return strict.error();
  auto constraints = constraint_reader(*strict).read(member(body, "Query"));
  if (!constraints)
    return constraints.error();
  into.constraints = *std::move(constraints);
  if (auto read = read_metadata(body, *strict, names, into); !read)
    return read.error();
  if (auto read = read_order(body, names, into); !read)
    return read.error();
  for (auto* const part : {read_page, read_parents, read_labels})
    if (auto read = part(body, into); !read)
      return read.error();
  return {};
}

} // namespace

std::optional<resource_level> level_named(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  using enum resource_level;
  constexpr std::array<std::pair<std::string_view, resource_level>, 9> names{{{"patient", patient},
                                                                              {"patients", patient},
                                                                              {"study", study},
                                                                              {"studies", study},
                                                                              {"series", series},
                                                                              {"instance", instance},
                                                                              {"instances", instance},
                                                                              {"image", instance},
                                                                              {"images", instance}}};
  const auto found = std::ranges::find(names, lower, [](const auto& each) { return each.first; });
  return found == names.end() ? std::nullopt : std::optional(found->second);
}

result<tag_style> tag_style_in(const json& body) {
  constexpr std::array<std::pair<std::string_view, tag_style>, 3> fields{
    {{"Simplify", tag_style::by_keyword}, {"Short", tag_style::by_number}, {"Full", tag_style::full}}};
  std::optional<tag_style> style;
  for (const auto& [name, means] : fields) {
    const auto& value = member(body, name);
    if (value.is_null())
      continue;
    if (!value.is_boolean())
      return error{error_code::bad_file_format, "Boolean value expected in field: " + std::string(name)};
    if (value.get<bool>() && !style)
      style = means;
  }
  return style.value_or(tag_style::by_keyword);
}

result<find_request> read_find_request(std::string_view text, bool case_sensitive, const item_names& names) {
  const auto body = parse_json_text(text);
  if (!body || !body->is_object())
    return error{error_code::bad_request, "The body must contain a JSON object"};
  find_request made;
  if (auto read = read_query(*body, case_sensitive, names, made.what); !read)
    return read.error();
  if (auto read = read_tags(*body, made.how.requested_tags); !read)
    return read.error();
  const auto style = tag_style_in(*body);
  if (!style)
    return style.error();
  made.how.style = *style;
  const auto& expand = member(*body, "Expand");
  made.expand = (expand.is_boolean() && expand.get<bool>()) || (expand.is_number() && expand != 0);
  if (!expand.is_null() && !expand.is_boolean() && !expand.is_number())
    return error{error_code::bad_request, "Field \"Expand\" should be a Boolean"};
  if (auto read = read_content(*body, made); !read)
    return read.error();
  return made;
}

} // namespace troupe::http
