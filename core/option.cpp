#include <troupe/option.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace troupe {

namespace {

error wrong_type(const option_base& of) {
  const bool vowel = of.type().front() == 'i' || of.type().front() == 'o';
  return {error_code::bad_parameter_type,
          std::string(of.name()) + ": " + (vowel ? "an " : "a ") + std::string(of.type()) + " is expected"};
}

error outside(const integer_option& of) {
  return {error_code::parameter_out_of_range, std::string(of.name()) + ": a number from "
                                                + std::to_string(of.range().min) + " to "
                                                + std::to_string(of.range().max) + " is expected"};
}

} // namespace

option_base* option_list::find(std::string_view name) const noexcept {
  const auto found = std::ranges::find(all_, name, &option_base::name);
  return found == all_.end() ? nullptr : *found;
}

// -- boolean --------------------------------------------------------------------------------------------------------

boolean_option::option(option_list& in, std::string_view name, bool fallback, std::string_view doc, applies when)
  : option_base(name, doc, when),
    default_(fallback),
    value_(fallback) {
  in.all_.push_back(this);
}

nlohmann::json boolean_option::value() const {
  return (*this)();
}

nlohmann::json boolean_option::default_value() const {
  return default_;
}

result<void> boolean_option::set(const nlohmann::json& value) {
  if (!value.is_boolean())
    return wrong_type(*this);
  set_value(value.get<bool>());
  return {};
}

// -- integer --------------------------------------------------------------------------------------------------------

integer_option::option(option_list& in, std::string_view name, std::int64_t fallback, within range,
                       std::string_view doc, applies when)
  : option_base(name, doc, when),
    default_(fallback),
    range_(range),
    value_(fallback) {
  in.all_.push_back(this);
}

void integer_option::set_value(std::int64_t value) noexcept {
  value_ = std::clamp(value, range_.min, range_.max);
}

nlohmann::json integer_option::value() const {
  return (*this)();
}

nlohmann::json integer_option::default_value() const {
  return default_;
}

result<void> integer_option::set(const nlohmann::json& value) {
  if (!value.is_number_integer())
    return wrong_type(*this);
  const bool huge = value.is_number_unsigned() && !std::in_range<std::int64_t>(value.get<std::uint64_t>());
  if (huge || value.get<std::int64_t>() < range_.min || value.get<std::int64_t>() > range_.max)
    return outside(*this);
  value_ = value.get<std::int64_t>();
  return {};
}

// -- text -----------------------------------------------------------------------------------------------------------

text_option::option(option_list& in, std::string_view name, std::string fallback, std::string_view doc,
                    result<void> (*check)(const std::string& value))
  : option_base(name, doc, applies::at_start),
    default_(fallback),
    check_(check),
    value_(std::move(fallback)) {
  in.all_.push_back(this);
}

nlohmann::json text_option::value() const {
  return value_;
}

nlohmann::json text_option::default_value() const {
  return default_;
}

result<void> text_option::set(const nlohmann::json& value) {
  if (!value.is_string())
    return wrong_type(*this);
  auto text = value.get<std::string>();
  if (check_ != nullptr)
    if (const auto checked = check_(text); !checked)
      return error{checked.error().code(), std::string(name()) + ": " + checked.error().details()};
  value_ = std::move(text);
  return {};
}

// -- object ---------------------------------------------------------------------------------------------------------

object_option::option(option_list& in, std::string_view name, std::string_view doc,
                      result<void> (*check)(const nlohmann::json& value))
  : option_base(name, doc, applies::at_start),
    check_(check) {
  in.all_.push_back(this);
}

nlohmann::json object_option::value() const {
  return nlohmann::json::parse(value_);
}

nlohmann::json object_option::default_value() const {
  return nlohmann::json::object();
}

result<void> object_option::set(const nlohmann::json& value) {
  if (!value.is_object())
    return wrong_type(*this);
  if (check_ != nullptr)
    if (const auto checked = check_(value); !checked)
      return error{checked.error().code(), std::string(name()) + ": " + checked.error().details()};
  value_ = value.dump();
  return {};
}

// -- choice ---------------------------------------------------------------------------------------------------------

choice_option::option(option_list& in, std::string_view name, std::span<const choice> choices, std::string_view doc)
  : option_base(name, doc, applies::at_start),
    choices_(choices) {
  in.all_.push_back(this);
}

void choice_option::set_value(std::size_t value) noexcept {
  if (value < choices_.size())
    value_ = value;
}

nlohmann::json choice_option::value() const {
  return choices_[value_].name;
}

nlohmann::json choice_option::default_value() const {
  return choices_.front().name;
}

result<void> choice_option::set(const nlohmann::json& value) {
  if (!value.is_string() && !value.is_boolean())
    return wrong_type(*this);
  const auto found = std::ranges::find_if(choices_, [&](const choice& each) {
    return value.is_string() ? each.name == value.get<std::string>() : each.as_boolean == value.get<bool>();
  });
  if (found == choices_.end()) {
    std::string names;
    for (const auto& each : choices_)
      names.append(names.empty() ? "" : ", ").append(each.name);
    return error{error_code::parameter_out_of_range,
                 std::string(this->name()) + ": one of these is expected: " + names};
  }
  value_ = static_cast<std::size_t>(found - choices_.begin());
  return {};
}

} // namespace troupe
