/// \file
/// Environment variables inside the text of a configuration file.
#pragma once

#include "core/configuration.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// A text whose `${NAME}` and `${NAME:-default}` were replaced, and where its parts came from.
class substituted_text {
public:
  substituted_text(std::string_view source, const environment& variables);

  const std::string& text() const noexcept { return text_; }

  /// The offset in the source of a byte of `text`; for one that a variable brought, that of its `${`.
  std::size_t source_offset(std::size_t offset) const noexcept;

private:
  /// From `to` on, the text is that of the source from `from` on, or stands for the variable there.
  struct part {
    std::size_t to;
    std::size_t from;
    bool replaced;
  };

  std::string text_;
  std::vector<part> parts_;
};

} // namespace troupe
