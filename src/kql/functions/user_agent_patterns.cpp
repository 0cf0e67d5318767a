#include "user_agent_patterns.h"

#include <algorithm>

#include "vedette/base/embedded.h"
#include "vedette/base/work_scope.h"

namespace vedette::kql {

namespace functions {
std::span<const base::EmbeddedFile> embedded_user_agents();  // of the package uap-core, see CMakeLists.txt
}

namespace {

constexpr UserAgentField browser_fields[] = {{"Family", "family_replacement", 1},
                                             {"MajorVersion", "v1_replacement", 2},
                                             {"MinorVersion", "v2_replacement", 3},
                                             {"Patch", "v3_replacement", 4}};
constexpr UserAgentField os_fields[] = {{"Family", "os_replacement", 1},
                                        {"MajorVersion", "os_v1_replacement", 2},
                                        {"MinorVersion", "os_v2_replacement", 3},
                                        {"Patch", "os_v3_replacement", 4},
                                        {"PatchMinor", "os_v4_replacement", 5}};
constexpr UserAgentField device_fields[] = {
    {"Family", "device_replacement", 1}, {"Brand", "brand_replacement", 0}, {"Model", "model_replacement", 1}};
constexpr UserAgentPartShape shapes[] = {{"Browser", "user_agent_parsers", "browser", browser_fields},
                                         {"OperatingSystem", "os_parsers", "os", os_fields},
                                         {"Device", "device_parsers", "device", device_fields}};

constexpr int groups_max = 10;  // the whole match, and $1 to $9

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// A scalar of YAML in single quotes, in which two are one; what follows is a comment.
std::string scalar_of(std::string_view text) {
  std::string out;
  for (size_t at = 1; at < text.size(); ++at) {
    if (text[at] != '\'') {
      out += text[at];
    } else if (at + 1 < text.size() && text[at + 1] == '\'') {
      out += text[at++];
    } else {
      break;
    }
  }
  return out;
}

using Groups = std::array<re2::StringPiece, groups_max>;

std::string expanded(std::string_view replacement, const Groups& groups) {
  std::string out;
  for (size_t at = 0; at < replacement.size(); ++at) {
    const char next = at + 1 < replacement.size() ? replacement[at + 1] : '\0';
    if (replacement[at] != '$' || next < '1' || next > '9') {
      out += replacement[at];
      continue;
    }
    const re2::StringPiece& group = groups[static_cast<size_t>(next - '0')];
    out.append(group.data(), group.size());
    ++at;
  }
  return std::string(trimmed(out));
}

}  // namespace

const UserAgentPartShape& shape_of(UserAgentPart part) { return shapes[static_cast<size_t>(part)]; }

// The collection uses little of YAML: lists of maps of texts, a line each.
UserAgentPatterns::UserAgentPatterns(std::string_view collection) {
  std::optional<UserAgentPart> part;
  while (!collection.empty()) {
    const size_t end = std::min(collection.find('\n'), collection.size());
    std::string_view line = trimmed(collection.substr(0, end));
    collection.remove_prefix(std::min(end + 1, collection.size()));
    const size_t colon = line.find(':');
    if (line.empty() || line[0] == '#' || colon == std::string_view::npos) continue;
    const std::string_view value = trimmed(line.substr(colon + 1));
    std::string_view key = line.substr(0, colon);
    if (value.empty()) {
      const auto* shape =
          std::find_if(std::begin(shapes), std::end(shapes), [&](const auto& s) { return s.list == key; });
      part = shape == std::end(shapes) ? std::nullopt : std::optional(static_cast<UserAgentPart>(shape - shapes));
      continue;
    }
    if (!part || value[0] != '\'') continue;
    if (key.starts_with("- ")) {
      key = trimmed(key.substr(2));
      lists_[static_cast<size_t>(*part)].push_back(std::make_unique<Pattern>());
    }
    add_member(*part, key, scalar_of(value));
  }
}

void UserAgentPatterns::add_member(UserAgentPart part, std::string_view key, std::string value) {
  List& list = lists_[static_cast<size_t>(part)];
  if (list.empty()) return;
  Pattern& pattern = *list.back();
  if (key == "regex")
    pattern.regex = std::move(value);
  else if (key == "regex_flag")
    pattern.ignores_case = value == "i";
  else {
    const auto fields = shape_of(part).fields;
    for (size_t i = 0; i < fields.size(); ++i)
      if (fields[i].replacement == key) pattern.replacements[i] = std::move(value);
  }
}

const UserAgentPatterns& UserAgentPatterns::compiled_in() {
  static const UserAgentPatterns patterns = [] {
    const auto files = functions::embedded_user_agents();
    return UserAgentPatterns(files.empty() ? std::string_view() : files.front().bytes);
  }();
  return patterns;
}

const re2::RE2& UserAgentPatterns::expression_of(const Pattern& pattern) {
  std::call_once(pattern.compiled, [&] {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(!pattern.ignores_case);
    pattern.expression = std::make_unique<re2::RE2>(pattern.regex, options);
  });
  return *pattern.expression;
}

UserAgentPatterns::Fields UserAgentPatterns::parse(UserAgentPart part, std::string_view user_agent) const {
  Fields out;
  Groups groups;
  const re2::StringPiece text(user_agent.data(), user_agent.size());
  base::StepWatch watch;
  for (const auto& pattern : lists_[static_cast<size_t>(part)]) {
    if (!watch.go_on(text.size())) return out;
    const re2::RE2& expression = expression_of(*pattern);
    const int count = std::min(expression.NumberOfCapturingGroups() + 1, groups_max);
    if (!expression.Match(text, 0, text.size(), re2::RE2::UNANCHORED, groups.data(), count)) continue;
    std::fill(groups.begin() + count, groups.end(), re2::StringPiece());
    const auto fields = shape_of(part).fields;
    for (size_t i = 0; i < fields.size(); ++i) {
      const re2::StringPiece& group = groups[static_cast<size_t>(fields[i].group)];
      if (pattern->replacements[i])
        out[i] = expanded(*pattern->replacements[i], groups);
      else if (fields[i].group > 0)
        out[i].assign(group.data(), group.size());
    }
    return out;
  }
  out[0] = "Other";
  return out;
}

}  // namespace vedette::kql
