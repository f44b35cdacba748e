#include "core/option_names.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace troupe {

namespace {

/// Longer names are nobody's typing error, and comparing them costs their square.
constexpr std::size_t name_size_max = 64;

// clang-format off
constexpr auto orthanc_options = std::to_array<std::string_view>({
  // jobs
  "SynchronousCMove", "SynchronousZipStream", "ZipLoaderThreads", "LoaderThreads",
  "ZipUseUtf8", "TemporaryDirectory",
  // general
  "IndexDirectory", "MaximumStorageCacheSize", "SyncStorageArea", "StoreDicom", "Plugins", "LuaScripts", "ReadOnly",
  "DatabaseServerIdentifier", "Warnings", "MallocArenaMax", "ExternalDictionaries",
  "DeidentifyLogs", "DeidentifyLogsDicomVersion", "PatientLevelEnabled",
  // HTTP server
  "HttpServerEnabled", "HttpBindAddresses", "RemoteAccessAllowed", "AuthenticationEnabled", "RegisteredUsers", "SslEnabled",
  "SslCertificate", "SslMinimumProtocolVersion", "SslCiphersAccepted", "SslVerifyPeers", "SslTrustedClientCertificates",
  "HttpThreadsCount", "TcpNoDelay", "ExecuteLuaEnabled",
  "RestApiWriteToFileSystemEnabled", "OrthancExplorerEnabled", "WebDavEnabled",
  // HTTP client
  "HttpTimeout", "HttpProxy", "HttpsVerifyPeers", "HttpsCACertificates", "HttpVerbose", "Pkcs11", "OrthancPeers",
  "OrthancPeersInDatabase",
  // DICOM server
  "DicomServerEnabled", "DicomPort", "DicomCheckCalledAet", "DicomScpTimeout", "DicomThreadsCount",
  "DicomAlwaysAllowEcho", "DicomAlwaysAllowStore", "DicomAlwaysAllowFind", "DicomAlwaysAllowFindWorklist",
  "DicomAlwaysAllowGet", "DicomAlwaysAllowMove", "DicomCheckModalityHost", "AcceptedTransferSyntaxes",
  "AcceptedSopClasses", "RejectedSopClasses", "UnknownSopClassAccepted", "MaximumPduLength", "StrictAetComparison",
  "LimitFindResults", "LimitFindInstances", "CaseSensitivePN", "StorageAccessOnFind", "DicomTlsEnabled",
  "DicomTlsCertificate", "DicomTlsPrivateKey", "DicomTlsTrustedCertificates", "DicomTlsRemoteCertificateRequired",
  "DicomTlsMinimumProtocolVersion", "DicomTlsCiphersAccepted",
  // DICOM client
  "DicomModalitiesInDatabase", "DicomEchoChecksFind", "DicomDefaultRetrieveMethod",
  "QueryRetrieveSize", "StorageCommitmentReportsSize", "DicomAssociationCloseDelay", "DicomScuPreferredTransferSyntax",
  "TranscodeDicomProtocol",
  // transcoding
  "IngestTranscoding", "IngestTranscodingOfUncompressed", "IngestTranscodingOfCompressed", "DicomLossyTranscodingQuality",
  "BuiltinDecoderTranscoderOrder", "MaximumConcurrentDcmtkTranscoders",
  // sections of plugins
  "Transfers", "DicomWeb", "Worklists", "PostgreSQL", "MySQL", "OrthancExplorer2", "Authorization",
});
// clang-format on

} // namespace

std::string letters_of(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z')
      letters += static_cast<char>(c - 'A' + 'a');
    else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      letters += c;
  }
  return letters;
}

option_base* find_by_letters(const option_list& options, std::string_view name) {
  const auto wanted = letters_of(name);
  for (auto* option : options.all())
    if (letters_of(option->name()) == wanted)
      return option;
  return nullptr;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Rows of the table of distances between beginnings of both: the one before last, the last, the one being made.
  std::vector<std::size_t> older(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(older, last);
    std::swap(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t differ = a[i - 1] != b[j - 1];
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + differ});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], older[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::string_view nearest_option(const option_list& options, std::string_view name) {
  if (name.size() > name_size_max)
    return {};
  const auto wanted = letters_of(name);
  auto nearest = wanted.size() / 4 + 1; // a third of the letters wrong is another word
  std::string_view found;
  for (const auto* option : options.all()) {
    const auto distance = edit_distance(wanted, letters_of(option->name()));
    if (distance <= nearest && (found.empty() || distance < nearest)) {
      nearest = distance;
      found = option->name();
    }
  }
  return found;
}

bool is_orthanc_option(std::string_view name) {
  const auto wanted = letters_of(name);
  return std::ranges::any_of(orthanc_options, [&](std::string_view known) { return letters_of(known) == wanted; });
}

} // namespace troupe
