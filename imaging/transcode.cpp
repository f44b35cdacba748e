#include "imaging/transcode.hpp"

#include "dicom/data_set_file.hpp"
#include "dicom/part10_header.hpp"
#include "imaging/encoders.hpp"
#include "imaging/frame_data.hpp"
#include "imaging/luminance.hpp"
#include "imaging/run_length.hpp"
#include "imaging/stored_image.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdatset.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dcuid.h>
#include <dcmtk/dcmdata/dcxfer.h>

#include <algorithm>
#include <array>
#include <memory>

namespace troupe::imaging {
namespace {

constexpr std::uint64_t file_bytes_max = 1ULL << 30U;
constexpr std::string_view baseline = "1.2.840.10008.1.2.4.50";
constexpr std::array<std::string_view, 3> uncompressed{"1.2.840.10008.1.2", "1.2.840.10008.1.2.1",
                                                       "1.2.840.10008.1.2.2"};

using byte_list = std::vector<std::byte>;

/// The samples of a pixel side by side.
byte_list joined(const byte_list& planes, std::size_t channels, std::size_t sample_bytes) {
  byte_list out(planes.size());
  const std::size_t pixels = planes.size() / channels / sample_bytes;
  for (std::size_t channel = 0; channel < channels; ++channel)
    for (std::size_t i = 0; i < pixels; ++i)
      std::copy_n(planes.data() + (channel * pixels + i) * sample_bytes, sample_bytes,
                  out.data() + (i * channels + channel) * sample_bytes);
  return out;
}

result<decoded_frame> native_samples(const stored_image& image, frame_data found) {
  const auto& layout = image.layout;
  if (image.file.encoding.big_endian)
    turn_to_little_endian(image, found);
  if (layout.color == color_space::ybr_full_422)
    return decoded_frame{full_colors(found.bytes, layout.bits_allocated / 8), false, false};
  return decoded_frame{{found.bytes.begin(), found.bytes.end()}, layout.planar, false};
}

/// The samples of a frame in little endian, those of a pixel side by side.
result<decoded_frame> samples_of(const stored_image& image, std::uint64_t number, frame_decoder& with) {
  const auto found = find_frame(image, number);
  if (!found)
    return found.error();
  result<decoded_frame> frame = decoded_frame{};
  if (image.encapsulated) {
    const auto how = codec_of(image.file.transfer_syntax);
    if (!how)
      return how.error();
    const encoded_frame encoded{*how, image.layout, found->bytes};
    frame = *how == codec::run_length ? decode_run_length(encoded) : with.decode(encoded);
  } else {
    frame = native_samples(image, *found);
  }
  if (frame && frame->planar && image.layout.samples > 1)
    frame->samples = joined(frame->samples, image.layout.samples, image.layout.bits_allocated / 8);
  return frame;
}

/// Collects frames as the pixel data of a data set.
class pixel_data {
public:
  virtual ~pixel_data() = default;
  virtual result<void> add(const byte_list& samples) = 0;
  virtual void put_into(DcmDataset& content) = 0;
};

class plain_pixels final : public pixel_data {
public:
  explicit plain_pixels(std::uint32_t bits) : bits_(bits) {}

  result<void> add(const byte_list& samples) override {
    all_.insert(all_.end(), samples.begin(), samples.end());
    return {};
  }

  void put_into(DcmDataset& content) override {
    all_.resize(all_.size() + all_.size() % 2);
    const auto* const bytes = reinterpret_cast<const Uint8*>(all_.data());
    if (bits_ > 8)
      content.putAndInsertUint16Array(DCM_PixelData, reinterpret_cast<const Uint16*>(bytes), all_.size() / 2);
    else
      content.putAndInsertUint8Array(DCM_PixelData, bytes, all_.size());
  }

private:
  std::uint32_t bits_;
  byte_list all_;
};

class encoded_pixels final : public pixel_data {
public:
  encoded_pixels(frame_encoder encode, const pixel_layout& layout, std::string_view syntax, int quality)
    : encode_(encode),
      layout_(layout),
      syntax_(std::string(syntax).c_str()),
      quality_(quality) {
    sequence_->insert(table_);
  }

  result<void> add(const byte_list& samples) override {
    auto stream = encode_(layout_, samples, quality_);
    if (!stream)
      return stream.error();
    stream->resize(stream->size() + stream->size() % 2);
    sequence_->storeCompressedFrame(offsets_, reinterpret_cast<Uint8*>(stream->data()),
                                    static_cast<Uint32>(stream->size()), 0);
    return {};
  }

  void put_into(DcmDataset& content) override {
    table_->createOffsetTable(offsets_);
    auto pixels = std::make_unique<DcmPixelData>(DCM_PixelData);
    pixels->putOriginalRepresentation(syntax_.getXfer(), nullptr, sequence_.release());
    content.insert(pixels.release(), OFTrue);
  }

private:
  frame_encoder encode_;
  pixel_layout layout_;
  DcmXfer syntax_;
  int quality_;
  DcmOffsetList offsets_;
  std::unique_ptr<DcmPixelSequence> sequence_ = std::make_unique<DcmPixelSequence>(DCM_PixelSequenceTag);
  DcmPixelItem* table_ = new DcmPixelItem(DCM_PixelItemTag); ///< owned by the sequence
};

/// What the data set says of pixels that are no longer what they were.
void describe(DcmDataset& content, const pixel_layout& layout, bool is_rgb, bool lossy) {
  const bool ybr = layout.color == color_space::ybr_full || layout.color == color_space::ybr_full_422;
  if (layout.samples > 1) {
    content.putAndInsertUint16(DCM_PlanarConfiguration, 0);
    content.putAndInsertString(DCM_PhotometricInterpretation, lossy            ? "YBR_FULL_422"
                                                              : ybr && !is_rgb ? "YBR_FULL"
                                                                               : "RGB");
  }
  content.findAndDeleteElement(DCM_ExtendedOffsetTable);
  content.findAndDeleteElement(DCM_ExtendedOffsetTableLengths);
  if (!lossy)
    return;
  std::array<char, 65> uid{};
  content.putAndInsertString(DCM_SOPInstanceUID, dcmGenerateUniqueIdentifier(uid.data()));
  content.putAndInsertString(DCM_LossyImageCompression, "01");
  content.putAndInsertString(DCM_LossyImageCompressionMethod, "ISO_10918_1");
}

result<void> replace_pixels(DcmDataset& content, const stored_image& image, pixel_data& with_pixels, bool lossy,
                            frame_decoder& with) {
  if (const auto checked = check(image.layout); !checked)
    return checked.error();
  if (image.layout.decoded_bytes() * image.frames > file_bytes_max)
    return error{error_code::not_enough_memory, "The pixels need more than 1 GiB"};
  bool is_rgb = false;
  for (std::uint64_t number = 0; number < image.frames; ++number) {
    const auto frame = samples_of(image, number, with);
    if (!frame)
      return frame.error();
    is_rgb = frame->is_rgb;
    // The encoder of JPEG takes red, green and blue.
    if (lossy && image.layout.samples > 1 && image.layout.color != color_space::rgb && !is_rgb)
      return error{error_code::not_implemented, "Colors of that kind are not written in that transfer syntax"};
    if (auto added = with_pixels.add(frame->samples); !added)
      return added;
  }
  with_pixels.put_into(content);
  describe(content, image.layout, is_rgb, lossy);
  return {};
}

std::string text_of(DcmDataset& content, const DcmTagKey& tag) {
  OFString value;
  content.findAndGetOFString(tag, value);
  return {value.c_str(), value.size()};
}

} // namespace

result<std::string> transcode(std::span<const std::byte> file, std::string_view transfer_syntax, int jpeg_quality,
                              frame_decoder& with) {
  const auto image = read_image(file);
  if (!image)
    return image.error();
  if (image->file.transfer_syntax == transfer_syntax)
    return std::string(reinterpret_cast<const char*>(file.data()), file.size());
  const auto encoder = encoder_for(transfer_syntax);
  if (transfer_syntax.empty() || DcmXfer(std::string(transfer_syntax).c_str()).getXfer() == EXS_Unknown)
    return error{error_code::parameter_out_of_range, "There is no such transfer syntax"};
  if (encoder == nullptr && std::ranges::find(uncompressed, transfer_syntax) == uncompressed.end())
    return error{error_code::not_implemented, "Files are not written in that transfer syntax"};
  auto content = dicom::read_data_set(image->file);
  if (!content)
    return content.error();
  if (image->has_pixels && (image->encapsulated || encoder != nullptr)) {
    std::unique_ptr<pixel_data> pixels;
    if (encoder != nullptr)
      pixels = std::make_unique<encoded_pixels>(encoder, image->layout, transfer_syntax, jpeg_quality);
    else
      pixels = std::make_unique<plain_pixels>(image->layout.bits_allocated);
    if (const auto replaced = replace_pixels(**content, *image, *pixels, transfer_syntax == baseline, with); !replaced)
      return replaced.error();
  }
  auto out =
    dicom::part10_header(text_of(**content, DCM_SOPClassUID), text_of(**content, DCM_SOPInstanceUID), transfer_syntax);
  if (const auto written = dicom::append_data_set_as(out, **content, transfer_syntax); !written)
    return written.error();
  return out;
}

} // namespace troupe::imaging
