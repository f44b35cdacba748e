#include "dicom/new_element.hpp"

#include "dicom/dictionary.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdatset.h>
#include <dcmtk/dcmdata/dcelem.h>
#include <dcmtk/dcmdata/dcsequen.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <vector>

namespace troupe::dicom {
namespace {

constexpr std::size_t short_value_max = 65534;

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

DcmTag dcmtk_tag(dicom_tag tag, vr type) {
  const auto letters = static_cast<std::uint16_t>(type);
  const char name[3] = {static_cast<char>(letters >> 8), static_cast<char>(letters & 0xff), '\0'};
  return {static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xffff), DcmVR(name)};
}

error wrong_value(dicom_tag tag) {
  char name[16];
  std::snprintf(name, sizeof(name), "%04x,%04x", static_cast<unsigned>(tag >> 16), static_cast<unsigned>(tag & 0xffff));
  return {error_code::bad_request, std::string("The tag ") + name + " cannot have that value"};
}

OFCondition put_words(DcmElement& into, const std::string& bytes) {
  std::vector<Uint16> words((bytes.size() + 1) / 2);
  std::memcpy(words.data(), bytes.data(), bytes.size());
  return into.putUint16Array(words.data(), static_cast<unsigned long>(words.size()));
}

OFCondition put_text(DcmElement& into, vr type, const std::string& text) {
  if (type == vr::at && !text.empty() && !text.starts_with('('))
    return put_text(into, type, "(" + text + ")");
  return into.putString(text.data(), static_cast<Uint32>(text.size()));
}

OFCondition put(DcmElement& into, vr type, const std::string& value) {
  if (type == vr::ob || type == vr::un)
    return into.putUint8Array(reinterpret_cast<const Uint8*>(value.data()), static_cast<unsigned long>(value.size()));
  return type == vr::ow ? put_words(into, value) : put_text(into, type, value);
}

result<std::unique_ptr<DcmElement>> make_sequence(const element_place& place, const new_value& value,
                                                  const charset& sets) {
  auto sequence = std::make_unique<DcmSequenceOfItems>(dcmtk_tag(place.tag, vr::sq));
  for (const auto& one : value.items) {
    auto item = std::make_unique<DcmItem>();
    for (const auto& [tag, content] : one.elements) {
      auto element = make_element({tag, std::nullopt, place.private_creator}, content, sets);
      if (!element)
        return element.error();
      if (item->insert(element->get(), OFTrue).bad())
        return wrong_value(tag);
      element->release(); // the item owns it now
    }
    if (sequence->append(item.get()).bad())
      return wrong_value(place.tag);
    item.release(); // the sequence owns it now
  }
  return std::unique_ptr<DcmElement>(std::move(sequence));
}

vr number_type(const new_value& value) {
  return value.text.starts_with('-') ? vr::ss : vr::us;
}

} // namespace

vr type_of(const element_place& place, const new_value& value) {
  if (value.what == new_value::kind::items)
    return vr::sq;
  const bool private_tag = is_private(place.tag);
  const bool told = place.before && *place.before != vr::un;
  if (private_tag && told)
    return *place.before;
  const auto* const known = find_tag(place.tag, private_tag ? place.private_creator : std::string_view{});
  if (is_private_creator(place.tag))
    return vr::lo;
  if (known == nullptr)
    return told ? *place.before : private_tag ? vr::lo : vr::un;
  if (known->type != vr::xs)
    return known->type;
  return told ? *place.before : number_type(value);
}

bool encodable(const new_value& value, const charset& sets) {
  if (value.what == new_value::kind::text)
    return is_ascii(value.text) || sets.from_utf8(value.text, text_kind::values).has_value();
  return std::ranges::all_of(value.items, [&](const new_item& item) {
    return std::ranges::all_of(item.elements, [&](const auto& element) { return encodable(element.value, sets); });
  });
}

result<void> check_value(dicom_tag tag, const new_value& value) {
  const auto* const known = find_tag(tag);
  const bool items = value.what == new_value::kind::items;
  if (known != nullptr && items != (known->type == vr::sq) && !(known->type == vr::un && items))
    return wrong_value(tag);
  if (items)
    return {}; // what is in them was checked one by one
  const auto made = make_element({tag, std::nullopt, {}}, value, charset("ISO_IR 192"));
  return made ? result<void>{} : made.error();
}

result<std::unique_ptr<DcmElement>> make_element(const element_place& place, const new_value& value,
                                                 const charset& sets) {
  if (value.what == new_value::kind::items)
    return make_sequence(place, value, sets);
  const auto type = type_of(place, value);
  auto text = value.text;
  if (value.what == new_value::kind::text && traits(type).text) {
    const auto kind = text_kind_of(type);
    auto encoded = kind ? sets.from_utf8(text, *kind) : is_ascii(text) ? std::optional(text) : std::nullopt;
    if (!encoded || text.find('\0') != std::string::npos)
      return wrong_value(place.tag);
    text = *std::move(encoded);
  }
  if (type == vr::sq || (!traits(type).long_header && text.size() > short_value_max))
    return wrong_value(place.tag);
  DcmElement* made = nullptr;
  if (DcmItem::newDicomElementWithVR(made, dcmtk_tag(place.tag, type)).bad() || made == nullptr)
    return wrong_value(place.tag);
  std::unique_ptr<DcmElement> element(made);
  if (!text.empty() && put(*element, type, text).bad())
    return wrong_value(place.tag);
  return element;
}

} // namespace troupe::dicom
