#include "core/folded_text.hpp"
#include "dicom/identifiers.hpp"
#include "find/search.hpp"
#include "persistence/tag_index.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <random>
#include <sstream>

namespace troupe::find::testing {

BOOST_AUTO_TEST_SUITE(search_of_resources)

namespace {

using enum resource_level;
constexpr dicom_tag patient_name = 0x00100010;
constexpr dicom_tag patient_id = 0x00100020;
constexpr dicom_tag study_date = 0x00080020;
constexpr dicom_tag study_description = 0x00081030;
constexpr dicom_tag study_uid = 0x0020000d;
constexpr dicom_tag modality = 0x00080060;
constexpr dicom_tag modalities = 0x00080061;
constexpr dicom_tag series_uid = 0x0020000e;
constexpr auto note = static_cast<metadata_type>(1024);

/// A study with one series of one instance.
struct study_row {
  std::string patient, name, uid, date, description, made_by;
  std::vector<std::string> labels = {}; ///< in order
  std::string note = {};                ///< metadata of a user; empty: none
  friend bool operator==(const study_row&, const study_row&) = default;
};

std::array<orthanc_id, 4> ids(const study_row& row) {
  return dicom::orthanc_ids(row.patient, row.uid, row.uid + ".1", row.uid + ".1.1");
}

struct fixture {
  fixture() {
    std::string name = (std::filesystem::temp_directory_path() / "troupe_XXXXXX").native();
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
    db = std::make_unique<persistence::database>(path);
  }

  ~fixture() {
    db.reset();
    std::filesystem::remove_all(path);
  }

  void write(batch all) {
    const batch* const one = &all;
    BOOST_REQUIRE(db->commit({&one, 1}).front().has_value());
  }

  void add(const std::vector<study_row>& rows) {
    batch all;
    for (const auto& row : rows) {
      persistence::add_instance one;
      one.summary.ids = ids(row);
      one.summary.tags[0] = {{patient_name, row.name}, {patient_id, row.patient}};
      if (!row.date.empty())
        one.summary.tags[1].push_back({study_date, row.date});
      one.summary.tags[1].push_back({study_description, row.description});
      one.summary.tags[1].push_back({study_uid, row.uid});
      one.summary.tags[2] = {{modality, row.made_by}, {series_uid, row.uid + ".1"}};
      one.summary.tags[3] = {{0x00080018, row.uid + ".1.1"}};
      one.facts.blob.number = db->new_blob();
      all.mutations.emplace_back(std::move(one));
      for (const auto& label : row.labels)
        all.mutations.emplace_back(persistence::put_label{ids(row)[1], study, label});
      if (!row.note.empty())
        all.mutations.emplace_back(persistence::put_metadata{ids(row)[1], study, note, row.note, {}, {}});
    }
    write(std::move(all));
  }

  /// The study UIDs of what was found.
  std::vector<std::string> ask(const query& what) {
    const auto from = db->read();
    std::vector<std::string> found;
    for (const auto key : search(*db, from, what)) {
      const auto one = persistence::find_resource(from, key);
      BOOST_REQUIRE(one.has_value());
      found.push_back(std::ranges::find(one->tags, study_uid, &tag_value::tag)->value);
    }
    return found;
  }

  std::filesystem::path path;
  std::unique_ptr<persistence::database> db;
};

constraint wanted(dicom_tag tag, std::string_view text, matching_rules rules = {}) {
  auto pattern = value_pattern::parse(text, rules);
  BOOST_REQUIRE(pattern.has_value());
  return {tag, *std::move(pattern), {}};
}

constexpr matching_rules dates{.wildcards = false, .ranges = true};

template <class List>
auto& any(std::mt19937_64& random, const List& list) {
  return list[random() % std::size(list)];
}

std::vector<study_row> drawn_studies(std::mt19937_64& random, std::size_t count) {
  const std::vector<std::string> names{
    "Müller^A", "MULLER^B", "smith", "Smith^J", "", "a\\Zoë", std::string(200, 'x') + "1", std::string(200, 'x') + "2"};
  const std::vector<std::string> times{"", "20190101", "2019.02.11", "20191231", "20200115", "2020"};
  const std::vector<std::string> texts{"Knee", "knee left", "HEAD", ""};
  std::vector<study_row> rows;
  for (std::size_t i = 0; i < count; ++i)
    rows.push_back({"P" + std::to_string(i % 300), names[i % 300 % names.size()], "7." + std::to_string(i),
                    any(random, times), any(random, texts), any(random, std::vector<std::string>{"CT", "MR", "ct\\pt"}),
                    any(random, std::vector<std::vector<std::string>>{{}, {}, {"a"}, {"b"}, {"a", "b"}}),
                    any(random, std::vector<std::string>{"", "seen", "Grün"})});
  return rows;
}

std::string value_of(const study_row& row, dicom_tag tag) {
  return tag == patient_name        ? row.name
         : tag == patient_id        ? row.patient
         : tag == study_date        ? row.date
         : tag == study_description ? row.description
                                    : row.made_by;
}

query drawn_query(std::mt19937_64& random) {
  query what{.level = study};
  if (random() % 2 == 0)
    what.constraints.push_back(
      wanted(patient_name,
             any(random, std::vector<std::string>{"mul*", "*MULL*", "smith", "S?ITH*", "zoe", "A", "*", "?*", "x*2",
                                                  std::string(200, 'X') + "1", "smith\\mul*"}),
             {.case_sensitive = random() % 4 == 0}));
  if (random() % 2 == 0)
    what.constraints.push_back(wanted(
      study_date,
      any(random, std::vector<std::string>{"20190101-20190211", "2019-", "-20191231", "20200115", "20200101-20200131"}),
      dates));
  if (random() % 3 == 0)
    what.constraints.push_back(wanted(modalities, any(random, std::vector<std::string>{"CT", "M*", "PT\\MR"})));
  if (random() % 3 == 0)
    what.constraints.push_back(
      wanted(patient_id, any(random, std::vector<std::string>{"P1*", "p17", "P?", "P1\\P2\\P3"})));
  if (random() % 3 == 0)
    what.constraints.push_back(
      wanted(study_description, any(random, std::vector<std::string>{"knee*", "HEAD", "head\\"})));
  if (random() % 3 == 0)
    what.labels = {any(random, std::vector{label_filter::rule::all, label_filter::rule::any, label_filter::rule::none}),
                   any(random, std::vector<std::vector<std::string>>{{"a"}, {"a", "b"}, {"c"}, {"b", "c"}})};
  if (random() % 4 == 0)
    what.metadata.emplace_back(note,
                               *value_pattern::parse(any(random, std::vector<std::string>{"seen", "gr*", "*"}), {}));
  if (random() % 4 == 0)
    what.parents.emplace_back(patient, dicom::orthanc_ids("P" + std::to_string(random() % 310), "", "", "")[0]);
  for (const auto tag : {study_date, patient_name, study_description})
    if (random() % 4 == 0)
      what.order.push_back({.tag = tag, .descending = random() % 2 == 0});
  if (random() % 4 == 0)
    what.order.push_back({.what = sort_key::kind::metadata, .metadata = note, .descending = random() % 2 == 0});
  std::ranges::shuffle(what.order, random);
  what.since = random() % 3 == 0 ? random() % 50 : 0;
  what.limit = random() % 3 == 0 ? random() % 50 : 0;
  return what;
}

/// A question as a failed test tells it.
std::string told(const query& what) {
  std::ostringstream text;
  for (const auto& each : what.constraints) {
    text << std::hex << each.tag << (each.pattern.case_sensitive() ? "!" : "");
    for (const auto& one : each.pattern.alternatives())
      text << " '" << one.text << one.first << '-' << one.last << '\'';
    text << ", ";
  }
  for (const auto& label : what.labels.labels)
    text << "label " << static_cast<int>(what.labels.which) << ' ' << label << ", ";
  for (const auto& [type, pattern] : what.metadata)
    text << "note '" << pattern.alternatives()[0].text << "', ";
  for (const auto& [level, id] : what.parents)
    text << "of " << id.text() << ", ";
  for (const auto& each : what.order)
    text << "by " << each.tag << (each.descending ? " down, " : " up, ");
  text << std::dec << "since " << what.since << " limit " << what.limit;
  return text.str();
}

bool has_labels(const study_row& row, const label_filter& wanted) {
  const auto has = [&](const std::string& label) { return std::ranges::find(row.labels, label) != row.labels.end(); };
  using enum label_filter::rule;
  return wanted.which == all   ? std::ranges::all_of(wanted.labels, has)
         : wanted.which == any ? wanted.labels.empty() || std::ranges::any_of(wanted.labels, has)
                               : std::ranges::none_of(wanted.labels, has);
}

bool belongs(const study_row& row, const query& what) {
  return has_labels(row, what.labels)
         && std::ranges::all_of(what.metadata,
                                [&](const auto& each) { return !row.note.empty() && each.second.matches(row.note); })
         && std::ranges::all_of(what.parents, [&](const auto& each) { return ids(row)[0] == each.second; });
}

std::string sorted_by(const study_row& row, const sort_key& key) {
  return key.what == sort_key::kind::metadata ? folded(row.note)
                                              : persistence::comparable_value(key.tag, value_of(row, key.tag));
}

/// The answer of the simplest program there is. Several values of one tag are ordered by the first of them.
std::vector<std::string> expected(std::vector<study_row> rows, const query& what) {
  std::erase_if(rows, [&](const study_row& row) {
    return !belongs(row, what) || !std::ranges::all_of(what.constraints, [&](const constraint& each) {
      const auto value = value_of(row, each.tag);
      return !(each.tag == study_date && value.empty()) && each.pattern.matches(value);
    });
  });
  for (auto key = what.order.rbegin(); key != what.order.rend(); ++key)
    std::ranges::stable_sort(rows, [&](const study_row& a, const study_row& b) {
      const auto first = sorted_by(a, *key);
      const auto second = sorted_by(b, *key);
      return key->descending ? second < first : first < second;
    });
  std::vector<std::string> uids;
  for (std::size_t i = what.since; i < rows.size() && (what.limit == 0 || uids.size() < what.limit); ++i)
    uids.push_back(rows[i].uid);
  return uids;
}

} // namespace

BOOST_FIXTURE_TEST_CASE(drawn_questions_have_the_answers_of_the_model, fixture) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random(seed);
  auto rows = drawn_studies(random, 1500);
  add(rows);
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 100; ++i) {
      const auto what = drawn_query(random);
      const auto found = ask(what);
      const auto right = expected(rows, what);
      const auto differ = std::ranges::mismatch(found, right);
      BOOST_TEST_INFO_SCOPE("seed " << seed << ", round " << round << ", " << told(what));
      BOOST_TEST_INFO_SCOPE("first difference at " << differ.in1 - found.begin());
      BOOST_REQUIRE_EQUAL_COLLECTIONS(found.begin(), found.end(), right.begin(), right.end());
    }
    batch gone;
    for (int i = 0; i < 100; ++i) {
      const auto victim = rows.begin() + static_cast<std::ptrdiff_t>(random() % rows.size());
      gone.mutations.emplace_back(
        persistence::remove_resource{dicom::orthanc_ids(victim->patient, victim->uid, "", "")[1], study});
      rows.erase(victim);
    }
    write(std::move(gone));
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::find::testing
