// RE2 behind one name.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "vedette/base/result.h"

namespace re2 {
class RE2;
}

namespace vedette::ingest {

class Pattern {
 public:
  static base::Result<std::shared_ptr<const Pattern>> compile(const std::string& expression);
  explicit Pattern(std::unique_ptr<re2::RE2> expression);
  ~Pattern();
  bool found_in(std::string_view text) const;
  int group_count() const;
  std::optional<std::string_view> first_group(std::string_view text) const;

 private:
  std::unique_ptr<re2::RE2> expression_;
};

}  // namespace vedette::ingest
