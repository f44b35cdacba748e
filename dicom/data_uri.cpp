#include "dicom/data_uri.hpp"

#include <openssl/evp.h>

namespace troupe::dicom {
namespace {

constexpr std::string_view scheme = "data:";
constexpr std::string_view marker = ";base64,";

} // namespace

bool is_data_uri(std::string_view text) noexcept {
  return text.starts_with(scheme) && text.substr(0, text.find(',') + 1).ends_with(marker);
}

result<std::string> decode_data_uri(std::string_view text) {
  const error wrong{error_code::bad_request, "The data URI is no base64"};
  text.remove_prefix(text.find(',') + 1);
  if (text.size() % 4 != 0 || text.size() > (1U << 30))
    return wrong;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int length =
    EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), reinterpret_cast<const unsigned char*>(text.data()),
                    static_cast<int>(text.size()));
  if (length < 0)
    return wrong;
  // The padding was decoded as zeros.
  auto padding = text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U;
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

} // namespace troupe::dicom
