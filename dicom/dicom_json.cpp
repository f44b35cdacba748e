#include "core/json_string.hpp"
#include "dicom/attribute_model.hpp"
#include "dicom/tag_text.hpp"

#include <array>
#include <utility>
#include <vector>

namespace troupe::dicom {
namespace {

class json_sink final : public attribute_sink {
public:
  void begin(const dicom_element& attribute) override {
    next_member();
    out_.push_back('"');
    append_upper_tag(out_, attribute.tag);
    out_ += "\": {";
    open_.push_back({.type = attribute.type});
  }

  void end() override {
    const attribute_state done = open_.back();
    open_.pop_back();
    if (done.values != 0)
      out_ += "], ";
    out_ += "\"vr\": \"";
    append_type(out_, done.type);
    out_ += "\"}";
  }

  void text(std::size_t, std::string_view utf8) override {
    next_value();
    if (utf8.empty())
      out_ += "null";
    else
      append_json_string(out_, utf8);
  }

  void decimal(std::size_t, std::string_view digits) override {
    next_value();
    out_ += digits;
  }

  void name(std::size_t number, std::string_view utf8) override;

  void binary(std::string_view little_endian) override {
    out_ += "\"InlineBinary\": \"";
    append_base_64(out_, little_endian);
    out_ += "\", ";
  }

  void reference(std::string_view uri) override {
    out_ += "\"BulkDataURI\": ";
    append_json_string(out_, uri);
    out_ += ", ";
  }

  void begin_item(std::size_t) override {
    next_value();
    out_.push_back('{');
    first_.push_back(true);
  }

  void end_item() override {
    first_.pop_back();
    out_.push_back('}');
  }

  std::size_t size() const override { return out_.size(); }

  std::string take() && { return std::move(out_) + "\n}\n"; }

private:
  struct attribute_state {
    vr type = vr::un;
    std::size_t values = 0;
  };

  void next_member() {
    if (!std::exchange(first_.back(), false))
      out_.push_back(',');
    out_ += first_.size() == 1 ? "\n   " : " ";
  }

  void next_value() { out_ += open_.back().values++ == 0 ? "\"Value\": [" : ", "; }

  std::string out_ = "{";
  std::vector<char> first_{true}; ///< of each object: nothing is in it yet
  std::vector<attribute_state> open_;
};

void json_sink::name(std::size_t number, std::string_view utf8) {
  if (utf8.empty())
    return text(number, utf8);
  constexpr std::array<std::string_view, 3> groups{"\"Alphabetic\": ", "\"Ideographic\": ", "\"Phonetic\": "};
  next_value();
  out_.push_back('{');
  for (std::size_t i = 0, end = 0; i < groups.size() && end != utf8.npos; ++i) {
    end = utf8.find('=');
    out_.append(i == 0 ? "" : ", ").append(groups[i]);
    append_json_string(out_, utf8.substr(0, end));
    utf8.remove_prefix(end == utf8.npos ? utf8.size() : end + 1);
  }
  out_.push_back('}');
}

} // namespace

result<std::string> dicom_json(std::span<const std::byte> file, std::string_view root) {
  json_sink into;
  if (const auto read = read_attributes(file, root, into); !read)
    return read.error();
  return std::move(into).take();
}

} // namespace troupe::dicom
