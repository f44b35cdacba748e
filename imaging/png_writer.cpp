#include <troupe/error.hpp>

#include "imaging/raw_rows.hpp"
#include "imaging/writers.hpp"

#include <algorithm>
#include <array>
#include <libdeflate.h>
#include <memory>
#include <string_view>

namespace troupe::imaging {
namespace {

constexpr std::string_view signature = "\x89PNG\r\n\x1a\n";
constexpr std::uint8_t filter_up = 2;
constexpr int fastest = 1;

void append_32(std::string& out, std::size_t number) {
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    out.push_back(static_cast<char>(number >> shift & 0xffU));
}

/// Adds what stands around the content that was appended after `begin`, which is where the chunk's length belongs.
void end_chunk(std::string& out, std::size_t begin) {
  const std::size_t content = out.size() - begin - 8;
  std::string length;
  append_32(length, content);
  out.replace(begin, 4, length);
  append_32(out, libdeflate_crc32(0, out.data() + begin + 4, content + 4));
}

std::size_t begin_chunk(std::string& out, std::string_view type) {
  const std::size_t begin = out.size();
  out.append(4, '\0').append(type);
  return begin;
}

/// Each byte as its difference to the one above: gradients of images become small numbers.
std::vector<std::uint8_t> filtered(std::span<const std::uint8_t> rows, std::size_t line, std::size_t height) {
  std::vector<std::uint8_t> out((line + 1) * height);
  for (std::size_t y = 0; y < height; ++y) {
    const auto* const row = rows.data() + y * line;
    auto* const into = out.data() + y * (line + 1);
    into[0] = filter_up;
    if (y == 0)
      std::copy_n(row, line, into + 1);
    else
      for (std::size_t x = 0; x < line; ++x)
        into[x + 1] = static_cast<std::uint8_t>(row[x] - row[x - line]);
  }
  return out;
}

void append_compressed(std::string& out, std::span<const std::uint8_t> data) {
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> with(
    libdeflate_alloc_compressor(fastest), libdeflate_free_compressor);
  if (!with)
    throw failure{error{error_code::not_enough_memory, "libdeflate"}};
  const std::size_t before = out.size();
  out.resize(before + libdeflate_zlib_compress_bound(with.get(), data.size()));
  const auto size =
    libdeflate_zlib_compress(with.get(), data.data(), data.size(), out.data() + before, out.size() - before);
  out.resize(before + size);
}

} // namespace

std::string png(const picture& of) {
  const raw_rows rows(of);
  std::string out(signature);
  auto begin = begin_chunk(out, "IHDR");
  append_32(out, of.width);
  append_32(out, of.height);
  out.push_back(static_cast<char>(8 * rows.sample_bytes()));
  out.push_back(of.channels == 1 ? '\0' : '\2'); // gray or colors
  out.append(3, '\0');                           // deflate, the standard filters, not interlaced
  end_chunk(out, begin);
  begin = begin_chunk(out, "IDAT");
  append_compressed(out, filtered(rows.bytes(), std::size_t{of.width} * of.channels * rows.sample_bytes(), of.height));
  end_chunk(out, begin);
  end_chunk(out, begin_chunk(out, "IEND"));
  return out;
}

} // namespace troupe::imaging
