#include "dicom/attribute_model.hpp"
#include "dicom/charset.hpp"
#include "dicom/dictionary.hpp"
#include "dicom/tag_text.hpp"

#include <array>
#include <utility>

namespace troupe::dicom {
namespace {

/// Appends a text with what XML cannot hold as it is replaced; control characters are not allowed in any form.
void append_xml(std::string& out, std::string_view utf8) {
  for (const char c : utf8)
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\r':
      out += "&#13;";
      break;
    default:
      if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n')
        out.push_back(c);
      else
        out += "\xef\xbf\xbd";
    }
}

class xml_sink final : public attribute_sink {
public:
  void begin(const dicom_element& attribute) override;

  void end() override { out_ += "</DicomAttribute>\n"; }

  void text(std::size_t number, std::string_view utf8) override {
    if (utf8.empty())
      return;
    open_numbered("Value", number);
    append_xml(out_, utf8);
    out_ += "</Value>";
  }

  void decimal(std::size_t number, std::string_view digits) override { text(number, digits); }

  void name(std::size_t number, std::string_view utf8) override;

  void binary(std::string_view little_endian) override {
    out_ += "<InlineBinary>";
    append_base_64(out_, little_endian);
    out_ += "</InlineBinary>";
  }

  void reference(std::string_view uri) override {
    out_ += "<BulkData uri=\"";
    append_xml(out_, uri);
    out_ += "\"/>";
  }

  void begin_item(std::size_t number) override {
    open_numbered("Item", number);
    out_.push_back('\n');
  }

  void end_item() override { out_ += "</Item>"; }

  std::size_t size() const override { return out_.size(); }

  std::string take() && { return std::move(out_) + "</NativeDicomModel>\n"; }

private:
  void open_numbered(std::string_view element, std::size_t number) {
    out_.append("<").append(element).append(" number=\"").append(std::to_string(number)).append("\">");
  }

  void name_group(std::string_view element, std::string_view utf8);

  std::string out_ = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                     "<NativeDicomModel xmlns=\"http://dicom.nema.org/PS3.19/models/NativeDICOM\">\n";
};

void xml_sink::begin(const dicom_element& attribute) {
  out_ += "<DicomAttribute tag=\"";
  append_upper_tag(out_, attribute.tag);
  out_ += "\" vr=\"";
  append_type(out_, attribute.type);
  out_.push_back('"');
  if (!attribute.private_creator.empty()) {
    out_ += " privateCreator=\"";
    append_xml(out_, charset{}.to_utf8(attribute.private_creator, text_kind::values));
    out_.push_back('"');
  } else if (const tag_info* known = find_tag(attribute.tag)) {
    out_ += " keyword=\"";
    append_xml(out_, known->name);
    out_.push_back('"');
  }
  out_.push_back('>');
}

void xml_sink::name(std::size_t number, std::string_view utf8) {
  if (utf8.empty())
    return;
  constexpr std::array<std::string_view, 3> groups{"Alphabetic", "Ideographic", "Phonetic"};
  open_numbered("PersonName", number);
  for (std::size_t i = 0, end = 0; i < groups.size() && end != utf8.npos; ++i) {
    end = utf8.find('=');
    name_group(groups[i], utf8.substr(0, end));
    utf8.remove_prefix(end == utf8.npos ? utf8.size() : end + 1);
  }
  out_ += "</PersonName>";
}

void xml_sink::name_group(std::string_view element, std::string_view utf8) {
  if (utf8.empty())
    return;
  constexpr std::array<std::string_view, 5> parts{"FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix"};
  out_.append("<").append(element).append(">");
  for (std::size_t i = 0, end = 0; i < parts.size() && end != utf8.npos; ++i) {
    end = utf8.find('^');
    if (const auto part = utf8.substr(0, end); !part.empty()) {
      out_.append("<").append(parts[i]).append(">");
      append_xml(out_, part);
      out_.append("</").append(parts[i]).append(">");
    }
    utf8.remove_prefix(end == utf8.npos ? utf8.size() : end + 1);
  }
  out_.append("</").append(element).append(">");
}

} // namespace

result<std::string> native_model(std::span<const std::byte> file, std::string_view root) {
  xml_sink into;
  if (const auto read = read_attributes(file, root, into); !read)
    return read.error();
  return std::move(into).take();
}

} // namespace troupe::dicom
