// troupe-bench-index: fills a storage directory with index records of many instances, without their files, so that a
// server can be started on it that knows as many.
#include "dicom/identifiers.hpp"
#include "persistence/database.hpp"

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace troupe;

/// Instances of one transaction.
constexpr std::uint64_t group = 2000;

struct settings {
  std::filesystem::path directory;
  std::uint64_t instances = 1'000'000;
  std::uint64_t studies = 10'000;
  std::uint64_t series_per_study = 4;
};

constexpr std::array family_names{"Smith", "Johnson", "Müller", "García", "Nguyen", "Kim",    "Ivanov", "Rossi",
                                  "Silva", "Dubois",  "Jensen", "Novák",  "Yılmaz", "Tanaka", "Haddad", "O'Brien"};
constexpr std::array given_names{"Anna", "John", "Maria", "José", "Wei",  "Olga",
                                 "Luca", "Aiko", "Omar",  "Eva",  "Lars", "Zoë"};
constexpr std::array descriptions{"CT THORAX", "MR KNEE LEFT", "MR BRAIN", "US ABDOMEN", "XR HAND", "PET WHOLE BODY"};
constexpr std::array modalities{"CT", "MR", "US", "CR", "PT"};

std::string padded(std::uint64_t number, std::size_t digits) {
  auto text = std::to_string(number);
  return std::string(digits - std::min(digits, text.size()), '0') + text;
}

/// The date of a study: spread over twenty years.
std::string date_of(std::uint64_t study) {
  return padded(2000 + study * 7919 % 20, 4) + padded(1 + study * 104729 % 12, 2) + padded(1 + study * 1299709 % 28, 2);
}

std::string name_of(std::uint64_t patient) {
  return std::string(family_names[patient % family_names.size()]) + padded(patient, 5) + '^'
         + given_names[patient / 7 % given_names.size()];
}

persistence::add_instance instance(const settings& how, std::uint64_t number, persistence::blob_number blob) {
  const auto per_study = how.instances / how.studies;
  const auto study = std::min(number / per_study, how.studies - 1);
  const auto patient = study / 2; // two studies each
  const auto series = number % per_study * how.series_per_study / per_study;
  const std::string study_uid = "1.2.826.0.1.3680043.2.1143." + std::to_string(study);
  const std::string series_uid = study_uid + '.' + std::to_string(series);
  const std::string uid = series_uid + '.' + std::to_string(number);
  const std::string patient_id = "PAT" + padded(patient, 7);
  const std::string modality = modalities[study % modalities.size()];

  persistence::add_instance added;
  added.summary.ids = dicom::orthanc_ids(patient_id, study_uid, series_uid, uid);
  added.summary.tags[0] = {{0x00100010, name_of(patient)},
                           {0x00100020, patient_id},
                           {0x00100030, padded(1930 + patient % 80, 4) + "0101"},
                           {0x00100040, patient % 2 == 0 ? "F" : "M"}};
  added.summary.tags[1] = {{0x00080020, date_of(study)},
                           {0x00080030, "101500"},
                           {0x00080050, "ACC" + padded(study, 8)},
                           {0x00080080, "General Hospital"},
                           {0x00080090, "Referrer^" + std::to_string(study % 100)},
                           {0x00081030, descriptions[study % descriptions.size()]},
                           {0x0020000D, study_uid},
                           {0x00200010, std::to_string(study)}};
  added.summary.tags[2] = {{0x00080021, date_of(study)},
                           {0x00080031, "101600"},
                           {0x00080060, modality},
                           {0x00080070, "Maker"},
                           {0x0008103E, "Series " + std::to_string(series)},
                           {0x0020000E, series_uid},
                           {0x00200011, std::to_string(series + 1)},
                           {0x00200037, "1\\0\\0\\0\\1\\0"}};
  added.summary.tags[3] = {{0x00080018, uid},
                           {0x00200013, std::to_string(number % per_study + 1)},
                           {0x00200032, "0\\0\\" + std::to_string(number % per_study)},
                           {0x00200037, "1\\0\\0\\0\\1\\0"}};
  auto& facts = added.facts;
  facts.blob = {.number = blob,
                .size_bytes = 525'000,
                .md5 = std::string(32, 'a'),
                .uuid = "01900000-0000-7000-8000-" + padded(number, 12)};
  facts.transfer_syntax = added.summary.transfer_syntax = "1.2.840.10008.1.2.1";
  facts.sop_class = added.summary.sop_class = "1.2.840.10008.5.1.4.1.1.2";
  facts.index_in_series = static_cast<std::uint32_t>(number % per_study + 1);
  facts.received = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  facts.origin = "RestApi";
  facts.remote_ip = "127.0.0.1";
  return added;
}

void fill(const settings& how) {
  persistence::database to(how.directory);
  for (std::uint64_t number = 0; number < how.instances;) {
    batch all;
    for (; number < how.instances && all.mutations.size() < group; ++number)
      all.mutations.emplace_back(instance(how, number, to.new_blob()));
    const batch* const one = &all;
    if (const auto answer = to.commit({&one, 1}).front(); !answer)
      throw failure(answer.error());
    if (number % 100'000 < group)
      std::cerr << number << " instances\n";
  }
  to.close_clean();
}

} // namespace

int main(int count, char** arguments) {
  settings how;
  CLI::App app("Fills a storage directory with index records of many instances, without their files.");
  app.add_option("--directory", how.directory, "Made if absent")->required();
  app.add_option("-n,--instances", how.instances)->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--studies", how.studies)->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--series", how.series_per_study, "Of each study")->capture_default_str()->check(CLI::PositiveNumber);
  CLI11_PARSE(app, count, arguments);
  try {
    if (how.studies > how.instances)
      throw std::invalid_argument("a study has at least one instance");
    fill(how);
  } catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n';
    return 1;
  }
  return 0;
}
