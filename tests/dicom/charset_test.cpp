#include "dicom/charset.hpp"
#include "dicom/default_encoding.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(charset_text)

using troupe::dicom::charset;
using troupe::dicom::text_kind;

namespace {

std::string name(std::string_view sets, std::string_view text) {
  return charset{sets}.to_utf8(text, text_kind::name);
}

const std::string wrong = "\xef\xbf\xbd";

} // namespace

BOOST_AUTO_TEST_CASE(latin_1_is_assumed_where_nothing_is_said) {
  BOOST_TEST(charset{}.to_utf8("\xc4neas", text_kind::name) == "Äneas");
  BOOST_TEST(name("", "\xc4neas") == "Äneas");
  BOOST_TEST(name("NO SUCH SET", "\xc4neas") == "Äneas");
}

BOOST_AUTO_TEST_CASE(sets_of_single_bytes_are_read) {
  BOOST_TEST(name("ISO_IR 100", "Buc^J\xe9r\xf4me") == "Buc^Jérôme");
  BOOST_TEST(name("ISO_IR 101", "\xa3\xf3\x64\xbc") == "Łódź");
  BOOST_TEST(name("ISO_IR 109", "\xa1") == "Ħ");
  BOOST_TEST(name("ISO_IR 110", "\xa2") == "ĸ");
  BOOST_TEST(name("ISO_IR 148", "\xdd") == "İ");
  BOOST_TEST(name("ISO_IR 203", "\xa4") == "€");
  BOOST_TEST(name("ISO_IR 144", "\xbb\xee\xda\x63\x65\xdc\xd1\x79\x70\xd3") == "Люкceмбypг");
  BOOST_TEST(name("ISO_IR 126", "\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2") == "Διονυσιος");
  BOOST_TEST(name("ISO_IR 127", "\xe2\xc8\xc7\xe6\xea") == "قباني");
  BOOST_TEST(name("ISO_IR 138", "\xf9\xf8\xe5\xef") == "שרון");
  BOOST_TEST(name("ISO_IR 166", "\xb9\xd2\xc1") == "นาม");
  BOOST_TEST(name("ISO_IR 13", "\xd4\xcf\xc0\xde^\xc0\xdb\xb3") == "ﾔﾏﾀﾞ^ﾀﾛｳ");
}

BOOST_AUTO_TEST_CASE(sets_of_several_bytes_are_read) {
  BOOST_TEST(name("ISO_IR 192", "Wang^XiaoDong=王^小东") == "Wang^XiaoDong=王^小东");
  BOOST_TEST(name("GB18030", "Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab") == "Wang^XiaoDong=王^小东");
  BOOST_TEST(name("GBK", "\xcd\xf5^\xd0\xa1\xb6\xab") == "王^小东");
  BOOST_TEST(name("GB18030", "\x95\x32\x82\x36") == "𠀀");
}

BOOST_AUTO_TEST_CASE(a_backslash_inside_a_character_separates_nothing) {
  BOOST_TEST(charset{"GB18030"}.to_utf8("\x81\x5c\\A", text_kind::values) == "乗\\A");
  BOOST_TEST(charset{"\\ISO 2022 IR 87"}.to_utf8("\x1b$BG\\\x1b(B\\A", text_kind::values) == "倍\\A");
}

BOOST_AUTO_TEST_CASE(japanese_names_of_the_standard_are_read) {
  BOOST_TEST(name("\\ISO 2022 IR 87", "Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B="
                                      "\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B")
             == "Yamada^Tarou=山田^太郎=やまだ^たろう");
  BOOST_TEST(name("ISO 2022 IR 13\\ISO 2022 IR 87", "\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J="
                                                    "\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J")
             == "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう");
  BOOST_TEST(name("\\ISO 2022 IR 159", "\x1b$(D0!\x1b(B") == "丂");
}

BOOST_AUTO_TEST_CASE(korean_and_chinese_names_of_the_standard_are_read) {
  BOOST_TEST(name("\\ISO 2022 IR 149", "Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^"
                                       "\x1b$)C\xb1\xe6\xb5\xbf")
             == "Hong^Gildong=洪^吉洞=홍^길동");
  BOOST_TEST(name("\\ISO 2022 IR 58", "A=\x1b$)A\xd6\xd0\xb9\xfa") == "A=中国");
}

BOOST_AUTO_TEST_CASE(long_texts_of_the_standard_are_read_line_by_line) {
  const auto text = [](std::string_view sets, std::string_view bytes) {
    return charset{sets}.to_utf8(bytes, text_kind::plain);
  };
  // PS3.5 I.3, J.4 and K.3.
  BOOST_TEST(text("\\ISO 2022 IR 149", "\x1b$)CThe 1st line includes \xb1\xe6\xb5\xbf.\r\n"
                                       "\x1b$)CThe 2nd line includes \xb1\xe6\xb5\xbf, too.\r\nThe 3rd line.\r\n")
             == "The 1st line includes 길동.\r\nThe 2nd line includes 길동, too.\r\nThe 3rd line.\r\n");
  BOOST_TEST(text("GB18030", "The first line includes\xd6\xd0\xce\xc4.\r\n") == "The first line includes中文.\r\n");
  BOOST_TEST(text("\\ISO 2022 IR 58", "1.\x1b$)A\xb5\xda\xd2\xbb\xd0\xd0\xce\xc4\xd7\xd6\xa1\xa3\r\n"
                                      "2.\x1b$)A\xb5\xda\xb6\xfe\xd0\xd0\xce\xc4\xd7\xd6\xa1\xa3\r\n")
             == "1.第一行文字。\r\n2.第二行文字。\r\n");
}

BOOST_AUTO_TEST_CASE(the_chinese_name_of_the_standard_is_read) {
  BOOST_TEST(name("\\ISO 2022 IR 58", "Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab= ")
             == "Zhang^XiaoDong=张^小东= ");
}

BOOST_AUTO_TEST_CASE(every_set_writes_what_it_reads) {
  constexpr std::array<std::pair<const char*, const char*>, 17> samples{{
    {"ISO_IR 6", "Plain^Text"},
    {"ISO_IR 100", "Buc^Jérôme"},
    {"ISO_IR 101", "Łódź"},
    {"ISO_IR 109", "Ħal"},
    {"ISO_IR 110", "ĸāē"},
    {"ISO_IR 148", "İğş"},
    {"ISO_IR 203", "€œ"},
    {"ISO_IR 144", "Люкceмбypг"},
    {"ISO_IR 126", "Διονυσιος"},
    {"ISO_IR 127", "قباني^لنزار"},
    {"ISO_IR 138", "שרון^דבורה"},
    {"ISO_IR 166", "นาม"},
    {"ISO_IR 192", "Wang^XiaoDong=王^小东=𠀀"},
    {"GB18030", "王^小东=𠀀€"},
    {"ISO 2022 IR 13\\ISO 2022 IR 87", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう"},
    {"\\ISO 2022 IR 87\\ISO 2022 IR 159", "Yamada=山田^丂"},
    {"\\ISO 2022 IR 149\\ISO 2022 IR 58", "Hong=洪^吉洞=홍^길동"},
  }};
  for (const auto& [sets, text] : samples) {
    const charset set{sets};
    const auto written = set.from_utf8(text, text_kind::name);
    BOOST_TEST_REQUIRE(written.has_value(), sets);
    BOOST_TEST(set.to_utf8(*written, text_kind::name) == text);
  }
}

BOOST_AUTO_TEST_CASE(the_default_encoding_holds_where_a_file_says_nothing) {
  using namespace troupe::dicom;
  const std::string russian = "\xcf\xf0\xe8\xe2\xe5\xf2";
  const auto changes = default_encoding_changes();
  BOOST_TEST(set_default_encoding("Windows1251"));
  BOOST_TEST(default_encoding() == "Windows1251");
  BOOST_TEST(charset_of("").to_utf8(russian, text_kind::name) == "Привет");
  BOOST_TEST(charset_of("  ").to_utf8(russian, text_kind::name) == "Привет");
  BOOST_TEST(charset_of("ISO_IR 100").to_utf8("\xe9", text_kind::name) == "é");
  BOOST_TEST(!set_default_encoding("Klingon"));
  BOOST_TEST(default_encoding() == "Windows1251");
  for (const auto each : encoding_names())
    BOOST_TEST(set_default_encoding(each));
  BOOST_TEST(set_default_encoding("Latin1"));
  BOOST_TEST(default_encoding_changes() > changes + encoding_names().size());
}

BOOST_AUTO_TEST_CASE(a_set_that_was_not_activated_again_is_guessed) {
  BOOST_TEST(name("\\ISO 2022 IR 149", "Hong=\x1b$)C\xfb\xf3^\xd1\xce\xd4\xd7") == "Hong=洪^吉洞");
}

BOOST_AUTO_TEST_CASE(delimiters_bring_the_first_set_back) {
  const std::string sets = "ISO 2022 IR 100\\ISO 2022 IR 144";
  const std::string switched = "\xe9\x1b-L\xbb\xee";
  const charset both{sets};
  BOOST_TEST(both.to_utf8(switched + "^\xe9", text_kind::name) == "éЛю^é");
  BOOST_TEST(both.to_utf8(switched + "=\xe9", text_kind::name) == "éЛю=é");
  BOOST_TEST(both.to_utf8(switched + "\\\xe9", text_kind::values) == "éЛю\\é");
  BOOST_TEST(both.to_utf8(switched + "\r\n\xe9", text_kind::plain) == "éЛю\r\né");
  BOOST_TEST(both.to_utf8(switched + "^\xe9", text_kind::values) == "éЛю^щ");
  BOOST_TEST(both.to_utf8(switched + "\\\xe9", text_kind::plain) == "éЛю\\щ");
}

BOOST_AUTO_TEST_CASE(a_yen_that_separates_values_stays_a_backslash) {
  const charset japanese{"ISO_IR 13"};
  BOOST_TEST(japanese.to_utf8("1\\2", text_kind::values) == "1\\2");
  BOOST_TEST(japanese.to_utf8("\\100 ~", text_kind::plain) == "¥100 ‾");
}

BOOST_AUTO_TEST_CASE(what_is_no_character_becomes_the_replacement_character) {
  BOOST_TEST(name("ISO_IR 6", "A\xe9") == "A" + wrong);
  BOOST_TEST(name("ISO_IR 192", "A\xff\xfe"
                                "B\xc3")
             == "A" + wrong + wrong + "B" + wrong);
  BOOST_TEST(name("ISO_IR 192", "\xed\xa0\x80\xc0\x80\xf5") == wrong + wrong + wrong + wrong + wrong + wrong);
  BOOST_TEST(name("ISO_IR 166", "\xdb") == wrong);
  BOOST_TEST(name("GB18030", "A\x81") == "A" + wrong);
  BOOST_TEST(name("\\ISO 2022 IR 149", "\x1b$)C\xfe\xfe!") == wrong + "!");
  BOOST_TEST(name("\\ISO 2022 IR 87", "\x1b$B\x7e\x7e\x1b(BA") == wrong + "A");
  BOOST_TEST(name("\\ISO 2022 IR 87", "\x1b$B;") == wrong);
}

BOOST_AUTO_TEST_CASE(an_escape_means_nothing_without_code_extensions) {
  BOOST_TEST(name("ISO_IR 100", "A\x1b-LB") == "A\x1b-LB");
  BOOST_TEST(name("\\ISO 2022 IR 87", "A\x1bqB") == "A\x1bqB");
}

BOOST_AUTO_TEST_CASE(any_bytes_in_any_set_become_valid_utf_8) {
  constexpr std::array<const char*, 14> sets{"",
                                             "ISO_IR 6",
                                             "ISO_IR 13",
                                             "ISO_IR 138",
                                             "ISO_IR 192",
                                             "GBK",
                                             "GB18030",
                                             "ISO 2022 IR 13\\ISO 2022 IR 87",
                                             "\\ISO 2022 IR 159",
                                             "\\ISO 2022 IR 149",
                                             "\\ISO 2022 IR 58\\ISO 2022 IR 149",
                                             "ISO 2022 IR 6\\ISO 2022 IR 203",
                                             "\\\\\\",
                                             "ISO_IR 166\\GBK"};
  constexpr std::string_view favoured = "\x1b$()-BDJICA@\\^=\r\n\xa1\xfe\x8e\x8f";
  const unsigned seed = 7;
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 40, ' ');
    for (char& c : text)
      c = random() % 2 == 0 ? favoured[random() % favoured.size()] : static_cast<char>(random());
    const charset set{sets[random() % sets.size()]};
    const auto kind = static_cast<text_kind>(random() % 3);
    BOOST_REQUIRE_NO_THROW(nlohmann::json(set.to_utf8(text, kind)).dump());
  }
}

BOOST_AUTO_TEST_CASE(threads_may_convert_at_the_same_time) {
  std::array<bool, 4> right{};
  {
    std::vector<std::jthread> threads;
    for (bool& mine : right)
      threads.emplace_back([&mine] {
        mine = true;
        for (int i = 0; i < 2000; ++i)
          mine = mine && name("GB18030", "\xcd\xf5^\xd0\xa1\xb6\xab") == "王^小东" && name("ISO_IR 126", "\xc4") == "Δ";
      });
  }
  for (const bool one : right)
    BOOST_TEST(one);
}

BOOST_AUTO_TEST_SUITE_END()
