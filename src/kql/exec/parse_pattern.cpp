// kind=simple and relaxed: the texts of the pattern are sought from left to right, each at its first place; a capture
// is what stands between. A typed capture that is followed by `*` or another capture is as long as a value of its type
// is. kind=regex: the pattern is one regular expression, `*` being `.*?` and a string column `(.*)`.
// Source: kusto/query: parse-operator.
#include "parse_pattern.h"

#include <re2/re2.h>

#include <memory>

namespace vedette::kql {
namespace {

using Kind = ParseStep::Kind;

std::string_view expression_of(Type type) {
  switch (type) {
    case Type::int_:
    case Type::long_:
      return R"([-+]?\d+)";
    case Type::real:
    case Type::decimal:
      return R"([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)";
    case Type::bool_:
      return R"((?i:true|false|[01]))";
    case Type::guid:
      return R"([0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})";
    default:
      return ".*";
  }
}

class SimplePattern final : public ParsePattern {
 public:
  explicit SimplePattern(const std::vector<ParseStep>& steps) : steps_(steps) {
    for (const ParseStep& step : steps)
      prefixes_.push_back(step.kind == Kind::capture
                              ? std::make_unique<re2::RE2>("(" + std::string(expression_of(step.type)) + ")")
                              : nullptr);
  }

  bool match(std::string_view text, std::vector<std::string_view>& captures) const override {
    captures.clear();
    size_t at = 0;
    bool anywhere = false;  // the next text may begin later
    for (size_t i = 0; i < steps_.size(); ++i) {
      const ParseStep& step = steps_[i];
      if (step.kind == Kind::star) {
        anywhere = true;
      } else if (step.kind == Kind::text) {
        const size_t found = anywhere                                 ? text.find(step.text, at)
                             : text.substr(at).starts_with(step.text) ? at
                                                                      : text.npos;
        if (found == text.npos) return false;
        at = found + step.text.size();
        anywhere = false;
      } else {
        const auto captured = capture(i, text.substr(at));
        if (!captured) return false;
        captures.push_back(*captured);
        at += captured->size();
      }
    }
    return true;
  }

 private:
  std::optional<std::string_view> capture(size_t step, std::string_view rest) const {
    if (step + 1 == steps_.size()) return rest;
    const ParseStep& next = steps_[step + 1];
    if (next.kind == Kind::text) {
      const size_t end = rest.find(next.text);
      if (end == rest.npos) return std::nullopt;
      return rest.substr(0, end);
    }
    re2::StringPiece input(rest.data(), rest.size()), value;
    if (!prefixes_[step]->Match(input, 0, input.size(), re2::RE2::ANCHOR_START, &value, 1)) return rest.substr(0, 0);
    return rest.substr(0, value.size());
  }

  const std::vector<ParseStep>& steps_;
  std::vector<std::unique_ptr<re2::RE2>> prefixes_;
};

class RegexPattern final : public ParsePattern {
 public:
  explicit RegexPattern(const ParseNode& node) : regex_(expression(node), options()) {
    int group = 1;
    for (const ParseStep& step : node.steps) {
      if (step.kind == Kind::capture) groups_.push_back(group++);
      if (step.kind == Kind::text) group += groups_in(step.text);
    }
    group_count_ = static_cast<size_t>(group);
  }

  const re2::RE2& regex() const { return regex_; }

  bool match(std::string_view text, std::vector<std::string_view>& captures) const override {
    captures.clear();
    std::vector<re2::StringPiece> found(group_count_);
    const re2::StringPiece input(text.data(), text.size());
    if (!regex_.Match(input, 0, input.size(), re2::RE2::ANCHOR_START, found.data(), static_cast<int>(found.size())))
      return false;
    for (const int group : groups_) {
      const re2::StringPiece& piece = found[static_cast<size_t>(group)];
      captures.push_back({piece.data() ? piece.data() : "", piece.size()});
    }
    return true;
  }

 private:
  static re2::RE2::Options options() {
    re2::RE2::Options options;
    options.set_log_errors(false);
    return options;
  }

  static int groups_in(const std::string& text) {
    const re2::RE2 part(text, options());
    return part.ok() ? part.NumberOfCapturingGroups() : 0;
  }

  static std::string expression(const ParseNode& node) {
    std::string out = node.regex_flags.empty() ? "" : "(?" + node.regex_flags + ")";
    for (const ParseStep& step : node.steps) {
      if (step.kind == Kind::text) out += step.text;
      if (step.kind == Kind::star) out += ".*?";
      if (step.kind == Kind::capture) out += "(" + std::string(expression_of(step.type)) + ")";
    }
    if (!node.steps.empty() && node.steps.back().kind == Kind::capture) out += "$";
    return out;
  }

  const re2::RE2 regex_;
  std::vector<int> groups_;  // of the captures
  size_t group_count_ = 1;   // with group 0, the whole match
};

}  // namespace

base::Result<std::unique_ptr<ParsePattern>> ParsePattern::make(const ParseNode& node) {
  if (node.parse_kind != ParseKind::regex) return std::unique_ptr<ParsePattern>(new SimplePattern(node.steps));
  auto pattern = std::make_unique<RegexPattern>(node);
  if (!pattern->regex().ok())
    return base::Error(base::ErrorCode::semantic_error,
                       "The pattern of parse is no valid regular expression: " + pattern->regex().error() + ".",
                       node.span);
  return std::unique_ptr<ParsePattern>(std::move(pattern));
}

}  // namespace vedette::kql
