// matches regex, extract, replace_regex, trim and their like. Source: kusto/query, the page of each function.
#include "dynamic_rows.h"
#include "families.h"
#include "regex_pattern.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using re2::RE2;
using re2::StringPiece;

std::string_view view(const StringPiece& text) { return {text.data(), text.size()}; }

template <bool Negated>
Result<Vector> matches(const CallContext& context, std::span<const Vector> arguments, size_t rows) {
  PatternCall patterns(context);
  return patterns.checked(
      map<uint8_t>(Type::bool_, arguments, rows, [&](std::string_view text, std::string_view pattern) -> uint8_t {
        const RE2* re = patterns(pattern, text);
        return re && re->Match(piece(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0) != Negated;
      }));
}

Result<Vector> extract(const CallContext& context, std::span<const Vector> arguments, size_t rows) {
  PatternCall patterns(context);
  std::vector<StringPiece> found;
  return patterns.checked(
      map_text(arguments, rows, [&](std::string& out, std::string_view pattern, int64_t group, std::string_view text) {
        const RE2* re = patterns(pattern, text);
        if (!re || group < 0 || group > re->NumberOfCapturingGroups()) return;
        found.resize(static_cast<size_t>(group) + 1);
        if (re->Match(piece(text), 0, text.size(), RE2::UNANCHORED, found.data(), static_cast<int>(found.size())))
          out += view(found.back());
      }));
}

// The wanted groups by number; empty when one is unknown.
std::vector<int> groups_of(const RE2& pattern, const Dynamic* wanted) {
  std::vector<int> out;
  if (!wanted) {
    for (int i = 1; i <= pattern.NumberOfCapturingGroups(); ++i) out.push_back(i);
    return out;
  }
  for (const Dynamic& group : wanted->items()) {
    int64_t number = 0;
    if (group.kind() == columnar::DynamicKind::int64) number = group.integer();
    if (group.kind() == columnar::DynamicKind::string) {
      const auto& names = pattern.NamedCapturingGroups();
      const auto named = names.find(std::string(group.text()));
      if (named != names.end()) number = named->second;
    }
    if (number < 1 || number > pattern.NumberOfCapturingGroups()) return {};
    out.push_back(static_cast<int>(number));
  }
  return out;
}

constexpr size_t steps_of_match = 32;  // in those of a walk

Dynamic all_matches(Arena& arena, const RE2& pattern, std::span<const int> groups, std::string_view text) {
  std::vector<Dynamic> matches;
  const int64_t bytes_before = arena.reserved_bytes();
  StepWatch watch;
  for_each_match(pattern, text, pattern.NumberOfCapturingGroups(), [&](std::span<const StringPiece> found) {
    auto* items = arena.allocate_array<Dynamic>(groups.size());
    for (size_t i = 0; i < groups.size(); ++i) items[i] = Dynamic::string(view(found[static_cast<size_t>(groups[i])]));
    matches.push_back(groups.size() == 1 ? items[0] : Dynamic::array({items, groups.size()}));
    const auto matches_bytes = static_cast<int64_t>(2 * matches.capacity() * sizeof(Dynamic));
    return watch.go_on(steps_of_match, arena.reserved_bytes() - bytes_before + matches_bytes);
  });
  return matches.empty() ? Dynamic() : make_array(arena, matches);
}

// (pattern, text) or (pattern, groups, text).
Result<Vector> extract_all(const CallContext& context, std::span<const Vector> arguments, size_t rows) {
  PatternCall patterns(context);
  const auto pattern = arguments.front().view<std::string_view>(), text = arguments.back().view<std::string_view>();
  return patterns.checked(dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    const RE2* re = patterns(pattern[row], text[row]);
    if (!re) return Dynamic();
    const Dynamic wanted = arguments.size() == 3 ? dynamic_at(arguments[1], row) : Dynamic();
    const std::vector<int> groups = groups_of(*re, arguments.size() == 3 ? &wanted : nullptr);
    if (groups.empty() || re->NumberOfCapturingGroups() > capture_groups_max) {
      patterns.fail(
          base::fail(base::ErrorCode::semantic_error,
                     "extract_all() takes a regular expression of 1 to 16 capture groups, and some of them."));
      return Dynamic();
    }
    return all_matches(arena, *re, groups, text[row]);
  }));
}

int64_t count_matches(const RE2& pattern, std::string_view text) {
  int64_t count = 0;
  StepWatch watch;
  for_each_match(pattern, text, 0, [&](auto) { return ++count, watch.go_on(steps_of_match); });
  return count;
}

// In a rewrite, \0 … \9 are the groups and \\ is a backslash.
void replace_all(PatternCall& patterns, std::string& out, std::string_view text, std::string_view pattern,
                 std::string_view rewrite) {
  const RE2* re = patterns(pattern, text);
  if (!re) return;
  std::string error;
  if (!re->CheckRewriteString(piece(rewrite), &error))
    return patterns.fail(base::fail(base::ErrorCode::semantic_error, "The rewrite is malformed: " + error + "."));
  size_t at = 0;  // what is in front of it is written
  StepWatch watch;
  for_each_match(*re, text, RE2::MaxSubmatch(piece(rewrite)), [&](std::span<const StringPiece> groups) {
    const auto begin = static_cast<size_t>(groups[0].data() - text.data());
    out += text.substr(at, begin - at);
    re->Rewrite(&out, piece(rewrite), groups.data(), static_cast<int>(groups.size()));
    at = begin + groups[0].size();
    return out.size() <= text_bytes_max && watch.go_on(steps_of_match + groups[0].size());
  });
  out += text.substr(at);
}

Result<Vector> replace_regex(const CallContext& context, std::span<const Vector> arguments, size_t rows) {
  PatternCall patterns(context);
  return patterns.checked(
      map_text(arguments, rows,
               [&](std::string& out, std::string_view text, std::string_view pattern, std::string_view rewrite) {
                 replace_all(patterns, out, text, pattern, rewrite);
               }));
}

Result<Vector> replace_old(const CallContext& context, std::span<const Vector> arguments, size_t rows) {
  PatternCall patterns(context);
  return patterns.checked(map_text(arguments, rows,
                                   [&](std::string& out, std::string_view pattern, std::string_view rewrite,
                                       std::string_view text) { replace_all(patterns, out, text, pattern, rewrite); }));
}

// The text without the match of a wrapped pattern.
std::string_view trimmed(PatternCall& patterns, std::string_view pattern, std::string_view text, Wrapping side) {
  const RE2* re = patterns(pattern, text);
  StringPiece found;
  if (!re || !re->Match(piece(text), 0, text.size(), RE2::UNANCHORED, &found, 1)) return text;
  if (side == Wrapping::leading) return text.substr(found.size());
  return text.substr(0, text.size() - found.size());
}

Result<Vector> trim_side(const CallContext& context, std::span<const Vector> arguments, size_t rows, Wrapping side) {
  PatternCall patterns(context, side);
  return patterns.checked(
      map_text(arguments, rows, [&](std::string& out, std::string_view pattern, std::string_view text) {
        out += trimmed(patterns, pattern, text, side);
      }));
}

template <Wrapping Side>
Result<Vector> trim_one(const CallContext& context, std::span<const Vector> arguments, size_t rows) {
  return trim_side(context, arguments, rows, Side);
}

struct BothSides {
  std::shared_ptr<void> start, end;
};

Result<Vector> trim_both(const CallContext& context, std::span<const Vector> arguments, size_t rows) {
  const auto state = call_state<BothSides>(context, [] { return std::make_shared<BothSides>(); });
  CallContext start = context, end = context;
  start.state = &state->start, end.state = &state->end;
  std::vector<Vector> parts(arguments.begin(), arguments.end());
  parts[1] = TRY(trim_side(start, parts, rows, Wrapping::leading));
  return trim_side(end, parts, rows, Wrapping::trailing);
}

// "Plain string matches may overlap; regex matches don't."
int64_t count_texts(std::string_view text, std::string_view wanted) {
  if (wanted.empty()) return 0;
  int64_t count = 0;
  for (size_t at = text.find(wanted); at != std::string_view::npos; at = text.find(wanted, at + 1)) ++count;
  return count;
}

Result<Vector> count_of(const CallContext& context, std::span<const Vector> arguments, size_t rows) {
  if (arguments.size() == 2) return map<int64_t>(Type::long_, arguments, rows, count_texts);
  PatternCall patterns(context);
  return patterns.checked(map<int64_t>(
      Type::long_, arguments, rows,
      [&](std::string_view text, std::string_view wanted, std::string_view kind) -> int64_t {
        if (kind == "normal") return count_texts(text, wanted);
        if (kind != "regex") {
          patterns.fail(base::fail(base::ErrorCode::semantic_error, "countof() counts \"normal\" or \"regex\"."));
          return 0;
        }
        const RE2* re = patterns(wanted, text);
        return re ? count_matches(*re, text) : 0;
      }));
}

// Escapes what means something in the documented dialect.
Result<Vector> quote(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows, [](std::string& out, std::string_view text) {
    for (const char c : text) {
      if (std::string_view("\\.+*?()|[]{}^$#&-~").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  });
}

constexpr std::string_view all_of = "(regex: string, text: string) -> dynamic";
constexpr std::string_view groups_of_all = "(regex: string, groups: dynamic, text: string) -> dynamic";
constexpr std::string_view trimming = "(regex: string, text: string) -> string";
constexpr ScalarFunction regex_table[] = {
    {"matches regex", "(string, regex: string) -> bool", matches<false>, "Whether a regular expression matches."},
    {"extract", "(regex: string, group: long, text: string) -> string", extract, "A group of the first match."},
    {"extract_all", all_of, extract_all, "The groups of all matches."},
    {"extract_all", groups_of_all, extract_all, "Some groups of all matches."},
    {"extractall", all_of, extract_all, "As extract_all."},
    {"extractall", groups_of_all, extract_all, "As extract_all."},
    {"replace_regex", "(text: string, regex: string, rewrite: string) -> string", replace_regex,
     "A text with every match replaced."},
    {"replace", "(regex: string, rewrite: string, text: string) -> string", replace_old,
     "As replace_regex, the text last."},
    {"trim", trimming, trim_both, "A text without the matches at its ends."},
    {"trim_start", trimming, trim_one<Wrapping::leading>, "A text without the matches at its start."},
    {"trim_end", trimming, trim_one<Wrapping::trailing>, "A text without the matches at its end."},
    {"countof", "(text: string, search: string, kind: string?) -> long", count_of, "How often a text has another."},
    {"regex_quote", "(text) -> string", quote, "A text as a regular expression that matches it."},
};

}  // namespace

std::span<const ScalarFunction> regex_functions() { return regex_table; }

}  // namespace vedette::kql
