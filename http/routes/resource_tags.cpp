#include "core/json_string.hpp"
#include "dicom/module_tags.hpp"
#include "dicom/tags_text.hpp"
#include "http/instance_file.hpp"
#include "http/resource_json.hpp"
#include "http/routes/families.hpp"
#include "http/tags_request.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <utility>

namespace troupe::http {
namespace {

constexpr std::size_t all_instances = std::numeric_limits<std::size_t>::max();

// -- modules ----------------------------------------------------------------------------------------------------------

/// The tags of a module that the first instance below the resource has.
template <resource_level Level, resource_level Module>
void answer_with_module(const exchange& with) {
  const auto first = instances_in_path(with, Level, 1);
  const auto file = first.empty() ? std::nullopt : open_file(with, first.front().key);
  if (!file) {
    with.respond_error(no_resource());
    return;
  }
  auto tags = dicom::read_tags(file->bytes(), {.format = format_asked(with)});
  if (!tags) {
    with.respond_error(unreadable(tags.error()));
    return;
  }
  tags->keep([](const dicom::tags_text::member& each) {
    return std::ranges::binary_search(dicom::module_tags(Module), each.tag);
  });
  with.respond(tags_reply(*tags));
}

template <resource_level Level, resource_level Module = Level>
void module(exchange& with) {
  with.on_cpu(answer_with_module<Level, Module>);
}

// -- tags of many instances -------------------------------------------------------------------------------------------

/// Looks for the tags that all instances have with the same text, some instances at a time.
class shared_tags_search : public std::enable_shared_from_this<shared_tags_search> {
public:
  shared_tags_search(exchange with, std::vector<instance_below> all) : with_(std::move(with)), all_(std::move(all)) {}

  /// On a cpu thread.
  void go_on();

private:
  static constexpr std::size_t at_once = 64; ///< instances before others may have the thread

  void take(dicom::tags_text tags);

  exchange with_;
  std::vector<instance_below> all_;
  std::size_t next_ = 0;
  std::optional<dicom::tags_text> shared_;
};

bool has_same(const dicom::tags_text& tags, const dicom::tags_text::member& wanted, std::string_view text) {
  using member = dicom::tags_text::member;
  const auto found = std::ranges::lower_bound(tags.members(), wanted.tag, {}, &member::tag);
  return found != tags.members().end() && found->tag == wanted.tag && tags.text(*found) == text;
}

void shared_tags_search::take(dicom::tags_text tags) {
  if (!shared_) {
    shared_ = std::move(tags);
    shared_->keep([](const dicom::tags_text::member& each) { return each.is_text; });
  } else {
    shared_->keep([&](const dicom::tags_text::member& each) { return has_same(tags, each, shared_->text(each)); });
  }
}

void shared_tags_search::go_on() {
  const auto until = std::min(all_.size(), next_ + at_once);
  for (; next_ < until; ++next_) {
    const auto file = open_file(with_, all_[next_].key);
    if (!file)
      continue;
    auto tags = dicom::read_tags(file->bytes(), {.format = format_asked(with_)});
    if (!tags) {
      with_.respond_error(unreadable(tags.error()));
      return;
    }
    take(*std::move(tags));
  }
  if (next_ < all_.size())
    with_.on_cpu([self = shared_from_this()](const exchange&) { self->go_on(); });
  else
    with_.respond(tags_reply(shared_.value_or(dicom::tags_text{})));
}

template <resource_level Level>
void shared_tags(exchange& with) {
  with.on_cpu([](const exchange& later) {
    auto all = instances_in_path(later, Level, all_instances);
    if (all.empty())
      later.respond_error(no_resource());
    else
      std::make_shared<shared_tags_search>(later, std::move(all))->go_on();
  });
}

/// Writes the tags of one instance after the other, as fast as the client reads them.
class instances_tags_stream : public std::enable_shared_from_this<instances_tags_stream> {
public:
  instances_tags_stream(exchange with, std::vector<instance_below> all)
    : with_(std::move(with)),
      all_(std::move(all)),
      bytes_(std::make_shared<output_stream>(buffered_max)) {
    std::ranges::sort(all_, {}, [](const instance_below& each) { return each.id.text(); });
  }

  /// Who lets go of it in the middle leaves the reader with an error.
  ~instances_tags_stream() { bytes_->finish(error{error_code::internal_error}); }

  instances_tags_stream(const instances_tags_stream&) = delete;
  instances_tags_stream& operator=(const instances_tags_stream&) = delete;

  reply start();

private:
  static constexpr std::size_t buffered_max = std::size_t{1024} * 1024;

  void go_on();
  result<std::string> text_of(const instance_below& which);

  exchange with_;
  std::vector<instance_below> all_;
  std::shared_ptr<output_stream> bytes_;
  std::size_t next_ = 0;
  bool begun_ = false;
};

reply instances_tags_stream::start() {
  reply streamed{200, "application/json; charset=utf-8", {}, std::string()};
  streamed.body = streamed_body{bytes_, [head = with_.head()](const error& why) { return error_reply(head, why); }};
  go_on();
  return streamed;
}

/// With what stands before it; empty if the instance is no longer there.
result<std::string> instances_tags_stream::text_of(const instance_below& which) {
  const auto file = open_file(with_, which.key);
  if (!file)
    return std::string();
  const auto tags = dicom::read_tags(file->bytes(), {.format = format_asked(with_), .level = 1});
  if (!tags)
    return unreadable(tags.error());
  std::string text = std::exchange(begun_, true) ? "," : "{";
  append_json_line(text, 1);
  append_json_string(text, which.id.text());
  return text.append(": ").append(tags->object());
}

void instances_tags_stream::go_on() {
  while (bytes_->writable() && !bytes_->abandoned()) {
    if (next_ == all_.size()) {
      bytes_->write(begun_ ? "\n}\n" : "{}\n");
      bytes_->finish();
      return;
    }
    auto text = text_of(all_[next_++]);
    if (!text) {
      bytes_->finish(text.error());
      return;
    }
    bytes_->write(*std::move(text));
  }
  if (!bytes_->abandoned())
    bytes_->when_writable(
      [self = shared_from_this()] { self->with_.on_cpu([self](const exchange&) { self->go_on(); }); });
}

template <resource_level Level>
void instances_tags(exchange& with) {
  with.on_cpu([](const exchange& later) {
    auto all = instances_in_path(later, Level, all_instances);
    if (all.empty())
      later.respond_error(no_resource());
    else
      later.respond(std::make_shared<instances_tags_stream>(later, std::move(all))->start());
  });
}

constexpr std::string_view object_schema = R"({"type": "object"})";
constexpr std::string_view shared_text = "The tags that all instances below it have with the same value.";
constexpr std::string_view each_text = "The tags of each instance below it, by the instance's name.";

} // namespace

std::span<const route> resource_tags_routes() {
  using enum verb;
  using enum permission;
  using enum resource_level;
  // clang-format off
  static constexpr std::array rows{
    route{get, "/patients/{id}/module",        view, "The tags that describe the patient.",        module<patient>,        body_kind::none, format_parameters, {}, object_schema},
    route{get, "/studies/{id}/module",         view, "The tags that describe the study.",          module<study>,          body_kind::none, format_parameters, {}, object_schema},
    route{get, "/studies/{id}/module-patient", view, "The tags that describe the study's patient.", module<study, patient>, body_kind::none, format_parameters, {}, object_schema},
    route{get, "/series/{id}/module",          view, "The tags that describe the series.",         module<series>,         body_kind::none, format_parameters, {}, object_schema},
    route{get, "/instances/{id}/module",       view, "The tags that describe the instance.",       module<instance>,       body_kind::none, format_parameters, {}, object_schema},
    route{get, "/patients/{id}/shared-tags",    view, shared_text, shared_tags<patient>,    body_kind::none, format_parameters, {}, object_schema},
    route{get, "/studies/{id}/shared-tags",     view, shared_text, shared_tags<study>,      body_kind::none, format_parameters, {}, object_schema},
    route{get, "/series/{id}/shared-tags",      view, shared_text, shared_tags<series>,     body_kind::none, format_parameters, {}, object_schema},
    route{get, "/patients/{id}/instances-tags", view, each_text,   instances_tags<patient>, body_kind::none, format_parameters, {}, object_schema},
    route{get, "/studies/{id}/instances-tags",  view, each_text,   instances_tags<study>,   body_kind::none, format_parameters, {}, object_schema},
    route{get, "/series/{id}/instances-tags",   view, each_text,   instances_tags<series>,  body_kind::none, format_parameters, {}, object_schema},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
