#include "core/json_reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace troupe {

namespace {

using nlohmann::json;

/// Reads a text and counts: only so is the place of a key known.
class counting_iterator {
public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  counting_iterator(const char* at, std::size_t& read) : at_(at), read_(&read) {}

  reference operator*() const { return *at_; }

  counting_iterator& operator++() {
    ++at_;
    ++*read_;
    return *this;
  }

  counting_iterator operator++(int) {
    auto before = *this;
    ++*this;
    return before;
  }

  friend bool operator==(const counting_iterator& a, const counting_iterator& b) { return a.at_ == b.at_; }

private:
  const char* at_;
  std::size_t* read_;
};

/// Builds the value from the events of the parser, which has no recursion, and stops it where a rule is broken.
class builder final : public json::json_sax_t {
public:
  builder(const json_rules& rules, const std::size_t& read) : rules_(rules), read_(read) {}

  bool null() override { return place(nullptr); }

  bool boolean(bool value) override { return place(value); }

  bool number_integer(number_integer_t value) override { return place(value); }

  bool number_unsigned(number_unsigned_t value) override { return place(value); }

  bool number_float(number_float_t value, const string_t&) override { return place(value); }

  bool string(string_t& value) override { return place(std::move(value)); }

  bool binary(binary_t&) override { return false; } // JSON texts have none

  bool start_object(std::size_t) override { return open(json::object()); }

  bool start_array(std::size_t) override { return open(json::array()); }

  bool end_object() override { return close(); }

  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    if (rules_.unique_keys && !keys_.back().insert(name).second)
      return refuse(read_ - std::min(read_, name.size() + 2), "the key \"" + name + "\" comes twice");
    slot_ = &(*open_.back())[name];
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const json::exception& why) override {
    constexpr int number_too_large = 406;
    return refuse(std::min(position - std::min<std::size_t>(position, 1), read_),
                  why.id == number_too_large ? "a number is too large" : "JSON syntax error");
  }

  std::variant<json, json_problem> take() && {
    if (problem_)
      return std::move(*problem_);
    return std::variant<json, json_problem>(std::in_place_index<0>, std::move(root_));
  }

private:
  template <class Value>
  bool place(Value&& value) {
    put(json(std::forward<Value>(value)));
    return true;
  }

  json* put(json value) {
    if (open_.empty())
      return &(root_ = std::move(value));
    if (open_.back()->is_array())
      return &open_.back()->emplace_back(std::move(value));
    *slot_ = std::move(value);
    return slot_;
  }

  bool open(json container) {
    if (open_.size() == rules_.depth_max)
      return refuse(read_ - 1, "nested deeper than " + std::to_string(rules_.depth_max) + " levels");
    open_.push_back(put(std::move(container)));
    if (rules_.unique_keys)
      keys_.emplace_back();
    return true;
  }

  bool close() {
    open_.pop_back();
    if (rules_.unique_keys)
      keys_.pop_back();
    return true;
  }

  bool refuse(std::size_t offset, std::string reason) {
    problem_ = json_problem{offset, std::move(reason)};
    return false;
  }

  const json_rules rules_;
  const std::size_t& read_; ///< bytes that the parser has taken; it never looks beyond the token it reports
  json root_;
  std::vector<json*> open_; ///< the containers around the place, outermost first
  json* slot_ = nullptr;    ///< where the value of the last key goes
  std::vector<std::set<std::string>> keys_;
  std::optional<json_problem> problem_;
};

} // namespace

std::variant<nlohmann::json, json_problem> read_json(std::string_view text, const json_rules& rules) {
  std::size_t read = 0;
  builder into(rules, read);
  const counting_iterator begin(text.data(), read);
  const counting_iterator end(text.data() + text.size(), read);
  json::sax_parse(begin, end, &into, json::input_format_t::json, true, rules.comments);
  return std::move(into).take();
}

} // namespace troupe
