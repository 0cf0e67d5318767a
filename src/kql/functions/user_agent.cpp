// parse_user_agent(). Source: kusto/query: parse-user-agent-function. The page does not say whose patterns it is built
// on; its examples, and the names of its fields, are those of uap-core.
#include <algorithm>

#include "dynamic_rows.h"
#include "families.h"
#include "user_agent_patterns.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;
using columnar::DynamicMember;
using Parts = std::vector<UserAgentPart>;

constexpr UserAgentPart all_parts[] = {UserAgentPart::browser, UserAgentPart::os, UserAgentPart::device};

// A name, or an array of them; nullopt when it is neither.
std::optional<Parts> wanted_parts(const Dynamic& wanted) {
  const std::span<const Dynamic> names = is_array(wanted) ? wanted.items() : std::span(&wanted, 1);
  Parts parts;
  for (const Dynamic& name : names) {
    const auto* part = std::find_if(std::begin(all_parts), std::end(all_parts), [&](UserAgentPart candidate) {
      return name.kind() == DynamicKind::string && shape_of(candidate).wanted == name.text();
    });
    if (part == std::end(all_parts)) return std::nullopt;
    if (std::find(parts.begin(), parts.end(), *part) == parts.end()) parts.push_back(*part);
  }
  if (parts.empty()) return std::nullopt;
  return parts;
}

DynamicMember described(Arena& arena, UserAgentPart part, std::string_view user_agent) {
  const UserAgentPartShape& shape = shape_of(part);
  const auto values = UserAgentPatterns::compiled_in().parse(part, user_agent);
  std::vector<DynamicMember> members;
  for (size_t i = 0; i < shape.fields.size(); ++i)
    members.push_back({shape.fields[i].name, Dynamic::string(arena.copy(values[i]))});
  return {shape.name, make_bag(arena, members)};
}

Result<Vector> parse_user_agent(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  if (UserAgentPatterns::compiled_in().empty())
    return base::fail(base::ErrorCode::not_supported,
                      "parse_user_agent() is not supported: the program was built without the patterns of uap-core.");
  const auto user_agents = arguments[0].view<std::string_view>();
  bool unknown = false;
  Result<Vector> result = dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    const auto parts = wanted_parts(dynamic_view(arguments[1], row, arena));
    if (!parts) return unknown = true, Dynamic();
    std::vector<DynamicMember> members;
    for (const UserAgentPart part : *parts) members.push_back(described(arena, part, user_agents[row]));
    return make_bag(arena, members);
  });
  if (unknown)
    return base::fail(base::ErrorCode::semantic_error,
                      "parse_user_agent() looks for 'browser', 'os' or 'device', or an array of them.");
  return result;
}

constexpr std::string_view summary =
    "The browser, operating system or device that a user agent names, by the patterns of uap-core.";
constexpr ScalarFunction user_agent_table[] = {
    {"parse_user_agent", "(userAgent: string, lookFor: string) -> dynamic", parse_user_agent, summary},
    {"parse_user_agent", "(userAgent: string, lookFor: dynamic) -> dynamic", parse_user_agent, summary},
};

}  // namespace

std::span<const ScalarFunction> user_agent_functions() { return user_agent_table; }

}  // namespace vedette::kql
