#include "dicom/modify.hpp"

#include "dicom/data_set_file.hpp"
#include "dicom/default_encoding.hpp"
#include "dicom/dictionary.hpp"
#include "dicom/new_element.hpp"
#include "dicom/part10_header.hpp"
#include "dicom/recode.hpp"
#include "dicom/scan.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdatset.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcsequen.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace troupe::dicom {
namespace {

constexpr std::string_view utf_8 = "ISO_IR 192";
constexpr dicom_tag specific_character_set = 0x00080005;

DcmTagKey key_of(dicom_tag tag) {
  return {static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xffff)};
}

dicom_tag tag_of(const DcmObject& object) {
  return static_cast<dicom_tag>(object.getGTag()) << 16 | object.getETag();
}

std::string first_text(DcmItem& in, const DcmTagKey& tag) {
  OFString text;
  in.findAndGetOFStringArray(tag, text);
  return {text.data(), text.size()};
}

DcmElement* find(DcmItem& in, dicom_tag tag) {
  DcmElement* found = nullptr;
  return in.findAndGetElement(key_of(tag), found).good() ? found : nullptr;
}

void erase(DcmItem& in, dicom_tag tag) {
  const std::unique_ptr<DcmElement> gone(in.remove(key_of(tag)));
}

error no_place(std::string why) {
  return {error_code::bad_request, std::move(why)};
}

/// A private tag with the number that its block has in this item; the block is reserved if it is not yet.
result<dicom_tag> private_place(DcmItem& in, dicom_tag tag, const std::string& creator) {
  const auto group = tag & 0xffff0000;
  if (creator.empty() || !is_private(tag) || (tag & 0xffff) < 0x1000)
    return tag;
  std::optional<dicom_tag> free_block;
  for (dicom_tag step = 0; step <= 0xef; ++step) {
    // The block that was asked for is the first to be tried.
    const dicom_tag block = 0x10 + ((tag >> 8 & 0xff) - 0x10 + step) % 0xf0;
    auto* const reserved = find(in, group | block);
    if (reserved != nullptr && first_text(in, key_of(group | block)) == creator)
      return group | block << 8 | (tag & 0xff);
    if (reserved == nullptr && !free_block)
      free_block = block;
  }
  if (!free_block)
    return no_place("There is no free block of private tags");
  if (in.putAndInsertString(DcmTag(key_of(group | *free_block), EVR_LO), creator.c_str()).bad())
    return no_place("A block of private tags cannot be reserved");
  return group | *free_block << 8 | (tag & 0xff);
}

/// One file on its way.
class modifying {
public:
  modifying(DcmDataset& content, const modification& how) : content_(content), how_(how) {}

  result<void> settle_character_set();
  void remove_private_tags(DcmItem& in, bool top);
  result<void> replace_all(bool top_level);
  void remove_all(bool top_level);
  result<void> renew_identifiers(const instance_summary& before, const uid_source& new_uid);

private:
  result<void> put(DcmItem& in, dicom_tag tag, const new_value& value);
  result<void> put_below(DcmItem& in, const replacement& what, std::size_t step);
  void remove_below(DcmItem& in, const tag_path& what, std::size_t step);
  bool speaks(const charset& sets) const;

  DcmDataset& content_;
  const modification& how_;
  charset sets_;
};

bool modifying::speaks(const charset& sets) const {
  return std::ranges::all_of(how_.replace, [&](const replacement& one) { return encodable(one.value, sets); });
}

// What was there and what is new must be in one character set, which can write both.
result<void> modifying::settle_character_set() {
  const auto before = first_text(content_, DCM_SpecificCharacterSet);
  const charset old = charset_of(before);
  const auto* const asked = how_.replaced(specific_character_set);
  const bool into_items = std::ranges::any_of(how_.replace, [](const auto& one) { return !one.where.top_level(); });
  auto wanted = asked != nullptr ? asked->text : before;
  sets_ = charset(wanted);
  const bool ascii_only = !sets_.known(); // bytes above 0x7f would mean nothing
  if (!(ascii_only ? speaks(charset("ISO_IR 6")) : speaks(sets_))
      || (into_items && has_inner_character_set(content_))) {
    if (asked != nullptr)
      return no_place("The character set that is asked for cannot write the new values");
    wanted = utf_8;
    sets_ = charset(wanted);
  }
  if (wanted == before)
    return {};
  if (!recode(content_, old, sets_))
    return no_place("The character set that is asked for cannot write what is in the file");
  const auto put_it =
    content_.putAndInsertString(DCM_SpecificCharacterSet, wanted.c_str(), static_cast<Uint32>(wanted.size()));
  return put_it.good() ? result<void>{} : no_place("The character set cannot be changed");
}

void modifying::remove_private_tags(DcmItem& in, bool top) {
  std::vector<dicom_tag> kept;
  if (top)
    for (const auto tag : how_.keep)
      if (is_private(tag)) {
        kept.push_back(tag);
        kept.push_back((tag & 0xffff0000) | (tag >> 8 & 0xff)); // whose it is
      }
  std::vector<dicom_tag> gone;
  for (auto* at = in.nextInContainer(nullptr); at != nullptr; at = in.nextInContainer(at)) {
    if (is_private(tag_of(*at)) && std::ranges::find(kept, tag_of(*at)) == kept.end()) {
      gone.push_back(tag_of(*at));
    } else if (auto* const sequence = dynamic_cast<DcmSequenceOfItems*>(at)) {
      for (auto* inner = sequence->nextInContainer(nullptr); inner != nullptr; inner = sequence->nextInContainer(inner))
        if (auto* const item = dynamic_cast<DcmItem*>(inner))
          remove_private_tags(*item, false);
    }
  }
  for (const auto tag : gone)
    erase(in, tag);
}

result<void> modifying::put(DcmItem& in, dicom_tag tag, const new_value& value) {
  const auto place = private_place(in, tag, how_.private_creator);
  if (!place)
    return place.error();
  const auto* const before = find(in, *place);
  const auto creator = is_private(*place) && !is_private_creator(*place)
                         ? first_text(in, key_of((*place & 0xffff0000) | (*place >> 8 & 0xff)))
                         : std::string{};
  auto made =
    make_element({*place, before != nullptr ? std::optional(type_of(*before)) : std::nullopt, creator}, value, sets_);
  if (!made)
    return made.error();
  if (in.insert(made->get(), OFTrue).bad())
    return no_place("An element cannot be inserted");
  made->release(); // the item owns it now
  return {};
}

result<void> modifying::put_below(DcmItem& in, const replacement& what, std::size_t step) {
  if (step == what.where.steps.size())
    return put(in, what.where.tag, what.value);
  const auto& [tag, number] = what.where.steps[step];
  auto* const found = find(in, tag);
  auto* sequence = dynamic_cast<DcmSequenceOfItems*>(found);
  if (found != nullptr && sequence == nullptr)
    return no_place("A path leads through what is no sequence");
  if (sequence == nullptr) {
    if (!number)
      return {};
    auto made = std::make_unique<DcmSequenceOfItems>(DcmTag(key_of(tag), EVR_SQ));
    sequence = made.get();
    if (in.insert(made.get()).bad())
      return no_place("A sequence cannot be inserted");
    made.release(); // the item owns it now
  }
  while (number && sequence->card() <= *number)
    sequence->append(new DcmItem);
  const auto first = number.value_or(0);
  const auto last = number ? first + 1 : sequence->card();
  for (unsigned long i = first; i < last; ++i)
    if (auto done = put_below(*sequence->getItem(i), what, step + 1); !done)
      return done;
  return {};
}

void modifying::remove_below(DcmItem& in, const tag_path& what, std::size_t step) {
  if (step == what.steps.size()) {
    erase(in, what.tag);
    return;
  }
  const auto& [tag, number] = what.steps[step];
  auto* const sequence = dynamic_cast<DcmSequenceOfItems*>(find(in, tag));
  if (sequence == nullptr)
    return;
  const auto first = number.value_or(0);
  const auto last = std::min<unsigned long>(number ? first + 1 : sequence->card(), sequence->card());
  for (unsigned long i = first; i < last; ++i)
    remove_below(*sequence->getItem(i), what, step + 1);
}

result<void> modifying::replace_all(bool top_level) {
  for (const auto& one : how_.replace)
    if (one.where.top_level() == top_level && !(top_level && one.where.tag == specific_character_set))
      if (auto done = put_below(content_, one, 0); !done)
        return done;
  return {};
}

void modifying::remove_all(bool top_level) {
  for (const auto& one : how_.remove)
    if (one.top_level() == top_level && !(top_level && one.tag == specific_character_set))
      remove_below(content_, one, 0);
}

std::string_view value_of(const tag_values& values, dicom_tag tag) {
  const auto found = std::ranges::find(values, tag, &tag_value::tag);
  return found == values.end() ? std::string_view{} : std::string_view{found->value};
}

result<void> modifying::renew_identifiers(const instance_summary& before, const uid_source& new_uid) {
  for (const auto level : {resource_level::study, resource_level::series, resource_level::instance}) {
    if (!how_.regenerates(level))
      continue;
    const auto at = static_cast<std::size_t>(level);
    const auto uid = new_uid(level, value_of(before.tags[at], identifier_tags[at]));
    if (content_.putAndInsertString(DcmTag(key_of(identifier_tags[at]), EVR_UI), uid.c_str()).bad())
      return no_place("An identifier cannot be replaced");
  }
  return {};
}

} // namespace

result<std::string> modify(std::span<const std::byte> file, const modification& how, const uid_source& new_uid) {
  const auto before = scan(file); // bounds what DCMTK, which recurses, will meet
  if (!before)
    return before.error();
  const auto opened = open_part10(file, {});
  if (!opened)
    return opened.error();
  const auto content = read_data_set(*opened);
  if (!content)
    return content.error();
  modifying work(**content, how);
  if (auto settled = work.settle_character_set(); !settled)
    return settled.error();
  if (how.remove_private_tags)
    work.remove_private_tags(**content, true);
  work.remove_all(true);
  if (auto done = work.replace_all(true); !done)
    return done.error();
  if (auto done = work.renew_identifiers(*before, new_uid); !done)
    return done.error();
  work.remove_all(false);
  if (auto done = work.replace_all(false); !done)
    return done.error();
  auto out = part10_header(first_text(**content, DCM_SOPClassUID), first_text(**content, DCM_SOPInstanceUID),
                           opened->transfer_syntax);
  if (auto written = append_data_set(out, **content, *opened); !written)
    return written.error();
  return out;
}

} // namespace troupe::dicom
