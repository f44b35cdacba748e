/// \file
/// The modalities that this server knows: how a remote application entity is written in JSON, and which ones there are.
#pragma once

#include <troupe/error.hpp>
#include <troupe/options.hpp>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace troupe {

/// A remote application entity (PS3.8 7.1.1.3), with what it may do here and how to speak with it.
struct modality {
  std::string aet;
  std::string host;
  std::uint16_t port = 104;
  std::string manufacturer = "Generic";
  bool allow_echo = true;
  bool allow_store = true;
  bool allow_find = true;
  bool allow_find_worklist = true;
  bool allow_move = true;
  bool allow_get = true;
  bool allow_n_action = true;
  bool allow_event_report = true;
  bool allow_transcoding = true;
  bool use_dicom_tls = false;
  std::string local_aet;       ///< what this server calls itself there; empty: `DicomAet`
  std::uint32_t timeout_s = 0; ///< silence that is borne; 0: `DicomScuTimeout`
  std::string retrieve_method = "SystemDefault";
};

/// Whether a text is an application entity title: 1 to 16 printable characters of ASCII without backslash, not blank
/// alone (PS3.5 6.2, AE).
bool is_application_entity_title(std::string_view text) noexcept;

/// Whether a text can name a modality: 1 to 64 letters, digits, `-` and `_`.
bool is_modality_name(std::string_view text) noexcept;

/// A TCP port from a JSON number or a text of digits.
result<std::uint16_t> parse_port(const nlohmann::json& value);

/// Reads one of Orthanc's forms: `["AET", "host", 104]`, with the manufacturer as a fourth element if wished, or an
/// object. Errors: `bad_file_format` and `bad_application_entity_title` with the place in the details.
result<modality> parse_modality(const nlohmann::json& value);

/// The object form, with every member, as Orthanc prints it.
nlohmann::json to_json(const modality& which);

/// Names in the order of the alphabet.
using known_modalities = std::map<std::string, modality, std::less<>>;

/// Stands for the parameters of a modality that was deleted, so that the configuration file does not bring it back.
inline constexpr std::string_view deleted_modality = "null";

/// What the option `DicomModalities` says (a JSON text), overlaid by what was set since (JSON texts by name).
known_modalities all_modalities(const std::string& configured, const std::map<std::string, std::string>& stored);

/// One of them; `stored` is what was set since for this name, if anything was.
std::optional<modality> find_modality(const std::string& configured, const std::optional<std::string>& stored,
                                      std::string_view name);

} // namespace troupe
