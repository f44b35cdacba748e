#include "dicom/recode.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcelem.h>
#include <dcmtk/dcmdata/dcitem.h>
#include <dcmtk/dcmdata/dcsequen.h>

#include <memory>
#include <string>

namespace troupe::dicom {
namespace {

std::string text_of(DcmElement& element) {
  char* text = nullptr;
  Uint32 size = 0;
  return element.getString(text, size).good() && text != nullptr ? std::string(text, size) : std::string{};
}

bool recode_text(DcmElement& element, text_kind kind, const charset& from, const charset& to) {
  const auto before = text_of(element);
  const auto after = to.from_utf8(from.to_utf8(before, kind), kind);
  if (!after)
    return false;
  return *after == before || element.putString(after->data(), static_cast<Uint32>(after->size())).good();
}

bool recode_item(DcmItem& item, const charset& from, const charset& to) {
  const std::unique_ptr<DcmElement> own(item.remove(DCM_SpecificCharacterSet));
  return recode(item, own ? charset(text_of(*own)) : from, to);
}

} // namespace

vr type_of(const DcmElement& element) {
  const char* const letters = DcmVR(element.getVR()).getValidVRName();
  return static_cast<vr>(static_cast<unsigned char>(letters[0]) << 8 | static_cast<unsigned char>(letters[1]));
}

bool has_inner_character_set(DcmItem& data_set) {
  for (auto* at = data_set.nextInContainer(nullptr); at != nullptr; at = data_set.nextInContainer(at)) {
    auto* const sequence = dynamic_cast<DcmSequenceOfItems*>(at);
    if (sequence == nullptr || at->ident() == EVR_pixelSQ)
      continue;
    for (auto* inner = sequence->nextInContainer(nullptr); inner != nullptr; inner = sequence->nextInContainer(inner))
      if (auto* const item = dynamic_cast<DcmItem*>(inner))
        if (item->tagExists(DCM_SpecificCharacterSet) || has_inner_character_set(*item))
          return true;
  }
  return false;
}

bool recode(DcmItem& data_set, const charset& from, const charset& to) {
  for (auto* at = data_set.nextInContainer(nullptr); at != nullptr; at = data_set.nextInContainer(at)) {
    if (auto* const sequence = dynamic_cast<DcmSequenceOfItems*>(at)) {
      for (auto* inner = sequence->nextInContainer(nullptr); inner != nullptr; inner = sequence->nextInContainer(inner))
        if (auto* const item = dynamic_cast<DcmItem*>(inner); item != nullptr && !recode_item(*item, from, to))
          return false;
    } else if (auto* const element = dynamic_cast<DcmElement*>(at)) {
      const auto kind = text_kind_of(type_of(*element));
      if (kind && !recode_text(*element, *kind, from, to))
        return false;
    }
  }
  return true;
}

} // namespace troupe::dicom
