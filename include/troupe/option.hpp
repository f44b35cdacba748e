/// \file
/// An option that declares itself: name, type, default, range, documentation. The list of all options
/// (`option_list::all`) is what the configuration file, the environment, the command line's sample and
/// docs/configuration.md are made from.
#pragma once

#include <troupe/error.hpp>

#include <nlohmann/json_fwd.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// When a new value of an option takes effect.
enum class applies : std::uint8_t { at_start, live };

/// What every option has, whatever its type.
class option_base {
public:
  option_base(std::string_view name, std::string_view doc, applies when) : name_(name), doc_(doc), when_(when) {}

  option_base(const option_base&) = delete;
  option_base& operator=(const option_base&) = delete;
  virtual ~option_base() = default;

  std::string_view name() const noexcept { return name_; } ///< key of the configuration file

  std::string_view doc() const noexcept { return doc_; }

  applies when() const noexcept { return when_; }

  virtual std::string_view type() const noexcept = 0; ///< `boolean`, `integer`, `string`: as in JSON Schema
  virtual nlohmann::json value() const = 0;
  virtual nlohmann::json default_value() const = 0;
  /// Takes a value. Errors: `bad_parameter_type`, `parameter_out_of_range`, with the option's name in the details.
  virtual result<void> set(const nlohmann::json& value) = 0;

private:
  std::string_view name_;
  std::string_view doc_;
  applies when_;
};

/// All options of a struct, in the order of their declaration.
class option_list {
public:
  option_list() = default;
  option_list(const option_list&) = delete;
  option_list& operator=(const option_list&) = delete;

  const std::vector<option_base*>& all() const noexcept { return all_; }

  /// The option of that name, null if there is none.
  option_base* find(std::string_view name) const noexcept;

private:
  template <class T>
  friend class option;
  std::vector<option_base*> all_;
};

/// A range of integers, both ends included.
struct within {
  std::int64_t min = 0;
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

template <class T>
class option;

template <>
class option<bool> final : public option_base {
public:
  option(option_list& in, std::string_view name, bool fallback, std::string_view doc, applies when = applies::at_start);

  bool operator()() const noexcept { return value_.load(std::memory_order_relaxed); }

  void set_value(bool value) noexcept { value_ = value; }

  std::string_view type() const noexcept override { return "boolean"; }

  nlohmann::json value() const override;
  nlohmann::json default_value() const override;
  result<void> set(const nlohmann::json& value) override;

private:
  const bool default_;
  std::atomic<bool> value_;
};

template <>
class option<std::int64_t> final : public option_base {
public:
  option(option_list& in, std::string_view name, std::int64_t fallback, within range, std::string_view doc,
         applies when = applies::at_start);

  std::int64_t operator()() const noexcept { return value_.load(std::memory_order_relaxed); }

  /// For embedders; a value outside the range is moved to its nearer end.
  void set_value(std::int64_t value) noexcept;

  std::string_view type() const noexcept override { return "integer"; }

  within range() const noexcept { return range_; }

  nlohmann::json value() const override;
  nlohmann::json default_value() const override;
  result<void> set(const nlohmann::json& value) override;

private:
  const std::int64_t default_;
  const within range_;
  std::atomic<std::int64_t> value_;
};

template <>
class option<std::string> final : public option_base {
public:
  /// `check` looks at a value beyond its being a text.
  option(option_list& in, std::string_view name, std::string fallback, std::string_view doc,
         result<void> (*check)(const std::string& value) = nullptr);

  const std::string& operator()() const noexcept { return value_; } ///< set before threads start only

  void set_value(std::string value) { value_ = std::move(value); }

  std::string_view type() const noexcept override { return "string"; }

  nlohmann::json value() const override;
  nlohmann::json default_value() const override;
  result<void> set(const nlohmann::json& value) override;

private:
  const std::string default_;
  result<void> (*check_)(const std::string& value);
  std::string value_;
};

/// A JSON object, kept as its text, so that this header needs no JSON library.
struct json_object {
  std::string text = "{}";
};

template <>
class option<json_object> final : public option_base {
public:
  /// `check` looks at a value beyond its being an object.
  option(option_list& in, std::string_view name, std::string_view doc,
         result<void> (*check)(const nlohmann::json& value) = nullptr);

  const std::string& operator()() const noexcept { return value_; } ///< JSON text; set before threads start only

  std::string_view type() const noexcept override { return "object"; }

  nlohmann::json value() const override;
  nlohmann::json default_value() const override;
  result<void> set(const nlohmann::json& value) override;

private:
  result<void> (*check_)(const nlohmann::json& value);
  std::string value_ = "{}";
};

/// One of several names; `true` and `false` may stand for two of them.
struct choice {
  std::string_view name;
  std::optional<bool> as_boolean = std::nullopt;
};

template <>
class option<choice> final : public option_base {
public:
  /// The first of `choices`, which must live as long as the option, is the default.
  option(option_list& in, std::string_view name, std::span<const choice> choices, std::string_view doc);

  std::size_t operator()() const noexcept { return value_; } ///< place among the choices; set before threads start only

  /// For embedders; a place that there is not changes nothing.
  void set_value(std::size_t value) noexcept;

  std::string_view type() const noexcept override { return "string"; }

  nlohmann::json value() const override;
  nlohmann::json default_value() const override;
  result<void> set(const nlohmann::json& value) override;

private:
  std::span<const choice> choices_;
  std::size_t value_ = 0;
};

using choice_option = option<choice>;
using object_option = option<json_object>;
using integer_option = option<std::int64_t>;
using boolean_option = option<bool>;
using text_option = option<std::string>;

} // namespace troupe
