#include <cctype>
#include <utility>

#include "vedette/kql/functions/signature.h"

namespace vedette::kql {

namespace {

constexpr uint16_t bit(Type type) { return static_cast<uint16_t>(1U << static_cast<int>(type)); }
constexpr uint16_t number_bits = bit(Type::int_) | bit(Type::long_) | bit(Type::real) | bit(Type::decimal);
constexpr uint16_t unordered_bits = bit(Type::string) | bit(Type::guid);
constexpr uint16_t all_bits = (1U << columnar::type_count) - 1;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  base::Result<Signature> parse() {
    Signature out;
    if (!take("(")) return wrong("'('");
    if (!take(")")) {
      do {
        if (out.parameters.empty() && take("["))
          TRY(group(out));
        else
          out.parameters.push_back(TRY(parameter()));
      } while (take(","));
      if (!take(")")) return wrong("')'");
    }
    if (!take("->")) return wrong("'->'");
    do out.results.push_back(TRY(result()));
    while (take(","));
    if (!rest().empty()) return wrong("the end");
    for (size_t i = 0; i + 1 < out.parameters.size(); ++i)
      if (out.parameters[i].repeated || out.parameters[i].star) return wrong("'...' or '*' last only");
    return out;
  }

 private:
  std::string_view rest() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return text_.substr(at_);
  }
  bool take(std::string_view token) {
    if (!rest().starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  base::Error wrong(std::string_view expected) {
    return base::fail(base::ErrorCode::internal, "signature \"" + std::string(text_) + "\": expected " +
                                                     std::string(expected) + " at " + std::to_string(at_));
  }
  std::string_view word() {
    const std::string_view from = rest();
    size_t n = 0;
    while (n < from.size() && (std::isalnum(static_cast<unsigned char>(from[n])) || from[n] == '_')) ++n;
    at_ += n;
    return from.substr(0, n);
  }

  base::Status group(Signature& out) {
    do out.parameters.push_back(TRY(parameter()));
    while (take(","));
    if (!take("]...")) return wrong("']...'");
    out.group = out.parameters.size();
    return {};
  }

  base::Result<SignatureParameter> parameter() {
    SignatureParameter out;
    if (take("*")) {
      out.star = out.repeated = out.optional = true;
      out.types.bits = all_bits;
      return out;
    }
    const size_t start = at_;
    const std::string_view name = word();
    if (!name.empty() && take(":"))
      out.name = std::string(name);
    else
      at_ = start;
    do TRY(type(out));
    while (take("|"));
    out.optional = take("?");
    out.repeated = take("...");
    return out;
  }

  base::Status type(SignatureParameter& out) {
    if (take("\"")) {
      out.literal = word();
      out.types.bits |= bit(Type::string);
      return take("\"") ? base::Status() : wrong("'\"'");
    }
    const std::string_view name = word();
    if (name == "T")
      out.generic = true, out.types.bits = all_bits;
    else if (name == "ordered")
      out.generic = true, out.types.bits = all_bits & ~unordered_bits;
    else if (name == "U")
      out.generic = out.uniform = true, out.types.bits = all_bits;
    else if (name == "mixed" || name == "beside")
      out.mixed = true, out.beside = name == "beside", out.types.bits = all_bits;
    else if (name == "text")
      out.text = true, out.types.bits = all_bits;
    else if (name == "scalar")
      out.types.bits = all_bits;
    else if (name == "number")
      out.types.bits |= number_bits;
    else if (name == "summable")
      out.types.bits |= number_bits | bit(Type::timespan);
    else if (const auto found = columnar::parse_type(name))
      out.types.bits |= bit(*found);
    else
      return wrong("a type");
    return {};
  }

  base::Result<SignatureResult> result() {
    SignatureResult out;
    if (take("$")) {
      const std::string_view digits = word();
      if (digits.size() != 1 || digits[0] < '1' || digits[0] > '9') return wrong("$1 … $9");
      out.kind = SignatureResult::Kind::argument;
      out.argument = static_cast<size_t>(digits[0] - '1');
      return out;
    }
    const std::string_view name = word();
    if (name == "T" || name == "U")
      out.kind = SignatureResult::Kind::generic;
    else if (name == "promoted")
      out.kind = SignatureResult::Kind::promoted;
    else if (const auto found = columnar::parse_type(name))
      out.type = *found;
    else
      return wrong("a result type");
    return out;
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

base::Result<Signature> parse_signature(std::string_view text) { return Parser(text).parse(); }

}  // namespace vedette::kql
