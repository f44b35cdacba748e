#include "dicom/content.hpp"
#include "http/exchange.hpp"
#include "http/instance_file.hpp"
#include "http/resource_json.hpp"
#include "http/routes/families.hpp"

#include <array>
#include <cstring>
#include <memory>
#include <utility>

namespace troupe::http {
namespace {

constexpr std::string_view encapsulated_pdf = "1.2.840.10008.5.1.4.1.1.104.1";
constexpr std::string_view pdf_type = "application/pdf";
constexpr auto document = "0042-0011";
constexpr auto document_type = "0042-0012";
constexpr auto document_length = "0042-0015";

/// The bytes of a value; empty where the tag is not there, or the file cannot be read.
class value_in_file {
public:
  value_in_file(std::span<const std::byte> file, std::string_view path) : file_(file) {
    if (auto read = dicom::read_content(file, path); read && read->leaf)
      found_ = *std::move(read);
  }

  std::string_view text() const {
    if (found_.copied)
      return *found_.copied;
    return {reinterpret_cast<const char*>(file_.data()) + found_.offset, found_.length};
  }

private:
  std::span<const std::byte> file_;
  dicom::content found_;
};

/// How much of a value is the document: values have an even length.
std::size_t length_of_document(std::string_view value, std::string_view told) {
  std::uint32_t length = 0;
  if (told.size() == sizeof length) {
    std::memcpy(&length, told.data(), sizeof length);
    if (length <= value.size() && value.size() - length <= 1)
      return length;
  }
  return value.size() - (value.ends_with('\0') ? 1 : 0);
}

error no_pdf() {
  return {error_code::unknown_resource, "The instance holds no PDF"};
}

void answer_with_pdf(const exchange& with) {
  const auto facts = facts_in_path(with);
  if (!facts || facts->sop_class != encapsulated_pdf) {
    with.respond_error(facts ? no_pdf() : no_resource());
    return;
  }
  const auto file = open_file(with, *facts);
  const value_in_file type(file.bytes(), document_type);
  const value_in_file found(file.bytes(), document);
  const auto value = found.text();
  if (type.text().substr(0, pdf_type.size()) != pdf_type || value.empty()) {
    with.respond_error(no_pdf());
    return;
  }
  const auto length = length_of_document(value, value_in_file(file.bytes(), document_length).text());
  with.respond({200, std::string(pdf_type), {}, std::string(value.substr(0, length))});
}

void pdf(exchange& with) {
  with.on_cpu(answer_with_pdf);
}

} // namespace

std::span<const route> pdf_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{get, "/instances/{id}/pdf", view, "The document of an instance that encapsulates a PDF.", pdf},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
