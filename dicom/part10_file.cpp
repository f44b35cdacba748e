#include "dicom/part10_file.hpp"

#include "dicom/dictionary.hpp"
#include "dicom/inflate.hpp"

#include <array>
#include <cstring>
#include <string_view>

namespace troupe::dicom {
namespace {

constexpr std::size_t preamble_size = 128;
constexpr std::string_view magic = "DICM";
constexpr dicom_tag transfer_syntax_tag = 0x00020010;

constexpr std::string_view implicit_little = "1.2.840.10008.1.2";
constexpr std::string_view explicit_little = "1.2.840.10008.1.2.1";
constexpr std::string_view explicit_big = "1.2.840.10008.1.2.2";
constexpr std::string_view standard_syntaxes = "1.2.840.10008.1.2.";
/// Explicit VR, then deflated: the plain one and the two of JPIP.
constexpr std::array<std::string_view, 3> deflated_syntaxes{"1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95",
                                                            "1.2.840.10008.1.2.4.205"};
/// Deflated data sets may always grow to this size.
constexpr std::uint64_t always_inflated = 10 * 1024 * 1024;

unsigned at(std::span<const std::byte> bytes, std::size_t offset) {
  return std::to_integer<unsigned>(bytes[offset]);
}

bool has_magic(std::span<const std::byte> file) {
  return file.size() >= preamble_size + magic.size()
         && std::memcmp(file.data() + preamble_size, magic.data(), magic.size()) == 0;
}

/// Whether an element of the meta information stands there: group 2, always in little endian.
bool meta_follows(std::span<const std::byte> bytes, std::size_t offset) {
  return bytes.size() - offset >= 8 && at(bytes, offset) == 2 && at(bytes, offset + 1) == 0;
}

/// What the first element looks like.
struct first_look {
  data_encoding encoding{.explicit_vr = false, .big_endian = false};
  bool plausible = false;
};

first_look look_at(std::span<const std::byte> bytes) {
  first_look seen;
  if (bytes.size() < 8)
    return seen;
  const unsigned little = at(bytes, 0) | at(bytes, 1) << 8;
  const unsigned big = at(bytes, 0) << 8 | at(bytes, 1);
  const bool typed = traits(static_cast<vr>(at(bytes, 4) << 8 | at(bytes, 5))).known;
  seen.encoding = {.explicit_vr = typed, .big_endian = typed && little > 0xff && big <= 0xff};
  const dicom_tag tag = little << 16 | at(bytes, 2) | at(bytes, 3) << 8;
  const auto low = [](unsigned group) { return group != 0 && group <= 0xff; };
  seen.plausible = typed ? low(little) || low(big) : low(little) && find_tag(tag) != nullptr;
  return seen;
}

std::string_view syntax_of(data_encoding encoding) {
  return !encoding.explicit_vr ? implicit_little : encoding.big_endian ? explicit_big : explicit_little;
}

/// Reads the meta information: its group number tells its end, since the length it gives is wrong in too many files.
result<std::string> read_meta(std::span<const std::byte> file, std::size_t& position, const scan_limits& limits) {
  std::string transfer_syntax;
  element_reader reader(file, position, {}, limits);
  while (meta_follows(file, reader.position())) {
    if (!reader.next())
      break;
    const dicom_element& found = reader.current();
    if (found.what != event::element)
      return error{error_code::bad_file_format, "a sequence in the meta information"};
    if (found.tag == transfer_syntax_tag)
      transfer_syntax = trimmed(found.value);
  }
  if (reader.problem())
    return *reader.problem();
  position = reader.position();
  return transfer_syntax;
}

/// Finds out how the data set is written, and inflates it if it must be.
result<void> settle_encoding(part10_file& opened, const scan_limits& limits) {
  const auto data_set = opened.bytes.subspan(opened.start);
  const std::string_view syntax = opened.transfer_syntax;
  for (const std::string_view deflated : deflated_syntaxes)
    if (syntax == deflated) {
      auto inflated =
        inflate_bounded(data_set, always_inflated + limits.inflated_ratio * std::uint64_t{data_set.size()});
      if (!inflated)
        return inflated.error();
      opened.inflated = std::move(*inflated);
      opened.bytes = opened.inflated;
      opened.start = 0;
      return {};
    }
  if (syntax == implicit_little)
    opened.encoding = {.explicit_vr = false, .big_endian = false};
  else if (syntax == explicit_big)
    opened.encoding = {.explicit_vr = true, .big_endian = true};
  else if (!syntax.starts_with(standard_syntaxes))
    opened.encoding = look_at(data_set).encoding; // missing, or a syntax nobody has heard of
  if (syntax.empty())
    opened.transfer_syntax = syntax_of(opened.encoding);
  return {};
}

} // namespace

result<part10_file> open_part10(std::span<const std::byte> file, const scan_limits& limits) {
  part10_file opened{.bytes = file};
  if (has_magic(file))
    opened.start = preamble_size + magic.size();
  else if (!look_at(file).plausible)
    return error{error_code::bad_file_format,
                 file.empty() ? "the file is empty"
                              : "no DICOM file: no `DICM` at byte 128 and no plausible element at byte 0"};
  opened.meta_begin = opened.start;
  auto transfer_syntax = read_meta(file, opened.start, limits);
  if (!transfer_syntax)
    return transfer_syntax.error();
  opened.meta_end = opened.start;
  opened.transfer_syntax = std::move(*transfer_syntax);
  if (auto settled = settle_encoding(opened, limits); !settled)
    return settled.error();
  return opened;
}

} // namespace troupe::dicom
