#include "dicom/content.hpp"

#include "dicom/element_reader.hpp"
#include "dicom/part10_file.hpp"
#include "dicom/tag_text.hpp"
#include "dicom/value_bytes.hpp"

#include <algorithm>
#include <charconv>

namespace troupe::dicom {
namespace {

constexpr dicom_tag pixel_data = 0x7fe00010;
constexpr std::size_t shown_max = 100;

/// A path in pieces: as many tags as items, or one more.
struct content_path {
  std::vector<dicom_tag> tags;
  std::vector<std::size_t> items;

  bool ends_with_tag() const noexcept { return tags.size() > items.size(); }
};

error absent() {
  return {error_code::inexistent_item, "Nothing in the file is there"};
}

result<content_path> parse_path(std::string_view text) {
  content_path path;
  while (!text.empty()) {
    const auto piece = text.substr(0, text.find('/'));
    text.remove_prefix(std::min(piece.size() + 1, text.size()));
    if (path.ends_with_tag()) {
      std::size_t item = 0;
      const auto [end, code] = std::from_chars(piece.data(), piece.data() + piece.size(), item);
      if (code != std::errc{} || end != piece.data() + piece.size())
        return absent();
      path.items.push_back(item);
    } else if (const auto tag = parse_tag(piece)) {
      path.tags.push_back(*tag);
    } else {
      return error{error_code::unknown_dicom_tag, "Unknown DICOM tag: " + std::string(piece.substr(0, shown_max))};
    }
  }
  return path;
}

/// Watches the events of a reader until the end of the path has been seen.
class content_walk {
public:
  explicit content_walk(const content_path& path) : path_(path), found_(path.tags.empty()) {}

  /// False once nothing that follows matters.
  bool take(const dicom_element& element, std::size_t depth);

  bool found() const noexcept { return found_; }

  const std::optional<dicom_element>& leaf() const noexcept { return leaf_; }

  std::vector<std::string> names() const;

private:
  /// The path ends in the data set that is being read.
  bool lists_tags() const { return level_ == path_.tags.size(); }

  /// The path ends at a tag of the data set that is being read.
  bool lists_items() const { return path_.ends_with_tag() && level_ + 1 == path_.tags.size(); }

  bool take_inside(const dicom_element& element, std::size_t depth);
  bool take_element(const dicom_element& element);
  bool take_child(const dicom_element& element);

  const content_path& path_;
  std::size_t level_ = 0; ///< sequences of the path that were entered
  bool inside_ = false;   ///< the sequence, or the fragments, of the path's next tag
  std::size_t count_ = 0; ///< children there
  bool found_;
  std::vector<dicom_tag> tags_;
  std::optional<dicom_element> leaf_;
};

bool content_walk::take(const dicom_element& element, std::size_t depth) {
  if (inside_)
    return take_inside(element, depth);
  if (element.what == event::item_end && depth + 1 == level_)
    return false;
  if (depth != level_)
    return true;
  const bool begins =
    element.what == event::element || element.what == event::sequence_begin || element.what == event::fragments_begin;
  if (begins && lists_tags())
    tags_.push_back(element.tag);
  if (!begins || lists_tags() || element.tag != path_.tags[level_])
    return true;
  if (element.what == event::element)
    return take_element(element);
  inside_ = true;
  found_ = lists_items();
  return true;
}

bool content_walk::take_inside(const dicom_element& element, std::size_t depth) {
  const bool item = element.what == event::item_begin && depth == level_ + 1;
  const bool fragment = element.what == event::fragment && depth == level_;
  if (item || fragment)
    return take_child(element);
  const bool ends = element.what == event::sequence_end || element.what == event::fragments_end;
  return !(ends && depth == level_);
}

/// An item or a fragment of the path's next tag.
bool content_walk::take_child(const dicom_element& element) {
  const std::size_t number = count_++;
  if (lists_items() || number != path_.items[level_])
    return true;
  if (element.what == event::fragment) {
    found_ = level_ + 1 == path_.tags.size() && !lists_items();
    leaf_ = element;
    return false;
  }
  inside_ = false;
  count_ = 0;
  ++level_;
  found_ = lists_tags();
  return true;
}

bool content_walk::take_element(const dicom_element& element) {
  const bool one_fragment = element.tag == pixel_data && level_ == 0;
  if (lists_items()) {
    found_ = true;
    count_ = 1;
    if (!one_fragment)
      leaf_ = element;
  } else if (one_fragment && path_.items == std::vector<std::size_t>{0} && path_.tags.size() == 1) {
    found_ = true;
    leaf_ = element;
  }
  return false;
}

std::vector<std::string> content_walk::names() const {
  std::vector<std::string> all;
  if (lists_tags()) {
    auto sorted = tags_;
    std::ranges::sort(sorted);
    const auto twice = std::ranges::unique(sorted);
    sorted.erase(twice.begin(), twice.end());
    for (const dicom_tag tag : sorted)
      append_tag(all.emplace_back(), tag, '-');
  } else {
    for (std::size_t i = 0; i < count_; ++i)
      all.push_back(std::to_string(i));
  }
  return all;
}

content leaf_of(const dicom_element& found, const part10_file& file) {
  content leaf{.leaf = true, .length = found.value.size()};
  if (file.in_file() && !is_swapped(found))
    leaf.offset = static_cast<std::uint64_t>(found.value.data() - file.bytes.data());
  else
    leaf.copied = little_endian_bytes(found);
  return leaf;
}

} // namespace

result<content> read_content(std::span<const std::byte> file, std::string_view path) {
  const auto steps = parse_path(path);
  if (!steps)
    return steps.error();
  const scan_limits limits;
  const auto opened = open_part10(file, limits);
  if (!opened)
    return opened.error();
  content_walk walk(*steps);
  element_reader reader(opened->bytes, opened->start, opened->encoding, limits);
  while (reader.next())
    if (!walk.take(reader.current(), reader.depth()))
      break;
  if (reader.problem())
    return *reader.problem();
  if (!walk.found())
    return absent();
  if (walk.leaf())
    return leaf_of(*walk.leaf(), *opened);
  return content{.names = walk.names()};
}

} // namespace troupe::dicom
