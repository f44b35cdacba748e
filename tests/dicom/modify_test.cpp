#include "core/orthanc_id.hpp"
#include "data_set_builder.hpp"
#include "dicom/charset.hpp"
#include "dicom/derived_uid.hpp"
#include "dicom/modify.hpp"
#include "dicom/scan.hpp"
#include "dicom/tags_json.hpp"
#include "samples.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <random>
#include <set>

BOOST_AUTO_TEST_SUITE(modify)

using namespace troupe;
using namespace troupe::dicom::test;
using nlohmann::json;

namespace {

constexpr auto study = resource_level::study;
constexpr std::string_view key = "a key of this test";

std::string new_uid(resource_level level, std::string_view old) {
  return dicom::derived_uid(key, level, old);
}

dicom::modification parsed(const json& request, resource_level level = study) {
  auto how = dicom::parse_modification(request, level);
  BOOST_TEST_REQUIRE(how.has_value(), (how.has_error() ? how.error().details() : ""));
  return *how;
}

error_code refusal(const json& request, resource_level level = study) {
  const auto how = dicom::parse_modification(request, level);
  BOOST_TEST_REQUIRE(how.has_error(), request.dump());
  BOOST_TEST(how.error().http_status() == 400);
  return how.error().code();
}

std::string modified(std::string_view file, const json& request, resource_level level = study) {
  auto made = dicom::modify(bytes_of(file), parsed(request, level), new_uid);
  BOOST_TEST_REQUIRE(made.has_value(), (made.has_error() ? made.error().details() : ""));
  BOOST_TEST_REQUIRE(dicom::scan(bytes_of(*made)).has_value());
  return *std::move(made);
}

json tags_of(std::string_view file, dicom::tag_format format = dicom::tag_format::simplified) {
  auto tags = dicom::tags_json(bytes_of(file), {.format = format, .ignore_length = {}, .whole = true});
  BOOST_TEST_REQUIRE(tags.has_value());
  return *tags;
}

std::string small_file(std::string_view more = {}) {
  return frame() + identified() + std::string(more);
}

} // namespace

BOOST_AUTO_TEST_CASE(values_are_replaced_inserted_and_removed) {
  const auto file = modified(sample("test_files/CT_small.dcm"),
                             {{"Replace", {{"StudyDescription", "new"}, {"0010-0010", "Doe^Jane"}, {"Rows", "64"}}},
                              {"Remove", {"AccessionNumber", "StudyTime"}}});
  const auto tags = tags_of(file);
  BOOST_TEST(tags["StudyDescription"] == "new");
  BOOST_TEST(tags["PatientName"] == "Doe^Jane");
  BOOST_TEST(tags["Rows"] == "64");
  BOOST_TEST(!tags.contains("AccessionNumber"));
  BOOST_TEST(!tags.contains("StudyTime"));
}

BOOST_AUTO_TEST_CASE(identifiers_are_renewed_from_the_level_on) {
  const auto before = tags_of(sample("test_files/CT_small.dcm"));
  const std::vector<std::string> names{"PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"};
  for (std::size_t level = 0; level < names.size(); ++level) {
    json request = json::object();
    if (level == 0)
      request = {{"Replace", {{"PatientID", "new"}}}, {"Force", true}};
    const auto after =
      tags_of(modified(sample("test_files/CT_small.dcm"), request, static_cast<resource_level>(level)));
    for (std::size_t i = 0; i < names.size(); ++i)
      BOOST_TEST((after[names[i]] == before[names[i]]) == (i < level), names[i] << " at level " << level);
  }
}

BOOST_AUTO_TEST_CASE(identifiers_may_be_replaced_and_kept) {
  const auto before = tags_of(sample("test_files/CT_small.dcm"));
  const auto after =
    tags_of(modified(sample("test_files/CT_small.dcm"), {{"Replace", {{"StudyInstanceUID", "1.2.3"}}},
                                                         {"Keep", {"SOPInstanceUID", "SeriesInstanceUID"}},
                                                         {"Force", true}}));
  BOOST_TEST(after["StudyInstanceUID"] == "1.2.3");
  BOOST_TEST(after["SOPInstanceUID"] == before["SOPInstanceUID"]);
  BOOST_TEST(after["SeriesInstanceUID"] == before["SeriesInstanceUID"]);
}

BOOST_AUTO_TEST_CASE(what_must_not_be_is_refused_before_anything_is_touched) {
  using enum error_code;
  BOOST_TEST((refusal({{"Replace", {{"NoSuchTag", "x"}}}}) == unknown_dicom_tag));
  BOOST_TEST((refusal({{"Remove", {"NoSuchTag"}}}) == unknown_dicom_tag));
  BOOST_TEST((refusal({{"Keep", {"1234"}}}) == unknown_dicom_tag));
  BOOST_TEST((refusal({{"Replace", json::array()}}) == bad_file_format));
  BOOST_TEST((refusal({{"Remove", "PatientName"}}) == bad_file_format));
  BOOST_TEST((refusal({{"Force", 1}}) == bad_file_format));
  BOOST_TEST((refusal({{"Replace", {{"PatientName", 5}}}}) == bad_parameter_type));
  for (const auto* const name : {"PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"}) {
    BOOST_TEST((refusal({{"Remove", {name}}, {"Force", true}}) == bad_request));
    BOOST_TEST((refusal({{"Keep", {name}}}) == bad_request));
  }
  BOOST_TEST((refusal({{"Replace", {{"StudyInstanceUID", "1.2"}}}}) == bad_request)); // without Force
  BOOST_TEST((refusal({{"Replace", {{"SeriesInstanceUID", "1.2"}}}, {"Force", true}}) == bad_request));
  BOOST_TEST((refusal({{"Replace", {{"StudyInstanceUID", "no uid"}}}, {"Force", true}}) == bad_request));
  BOOST_TEST((refusal({{"Replace", {{"StudyInstanceUID", std::string(65, '1')}}}, {"Force", true}}) == bad_request));
  BOOST_TEST((refusal(json::object(), resource_level::patient) == bad_request));
  BOOST_TEST((refusal({{"Replace", {{"0002,0010", "1.2"}}}}) == bad_request));
  BOOST_TEST((refusal({{"Replace", {{"PixelData", "x"}}}}) == bad_request));
  BOOST_TEST((refusal({{"Replace", {{"Rows", "many"}}}}) == bad_request));
  BOOST_TEST((refusal({{"Replace", {{"Modality", "é"}}}}) == bad_request));
  BOOST_TEST((refusal({{"Replace", {{"PatientName", json::array()}}}}) == bad_request));
  BOOST_TEST((refusal({{"Replace", {{"OtherPatientIDsSequence", "x"}}}}) == bad_request));
  BOOST_TEST((refusal({{"Replace", {{"PatientName[0].PatientID", "x"}}}}) == bad_request));
  BOOST_TEST((refusal({{"Replace", {{"OtherPatientIDsSequence[1000].PatientID", "x"}}}}) == bad_request));
  BOOST_TEST((refusal({{"Replace", {{"OtherPatientIDsSequence[0]", "x"}}}}) == bad_request));
  BOOST_TEST((refusal({{"Replace", {{"SpecificCharacterSet", "Klingon"}}}}) == bad_request));
  BOOST_TEST((refusal({{"Replace", {{"ContentQualification", "data:a/b;base64,!!!!"}}}}) == bad_request));
  json deep = json::array();
  for (int i = 0; i < 20; ++i)
    deep = json::array({{{"OtherPatientIDsSequence", deep}}});
  BOOST_TEST((refusal({{"Replace", {{"OtherPatientIDsSequence", deep}}}}) == bad_request));
}

BOOST_AUTO_TEST_CASE(sequences_are_made_and_paths_lead_into_them) {
  const json items = json::array({{{"PatientID", "A"}, {"IssuerOfPatientID", "x"}}, {{"PatientID", "B"}}});
  const auto file = modified(small_file(), {{"Replace",
                                             {{"OtherPatientIDsSequence", items},
                                              {"OtherPatientIDsSequence[1].(0010,0021)", "y"},
                                              {"OtherPatientIDsSequence[2].PatientID", "C"},
                                              {"OtherPatientIDsSequence[*].TypeOfPatientID", "TEXT"},
                                              {"ReferencedStudySequence[*].StudyDate", "20200101"}}},
                                            {"Remove", {"OtherPatientIDsSequence[0].IssuerOfPatientID"}}});
  const auto tags = tags_of(file);
  const json expected = json::array({{{"PatientID", "A"}, {"TypeOfPatientID", "TEXT"}},
                                     {{"PatientID", "B"}, {"IssuerOfPatientID", "y"}, {"TypeOfPatientID", "TEXT"}},
                                     {{"PatientID", "C"}}});
  BOOST_TEST(tags["OtherPatientIDsSequence"] == expected);
  BOOST_TEST(!tags.contains("ReferencedStudySequence"));
  const auto less = tags_of(modified(file, {{"Remove", {"OtherPatientIDsSequence[*].PatientID"}}}));
  BOOST_TEST(less["OtherPatientIDsSequence"][0] == json({{"TypeOfPatientID", "TEXT"}}));
  BOOST_TEST(less["OtherPatientIDsSequence"][2] == json::object());
}

BOOST_AUTO_TEST_CASE(private_tags_are_removed_kept_and_inserted_in_a_block_of_their_own) {
  const auto file =
    small_file(element(0x00290010, "LO", "ACME") + element(0x00291001, "LO", "a") + element(0x00291002, "LO", "b")
               + element(0x00400275, "SQ", item(element(0x00090010, "LO", "ACME"))));
  const auto format = dicom::tag_format::brief;
  const auto none = tags_of(modified(file, {{"RemovePrivateTags", true}}), format);
  BOOST_TEST(!none.contains("0029,0010"));
  BOOST_TEST(!none.contains("0029,1001"));
  BOOST_TEST(none["0040,0275"] == json::array({json::object()}));
  const auto one = tags_of(modified(file, {{"RemovePrivateTags", true}, {"Keep", {"0029,1002"}}}), format);
  BOOST_TEST(one["0029,0010"] == "ACME");
  BOOST_TEST(!one.contains("0029,1001"));
  BOOST_TEST(one["0029,1002"] == "b");
  const auto two = tags_of(modified(file, {{"Replace", {{"0029,1001", "mine"}}}, {"PrivateCreator", "OTHER"}}), format);
  BOOST_TEST(two["0029,1001"] == "a");
  BOOST_TEST(two["0029,0011"] == "OTHER");
  BOOST_TEST(two["0029,1101"] == "mine");
  const auto same = tags_of(modified(file, {{"Replace", {{"0029,1001", "mine"}}}, {"PrivateCreator", "ACME"}}), format);
  BOOST_TEST(same["0029,1001"] == "mine");
}

BOOST_AUTO_TEST_CASE(texts_are_written_in_the_character_set_of_the_file) {
  struct row {
    const char* file;
    const char* name;
    bool stays; ///< or becomes ISO_IR 192
  };

  for (const auto& [name, text, stays] : std::initializer_list<row>{
         {"chrFren.dcm", "Élève^François", true},
         {"chrFren.dcm", "山田^太郎", false},
         {"chrGreek.dcm", "Διονυσία", true},
         {"chrRuss.dcm", "Борис^Ельцин", true},
         {"chrH31.dcm", "Suzuki^Hanako=鈴木^花子=すずき^はなこ", true},
         {"chrH31.dcm", "Müller", false},
         {"chrH32.dcm", "ｽｽﾞｷ^ﾊﾅｺ=鈴木^花子=すずき^はなこ", true},
         {"chrI2.dcm", "Kim^Chulsoo=金^哲洙=김^철수", true},
         {"chrX1.dcm", "Li=李^小明=😀", true},
         {"chrX2.dcm", "Li=李^小明", true},
         {"chrArab.dcm", "نزار^قباني", true},
         {"chrHbrw.dcm", "דבורה^שרון", true},
       }) {
    BOOST_TEST_CONTEXT(name << " " << text) {
      const auto before = sample(std::string("charset_files/") + name);
      const auto file = modified(before, {{"Replace", {{"StudyDescription", "ab\\cd"}, {"PatientName", text}}}});
      const auto after = tags_of(file);
      BOOST_TEST(after["PatientName"] == text);
      const auto wanted = stays ? tags_of(before)["SpecificCharacterSet"] : json("ISO_IR 192");
      BOOST_TEST(after["SpecificCharacterSet"] == wanted);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_new_character_set_keeps_every_text) {
  const auto before = sample("charset_files/chrH31.dcm");
  const auto name = tags_of(before)["PatientName"];
  const auto utf_8 = modified(before, {{"Replace", {{"SpecificCharacterSet", "ISO_IR 192"}}}});
  BOOST_TEST(tags_of(utf_8)["PatientName"] == name);
  const auto back = modified(utf_8, {{"Replace", {{"SpecificCharacterSet", "\\ISO 2022 IR 87"}}}});
  BOOST_TEST(tags_of(back)["PatientName"] == name);
  const auto refused =
    dicom::modify(bytes_of(utf_8), parsed({{"Replace", {{"SpecificCharacterSet", "ISO_IR 100"}}}}), new_uid);
  BOOST_TEST((refused.has_error() && refused.error().code() == error_code::bad_request));
  // Without a character set only ASCII has a meaning.
  const auto bare = tags_of(modified(small_file(), {{"Replace", {{"PatientName", "Zoë"}}}}));
  BOOST_TEST(bare["PatientName"] == "Zoë");
  BOOST_TEST(bare["SpecificCharacterSet"] == "ISO_IR 192");
}

BOOST_AUTO_TEST_CASE(a_text_in_an_item_with_a_character_set_of_its_own_is_not_garbled) {
  const auto inner = item(element(0x00080005, "CS", "ISO_IR 144") + element(0x00100020, "LO", "\xb1"));
  const auto before = small_file(element(0x00101002, "SQ", inner));
  const auto tags = tags_of(modified(before, {{"Replace", {{"OtherPatientIDsSequence[0].IssuerOfPatientID", "é"}}}}));
  BOOST_TEST(tags["OtherPatientIDsSequence"][0]["IssuerOfPatientID"] == "é");
  BOOST_TEST(tags["OtherPatientIDsSequence"][0]["PatientID"] == "Б");
}

BOOST_AUTO_TEST_CASE(derived_uids_are_valid_distinct_and_repeatable) {
  const unsigned seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  std::set<std::string> all;
  for (int i = 0; i < 2000; ++i) {
    const auto old = "1.2." + std::to_string(random());
    for (const auto level : {study, resource_level::series, resource_level::instance}) {
      const auto uid = new_uid(level, old);
      BOOST_TEST(uid == new_uid(level, old));
      BOOST_TEST(uid != dicom::derived_uid("another key", level, old));
      BOOST_TEST(uid.size() <= 64U);
      BOOST_TEST(uid.starts_with("2.25."));
      BOOST_TEST(uid.find_first_not_of("0123456789.") == std::string::npos);
      BOOST_TEST(uid[5] != '0');
      all.insert(uid);
    }
  }
  BOOST_TEST(all.size() > 5990U);
}

BOOST_AUTO_TEST_CASE(every_sample_keeps_all_but_what_was_asked_for) {
  std::size_t seen = 0;
  for (const auto& path : sample_files()) {
    const auto before = content_of(path);
    const auto summary = dicom::scan(bytes_of(before));
    if (!summary)
      continue;
    BOOST_TEST_CONTEXT(path) {
      const auto how = parsed({{"Replace", {{"StudyID", "77"}}}});
      const auto after = dicom::modify(bytes_of(before), how, new_uid);
      if (!after) {
        BOOST_TEST_MESSAGE(path << ": " << after.error().details());
        continue;
      }
      BOOST_TEST((*after == dicom::modify(bytes_of(before), how, new_uid).value()));
      const auto scanned = dicom::scan(bytes_of(*after));
      BOOST_TEST_REQUIRE(scanned.has_value());
      BOOST_TEST(scanned->transfer_syntax == summary->transfer_syntax);
      BOOST_TEST(scanned->pixel_data_vr == summary->pixel_data_vr);
      BOOST_TEST((scanned->ids[0] == summary->ids[0]));
      BOOST_TEST((scanned->ids[1] != summary->ids[1]));
      auto old_tags = tags_of(before, dicom::tag_format::brief);
      auto new_tags = tags_of(*after, dicom::tag_format::brief);
      BOOST_TEST(new_tags["0020,0010"] == "77");
      for (const auto* const changed : {"0020,0010", "0020,000d", "0020,000e", "0008,0018"}) {
        old_tags.erase(changed);
        new_tags.erase(changed);
      }
      std::erase_if(old_tags.get_ref<json::object_t&>(), [](const auto& t) { return t.first.ends_with(",0000"); });
      std::erase_if(new_tags.get_ref<json::object_t&>(), [](const auto& t) { return t.first.ends_with(",0000"); });
      BOOST_TEST(old_tags == new_tags);
      // The pixels are the same bytes; encapsulated ones become OB where a file wrongly says OW.
      if (summary->pixel_data_offset && scanned->pixel_data_offset) {
        const auto pixels = before.substr(*summary->pixel_data_offset + 6, 2000);
        const auto there = after->substr(*scanned->pixel_data_offset + 6, pixels.size());
        const auto place = std::ranges::mismatch(pixels, there).in1 - pixels.begin();
        BOOST_TEST((pixels == there), "the pixel data differs at byte " << place);
      }
      ++seen;
    }
  }
  BOOST_TEST(seen >= 140U);
}

BOOST_AUTO_TEST_CASE(truncated_and_damaged_samples_are_refused_or_modified) {
  std::vector<std::string> originals;
  for (const auto& path : sample_files())
    if (std::filesystem::file_size(path) < 20'000)
      originals.push_back(content_of(path));
  const unsigned seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  const auto how = parsed({{"Replace", {{"PatientName", "山田"}}}, {"RemovePrivateTags", true}});
  std::size_t refused = 0;
  for (int i = 0; i < 3000; ++i) {
    auto file = originals[random() % originals.size()];
    if (random() % 2 == 0)
      file.resize(random() % (file.size() + 1));
    for (auto n = random() % 4; n != 0 && !file.empty(); --n)
      file[random() % file.size()] = static_cast<char>(random());
    const std::vector<std::byte> exact(bytes_of(file).begin(), bytes_of(file).end());
    BOOST_REQUIRE_NO_THROW(refused += dicom::modify(exact, how, new_uid).has_error() ? 1 : 0);
  }
  BOOST_TEST(refused > 300U);
  BOOST_TEST(refused < 2900U);
}

BOOST_AUTO_TEST_SUITE_END()
