#include "persistence/zlib_file.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <zlib.h>

namespace troupe::persistence {
namespace {

constexpr std::size_t size_bytes = 8;
constexpr std::size_t piece_bytes = 64 << 10;
/// zlib cannot make more than this of a byte.
constexpr std::uint64_t ratio_max = 1032;

using buffer = std::array<std::byte, piece_bytes>;

failure damaged(const char* why) {
  return failure(error(error_code::corrupted_file, std::string("A compressed file is damaged: ") + why));
}

std::array<std::byte, size_bytes> size_in_front(std::uint64_t size) {
  std::array<std::byte, size_bytes> bytes{};
  for (auto& byte : bytes) {
    byte = static_cast<std::byte>(size & 0xFF);
    size >>= 8;
  }
  return bytes;
}

std::uint64_t size_in_front(std::span<const std::byte> bytes) {
  std::uint64_t size = 0;
  for (std::size_t i = size_bytes; i-- > 0;) {
    size = size << 8 | std::to_integer<std::uint64_t>(bytes[i]);
  }
  return size;
}

/// A stream of zlib, and what of the input it was not given yet.
class stream {
public:
  using end_function = int (*)(z_stream*);

  stream(std::span<const std::byte> input, end_function end) : rest_(input), end_(end) {}

  stream(const stream&) = delete;
  stream& operator=(const stream&) = delete;

  ~stream() { end_(&zlib); }

  /// Gives more of the input once the last piece is used up; true if there is none behind that.
  bool feed() {
    if (zlib.avail_in == 0) {
      const auto piece = rest_.first(std::min<std::size_t>(rest_.size(), std::numeric_limits<uInt>::max()));
      // zlib does not write to its input.
      zlib.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(piece.data()));
      zlib.avail_in = static_cast<uInt>(piece.size());
      rest_ = rest_.subspan(piece.size());
    }
    return rest_.empty();
  }

  void empty(buffer& into) {
    zlib.next_out = reinterpret_cast<Bytef*>(into.data());
    zlib.avail_out = piece_bytes;
  }

  std::span<const std::byte> produced(const buffer& in) const {
    return std::span(in).first(piece_bytes - zlib.avail_out);
  }

  bool used_up() const noexcept { return zlib.avail_in == 0 && rest_.empty(); }

  z_stream zlib{};

private:
  std::span<const std::byte> rest_;
  end_function end_;
};

void require_memory(int status) {
  if (status != Z_OK) {
    throw failure(error(error_code::not_enough_memory, "zlib"));
  }
}

} // namespace

void pack(std::span<const std::byte> content, const byte_sink& to) {
  if (content.empty()) {
    return;
  }
  to(size_in_front(content.size()));
  stream from(content, deflateEnd);
  require_memory(deflateInit(&from.zlib, Z_BEST_SPEED)); // what comes in must be stored at the rate it comes in
  const auto out = std::make_unique<buffer>();
  for (int status = Z_OK; status != Z_STREAM_END;) {
    from.empty(*out);
    status = deflate(&from.zlib, from.feed() ? Z_FINISH : Z_NO_FLUSH);
    to(from.produced(*out));
  }
}

void unpack(std::span<const std::byte> packed, std::uint64_t size, const byte_sink& to) {
  if (packed.empty() && size == 0) {
    return;
  }
  if (packed.size() < size_bytes || size_in_front(packed) != size || size / ratio_max > packed.size()) {
    throw damaged("it says another size");
  }
  stream from(packed.subspan(size_bytes), inflateEnd);
  require_memory(inflateInit(&from.zlib));
  const auto out = std::make_unique<buffer>();
  std::uint64_t left = size;
  for (int status = Z_OK; status != Z_STREAM_END;) {
    from.feed();
    from.empty(*out);
    status = inflate(&from.zlib, Z_NO_FLUSH);
    const auto piece = from.produced(*out);
    if (piece.size() > left || (status != Z_OK && status != Z_STREAM_END)) {
      throw damaged("its content cannot be unpacked");
    }
    left -= piece.size();
    to(piece);
  }
  if (left != 0 || !from.used_up()) {
    throw damaged("its content has another size");
  }
}

} // namespace troupe::persistence
