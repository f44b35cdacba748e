#include "dicom/tags_text.hpp"

#include "core/json_string.hpp"
#include "dicom/charset.hpp"
#include "dicom/default_encoding.hpp"
#include "dicom/element_reader.hpp"
#include "dicom/part10_file.hpp"
#include "dicom/scan.hpp"
#include "dicom/tag_text.hpp"
#include "dicom/value_text.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace troupe::dicom {
namespace {

constexpr dicom_tag specific_character_set = 0x00080005;
constexpr dicom_tag pixel_data = 0x7fe00010;
/// What is deeply nested becomes much text, since every line is indented.
constexpr std::size_t text_max = std::size_t{256} * 1024 * 1024;

using member = tags_text::member;

std::string_view type_name(shown_value::kind kind) {
  switch (kind) {
  case shown_value::kind::text:
    return "String";
  case shown_value::kind::too_long:
    return "TooLong";
  case shown_value::kind::none:
    break;
  }
  return "Null";
}

/// Orders members by tag; the first of several with the same tag stays.
void order_by_tag(std::vector<member>& members, std::size_t from) {
  const auto first = members.begin() + static_cast<std::ptrdiff_t>(from);
  const auto ascends = [](const member& one, const member& next) { return one.tag < next.tag; };
  const auto not_after = [&](const member& one, const member& next) { return !ascends(one, next); };
  if (std::adjacent_find(first, members.end(), not_after) == members.end())
    return;
  std::stable_sort(first, members.end(), ascends);
  const auto same = [](const member& one, const member& next) { return one.tag == next.tag; };
  members.erase(std::unique(first, members.end(), same), members.end());
}

/// Appends `{...}`. Where names stand for tags, members are ordered by name, and the last of several counts.
void append_object(std::string& out, std::string_view text, std::span<member> members, tag_format format,
                   std::size_t level) {
  const bool by_name = format == tag_format::simplified;
  const auto rank = [](const member& of) { return of.info->rank; };
  if (by_name && !std::ranges::is_sorted(members, {}, rank))
    std::ranges::stable_sort(members, {}, rank);
  out.push_back('{');
  bool first = true;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (by_name && i + 1 < members.size() && rank(members[i]) == rank(members[i + 1]))
      continue;
    if (!std::exchange(first, false))
      out.push_back(',');
    append_json_line(out, level + 1);
    out.append(text.substr(members[i].begin, members[i].length));
  }
  if (!first)
    append_json_line(out, level);
  out.push_back('}');
}

} // namespace

/// Puts the events of a reader into text.
class tags_text_maker {
public:
  explicit tags_text_maker(const tags_options& options) : options_(options) {
    std::ranges::sort(options_.ignore_length);
    levels_.push_back({.level = options_.level + 1, .sets = charset_of("")});
  }

  void take(const dicom_element& element);

  bool too_much() const noexcept { return text_.size() > text_max; }

  tags_text finish() &&;

private:
  /// A data set that is not complete yet: the file's, or an item.
  struct data_set {
    std::size_t level = 0;   ///< of its members
    std::size_t begin = 0;   ///< of its text
    std::size_t members = 0; ///< where they begin in `members_`
    charset sets;
    bool sets_said = false;
    std::size_t items = 0; ///< so far, of the sequence that is being read
  };

  bool full() const noexcept { return options_.format == tag_format::full; }

  /// Of the brackets around items.
  std::size_t items_level() const { return levels_.back().level + (full() ? 1 : 0); }

  void begin(const dicom_element& element, std::string_view type, bool is_text);
  void end();
  void take_value(const dicom_element& element);
  void put_text(const dicom_element& element, std::string_view utf8);
  void put_null(const dicom_element& element, std::string_view type);
  void begin_item();
  void end_item();
  void end_sequence();

  tags_options options_;
  std::vector<data_set> levels_;
  std::vector<member> members_; ///< those of every open data set, the innermost last
  std::string text_;
  std::string scratch_;
};

void tags_text_maker::take(const dicom_element& element) {
  switch (element.what) {
  case event::element:
    return take_value(element);
  case event::fragments_begin:
    return put_null(element, type_name(shown_value::kind::none));
  case event::sequence_begin:
    begin(element, "Sequence", false);
    levels_.back().items = 0;
    return text_.push_back('[');
  case event::item_begin:
    return begin_item();
  case event::item_end:
    return end_item();
  case event::sequence_end:
    return end_sequence();
  case event::fragment:
  case event::fragments_end:
    return;
  }
}

/// A member up to its value.
void tags_text_maker::begin(const dicom_element& element, std::string_view type, bool is_text) {
  const data_set& inner = levels_.back();
  const tag_info& info = describe_tag(element.tag, element.private_creator);
  members_.push_back({.tag = element.tag, .is_text = is_text, .info = &info, .begin = text_.size()});
  if (options_.format == tag_format::simplified) {
    append_json_string(text_, info.name);
    text_ += ": ";
    return;
  }
  text_.push_back('"');
  append_tag(text_, element.tag, ',');
  text_ += "\": ";
  if (!full())
    return;
  text_.push_back('{');
  append_json_line(text_, inner.level + 1);
  text_ += "\"Name\": ";
  append_json_string(text_, info.name);
  text_.push_back(',');
  append_json_line(text_, inner.level + 1);
  if (!element.private_creator.empty() && element.what == event::element) {
    text_ += "\"PrivateCreator\": ";
    append_json_string(text_, inner.sets.to_utf8(element.private_creator, text_kind::values));
    text_.push_back(',');
    append_json_line(text_, inner.level + 1);
  }
  text_.append("\"Type\": \"").append(type).append("\",");
  append_json_line(text_, inner.level + 1);
  text_ += "\"Value\": ";
}

void tags_text_maker::end() {
  if (full()) {
    append_json_line(text_, levels_.back().level);
    text_.push_back('}');
  }
  members_.back().length = text_.size() - members_.back().begin;
}

void tags_text_maker::take_value(const dicom_element& element) {
  data_set& inner = levels_.back();
  if (element.tag == specific_character_set && !std::exchange(inner.sets_said, true))
    inner.sets = charset_of(trimmed(element.value));
  if (element.tag == pixel_data)
    return put_null(element, type_name(shown_value::kind::none));
  const bool unlimited = std::ranges::binary_search(options_.ignore_length, element.tag);
  const auto longest = unlimited ? std::numeric_limits<std::size_t>::max() : longest_shown;
  if (traits(element.type).text) {
    const std::string_view plain = trimmed(element.value);
    if (plain.size() <= longest && inner.sets.is_utf8(plain))
      return put_text(element, plain);
  }
  const shown_value value = value_text(element, inner.sets, longest);
  if (value.what == shown_value::kind::text)
    put_text(element, value.text);
  else
    put_null(element, type_name(value.what));
}

void tags_text_maker::put_text(const dicom_element& element, std::string_view utf8) {
  begin(element, type_name(shown_value::kind::text), true);
  append_json_string(text_, utf8);
  end();
}

void tags_text_maker::put_null(const dicom_element& element, std::string_view type) {
  begin(element, type, false);
  text_ += "null";
  end();
}

void tags_text_maker::begin_item() {
  data_set& around = levels_.back();
  if (around.items++ != 0)
    text_.push_back(',');
  const std::size_t level = items_level() + 1;
  append_json_line(text_, level);
  charset sets = around.sets;
  levels_.push_back(
    {.level = level + 1, .begin = text_.size(), .members = members_.size(), .sets = sets, .sets_said = false});
}

/// Replaces the members of an item by the object that they are.
void tags_text_maker::end_item() {
  const data_set done = levels_.back();
  levels_.pop_back();
  order_by_tag(members_, done.members);
  scratch_.clear();
  append_object(scratch_, text_, std::span{members_}.subspan(done.members), options_.format, done.level - 1);
  members_.resize(done.members);
  text_.replace(done.begin, text_.npos, scratch_);
}

void tags_text_maker::end_sequence() {
  if (levels_.back().items != 0)
    append_json_line(text_, items_level());
  text_.push_back(']');
  end();
}

tags_text tags_text_maker::finish() && {
  order_by_tag(members_, 0);
  tags_text done;
  done.format_ = options_.format;
  done.level_ = options_.level;
  done.text_ = std::move(text_);
  done.members_ = std::move(members_);
  return done;
}

void tags_text::keep(const std::function<bool(const member&)>& wanted) {
  std::erase_if(members_, [&](const member& each) { return !wanted(each); });
}

std::string tags_text::object() const {
  std::string out;
  out.reserve(text_.size() + members_.size() * (3 * level_ + 8) + 8);
  auto ordered = members_;
  append_object(out, text_, ordered, format_, level_);
  return out;
}

result<tags_text> read_tags(std::span<const std::byte> file, const tags_options& options) {
  const scan_limits limits;
  const auto opened = open_part10(file, limits);
  if (!opened)
    return opened.error();
  tags_text_maker maker(options);
  element_reader reader(opened->bytes, opened->start, opened->encoding, limits);
  while (reader.next()) {
    const dicom_element& found = reader.current();
    maker.take(found);
    if (maker.too_much())
      return error{error_code::not_enough_memory, "the file has more to show than fits into a reply"};
    if (found.tag == pixel_data && reader.depth() == 0 && !options.whole)
      return std::move(maker).finish();
  }
  if (reader.problem())
    return *reader.problem();
  return std::move(maker).finish();
}

result<tags_text> read_meta_tags(std::span<const std::byte> file, const tags_options& options) {
  const scan_limits limits;
  const auto opened = open_part10(file, limits);
  if (!opened)
    return opened.error();
  tags_text_maker maker(options);
  element_reader reader(file, opened->meta_begin, {}, limits);
  while (reader.position() < opened->meta_end && reader.next())
    if (const dicom_element& found = reader.current(); traits(found.type).text || found.type == vr::ul)
      maker.take(found);
  return std::move(maker).finish();
}

} // namespace troupe::dicom
