#include "dicom/dictionary.hpp"

#include "core/main_dicom_tags.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdicent.h>
#include <dcmtk/dcmdata/dcdict.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::dicom {
namespace {

struct private_key {
  dicom_tag tag;
  std::string creator;
};

struct private_key_view {
  dicom_tag tag;
  std::string_view creator;
};

struct private_key_hash {
  using is_transparent = void;

  static std::size_t of(dicom_tag tag, std::string_view creator) {
    return std::hash<std::string_view>{}(creator) ^ tag * 0x9e3779b97f4a7c15U;
  }

  std::size_t operator()(const private_key& key) const { return of(key.tag, key.creator); }

  std::size_t operator()(const private_key_view& key) const { return of(key.tag, key.creator); }
};

struct private_key_equal {
  using is_transparent = void;

  template <class A, class B>
  bool operator()(const A& a, const B& b) const {
    return a.tag == b.tag && std::string_view{a.creator} == std::string_view{b.creator};
  }
};

/// An entry for many tags: `(6000-60ff,0010)`.
struct tag_range {
  std::uint16_t group_first, group_last, element_first, element_last;
  DcmDictRangeRestriction groups, elements;
  std::string creator;
  tag_info info;
};

struct text_hash {
  using is_transparent = void;

  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

/// The VR that an element has in Implicit VR, where the dictionary leaves a choice.
vr implicit_type(DcmEVR type) {
  switch (type) {
  case EVR_xs:
    return vr::xs;
  case EVR_ox:
  case EVR_px:
  case EVR_lt:
    return vr::ow;
  case EVR_up:
    return vr::ul;
  default:
    break;
  }
  const char* letters = DcmVR{type}.getVRName();
  const auto read = static_cast<vr>(static_cast<std::uint8_t>(letters[0]) << 8 | static_cast<std::uint8_t>(letters[1]));
  return traits(read).known ? read : vr::un;
}

bool allows(DcmDictRangeRestriction restriction, std::uint16_t number) {
  return restriction == DcmDictRange_Unspecified || (restriction == DcmDictRange_Odd) == ((number & 1) != 0);
}

class dictionary {
public:
  dictionary() {
    const DcmDataDictionary& source = dcmDataDict.rdlock();
    // DCMTK's iterators are not const.
    auto& entries = const_cast<DcmDataDictionary&>(source);
    for (auto entry = entries.normalBegin(), end = entries.normalEnd(); entry != end; ++entry)
      add(**entry);
    for (auto entry = entries.repeatingBegin(), end = entries.repeatingEnd(); entry != end; ++entry)
      add_range(**entry);
    dcmDataDict.rdunlock();
    rank_names();
  }

  const tag_info* find(dicom_tag tag, std::string_view creator) const {
    if (creator.empty()) {
      if (const auto found = standard_.find(tag); found != standard_.end())
        return &found->second;
    } else {
      for (const dicom_tag key : {tag, tag & 0xffff00ffU})
        if (const auto found = private_.find(private_key_view{key, creator}); found != private_.end())
          return &found->second;
    }
    return find_range(tag, creator);
  }

  void name(const std::string& keyword, dicom_tag tag) { keywords_.emplace(keyword, tag); }

  const tag_info& unknown() const { return unknown_; }

  std::optional<dicom_tag> tag_of(std::string_view keyword) const {
    const auto found = keywords_.find(keyword);
    if (found == keywords_.end())
      return std::nullopt;
    return found->second;
  }

private:
  void add(const DcmDictEntry& entry);
  void add_range(const DcmDictEntry& entry);
  const tag_info* find_range(dicom_tag tag, std::string_view creator) const;

  void rank_names();

  tag_info info_of(const DcmDictEntry& entry) {
    return {.name = names_.emplace_back(entry.getTagName()), .type = implicit_type(entry.getEVR())};
  }

  std::deque<std::string> names_; ///< what `tag_info::name` points to
  std::unordered_map<dicom_tag, tag_info> standard_;
  std::unordered_map<private_key, tag_info, private_key_hash, private_key_equal> private_;
  std::vector<tag_range> ranges_;
  std::unordered_map<std::string, dicom_tag, text_hash, std::equal_to<>> keywords_;
  tag_info unknown_{.name = unknown_tag_name};
};

void dictionary::add(const DcmDictEntry& entry) {
  const dicom_tag tag = static_cast<dicom_tag>(entry.getGroup()) << 16 | entry.getElement();
  const tag_info info = info_of(entry);
  if (entry.getPrivateCreator() != nullptr) {
    private_.emplace(private_key{tag, entry.getPrivateCreator()}, info);
    return;
  }
  tag_info shown = info;
  if (const std::string_view main = main_dicom_tag_keyword(tag); !main.empty())
    shown.name = main;
  standard_.emplace(tag, shown);
  constexpr std::string_view retired = "RETIRED_";
  keywords_.emplace(info.name, tag);
  if (info.name.starts_with(retired))
    keywords_.emplace(info.name.substr(retired.size()), tag);
}

/// Numbers the names, so that tags can be ordered by name without comparing texts.
void dictionary::rank_names() {
  std::vector<tag_info*> all{&unknown_};
  for (auto& entry : standard_)
    all.push_back(&entry.second);
  for (auto& entry : private_)
    all.push_back(&entry.second);
  for (tag_range& range : ranges_)
    all.push_back(&range.info);
  std::ranges::sort(all, {}, &tag_info::name);
  for (std::size_t i = 1; i < all.size(); ++i)
    all[i]->rank = all[i - 1]->rank + (all[i]->name == all[i - 1]->name ? 0 : 1);
}

void dictionary::add_range(const DcmDictEntry& entry) {
  ranges_.push_back({.group_first = entry.getGroup(),
                     .group_last = entry.getUpperGroup(),
                     .element_first = entry.getElement(),
                     .element_last = entry.getUpperElement(),
                     .groups = entry.getGroupRangeRestriction(),
                     .elements = entry.getElementRangeRestriction(),
                     .creator = entry.getPrivateCreator() == nullptr ? "" : entry.getPrivateCreator(),
                     .info = info_of(entry)});
}

const tag_info* dictionary::find_range(dicom_tag tag, std::string_view creator) const {
  const auto group = static_cast<std::uint16_t>(tag >> 16);
  const auto element = static_cast<std::uint16_t>(tag & 0xffff);
  const auto within = [](std::uint16_t number, std::uint16_t first, std::uint16_t last) {
    return number >= first && number <= last;
  };
  for (const tag_range& range : ranges_) {
    if (!within(group, range.group_first, range.group_last) || !allows(range.groups, group)
        || !allows(range.elements, element) || range.creator != creator)
      continue;
    if (within(element, range.element_first, range.element_last))
      return &range.info;
    if (!creator.empty() && within(element & 0xff, range.element_first, range.element_last))
      return &range.info;
  }
  return nullptr;
}

/// The dictionary of the process. Those that were replaced stay: pointers into them are all over the place.
struct current_dictionary {
  std::deque<dictionary> all{1};
  std::map<std::string, dicom_tag> names; ///< given to tags by the configuration
  std::atomic<const dictionary*> now{&all.back()};
};

current_dictionary& current() {
  static current_dictionary one;
  return one;
}

const dictionary& table() {
  return *current().now;
}

} // namespace

const tag_info* find_tag(dicom_tag tag, std::string_view private_creator) {
  return table().find(tag, private_creator);
}

const tag_info& describe_tag(dicom_tag tag, std::string_view private_creator) {
  const tag_info* known = find_tag(tag, private_creator);
  return known != nullptr ? *known : table().unknown();
}

std::optional<dicom_tag> find_keyword(std::string_view keyword) {
  return table().tag_of(keyword);
}

void reread_dictionary() {
  current_dictionary& own = current();
  dictionary& read = own.all.emplace_back();
  for (const auto& [name, tag] : own.names)
    read.name(name, tag);
  own.now = &read;
}

void reread_dictionary(dicom_tag tag, const std::string& name) {
  current().names.emplace(name, tag);
  reread_dictionary();
}

} // namespace troupe::dicom
