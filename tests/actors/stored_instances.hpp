/// \file
/// A study of instances that are just too large for the index, stored in the database of a test.
#pragma once

#include "dicom/scan.hpp"
#include "persistence/database.hpp"
#include "persistence/file.hpp"
#include "tests/dicom/data_set_builder.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <span>
#include <string>

namespace troupe::testing {

/// The SOP instance UID of the instance `number` of the study.
inline std::string sop_instance_uid(int number) {
  return "1.2.3.1." + std::to_string(number);
}

inline std::string instance_file(int number) {
  using namespace troupe::dicom::test;
  return frame() + element(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7")
         + element(0x00080018, "UI", sop_instance_uid(number)) + element(0x00100020, "LO", "P1")
         + element(0x0020000d, "UI", "1.2.3") + element(0x0020000e, "UI", "1.2.3.1")
         + element(0x00200013, "IS", std::to_string(number)) + element(0x00204000, "LT", std::string(20'000, ' '));
}

/// The study of all instances that `instance_file` makes.
inline orthanc_id study_of_instances() {
  const auto file = instance_file(1);
  return dicom::scan(std::as_bytes(std::span(file)))->id(resource_level::study);
}

inline void store_instances(persistence::database& database, int count) {
  for (int number = 1; number <= count; ++number) {
    const auto file = instance_file(number);
    const auto bytes = std::as_bytes(std::span(file));
    persistence::instance_facts facts;
    facts.blob = {database.new_blob(), bytes.size(), "", "u"};
    facts.sop_class = "1.2.840.10008.5.1.4.1.1.7";
    facts.transfer_syntax = dicom::test::explicit_little;
    persistence::write_durably(database.blob_path(facts.blob.number), bytes);
    batch change;
    change.mutations.emplace_back(persistence::add_instance{dicom::scan(bytes).value(), facts, overwrite_mode::never});
    const batch* const one = &change;
    BOOST_TEST_REQUIRE(database.commit(std::span(&one, 1)).at(0).has_value());
  }
}

} // namespace troupe::testing
