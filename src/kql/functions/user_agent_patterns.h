// What the patterns of uap-core say of a user agent: the program that sent a request, its operating system and device.
//
// The collection is the file regexes.yaml of github.com/ua-parser/uap-core; how it is read is its specification.md. Of
// a list the first pattern that matches counts. Each of its fields has a text with $1 to $9 for the pattern's groups,
// or is a group.
#pragma once

#include <re2/re2.h>

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::kql {

enum class UserAgentPart : uint8_t { browser, os, device };

struct UserAgentField {
  std::string_view name;         // in the answer
  std::string_view replacement;  // the member that has its text
  int group;                     // without one; 0: nothing
};

struct UserAgentPartShape {
  std::string_view name;    // in the answer
  std::string_view list;    // in the collection
  std::string_view wanted;  // what parse_user_agent() calls it
  std::span<const UserAgentField> fields;
};
const UserAgentPartShape& shape_of(UserAgentPart part);

class UserAgentPatterns {
 public:
  static constexpr size_t fields_max = 5;
  using Fields = std::array<std::string, fields_max>;

  explicit UserAgentPatterns(std::string_view collection);
  // Those that are compiled in; empty when the program was built without them.
  static const UserAgentPatterns& compiled_in();

  bool empty() const { return lists_[0].empty(); }
  // In the order of the shape's fields. The first is "Other" when no pattern matches. Safe from several threads.
  Fields parse(UserAgentPart part, std::string_view user_agent) const;

 private:
  struct Pattern {
    std::string regex;
    bool ignores_case = false;
    std::array<std::optional<std::string>, fields_max> replacements;
    mutable std::once_flag compiled;
    mutable std::unique_ptr<re2::RE2> expression;
  };
  using List = std::vector<std::unique_ptr<Pattern>>;

  void add_member(UserAgentPart part, std::string_view key, std::string value);
  static const re2::RE2& expression_of(const Pattern& pattern);

  std::array<List, 3> lists_;
};

}  // namespace vedette::kql
