#include "search.h"

#include <algorithm>

#include "query.h"
#include "selection.h"
#include "value_kinds.h"
#include "vedette/base/unicode_case.h"
#include "vedette/base/utf8.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::Result;
using store::Expression;
using store::Operator;
using store::ValueKind;

Expression call(store::Function function, ValueKind kind, std::vector<Expression> operands) {
  Expression expression;
  expression.op = Operator::call;
  expression.function = function;
  expression.kind = kind;
  expression.operands = std::move(operands);
  return expression;
}

Expression logic(Operator op, std::vector<Expression> operands) {
  if (operands.size() == 1 && op != Operator::not_) return std::move(operands.front());
  Expression expression;
  expression.op = op;
  expression.kind = ValueKind::boolean;
  expression.operands = std::move(operands);
  return expression;
}

Expression property(std::vector<std::string> path, std::string variable = {}) {
  Expression expression;
  expression.op = Operator::property;
  expression.path = std::move(path);
  expression.variable = std::move(variable);
  return expression;
}

// False where a text is null, so that `not` is true there.
Expression holds(Expression condition) {
  Expression yes;
  yes.kind = ValueKind::boolean;
  yes.value = true;
  return logic(Operator::eq, {std::move(condition), std::move(yes)});
}

// The folding that store::Function::contains_any_case (store/functions.cpp) has.
std::string in_lower_case(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = base::next_code_point(text, at);
    base::append_utf8(out, base::lower_case(c).value_or(c));
  }
  return out;
}

// Where a term may stand: a text, or a collection of texts.
Expression found_in(std::vector<std::string> path, bool collection, const std::string& term) {
  Expression literal;
  literal.value = in_lower_case(term);
  const auto contains = [&](Expression text) {
    return holds(call(store::Function::contains_any_case, ValueKind::boolean, {std::move(text), literal}));
  };
  if (!collection) return contains(property(std::move(path)));
  Expression any;
  any.op = Operator::any;
  any.kind = ValueKind::boolean;
  any.variable = "item";
  Expression items = property(std::move(path));
  items.kind = ValueKind::collection;
  any.operands = {std::move(items), contains(property({}, "item"))};
  return any;
}

bool is_searched(const edm::TypeRef& type) { return type.is(edm::Primitive::string); }

class SearchParser {
 public:
  SearchParser(std::string_view text, const edm::StructuredType& type) : text_(text), type_(type) {}

  Result<Expression> parse() {
    Expression expression = TRY(either(0));
    if (at_ < text_.size()) return wrong("$search has a parenthesis too many.");
    return expression;
  }

 private:
  static base::Error wrong(std::string message) { return bad_option("search", std::move(message)); }

  void skip_blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  std::string_view peek_word() {
    skip_blanks();
    size_t end = at_;
    while (end < text_.size() && text_[end] != ' ' && text_[end] != '"' && text_[end] != '(' && text_[end] != ')')
      ++end;
    return text_.substr(at_, end - at_);
  }

  bool take(std::string_view word) {
    if (peek_word() != word) return false;
    at_ += word.size();
    return true;
  }

  Result<Expression> either(size_t height) {
    if (height > search_height_max)
      return base::fail(ErrorCode::limit_exceeded,
                        "$search is nested deeper than " + std::to_string(search_height_max) + " levels.")
          .with_target("$search");
    std::vector<Expression> operands{TRY(both(height))};
    while (take("OR")) operands.push_back(TRY(both(height)));
    return logic(Operator::or_, std::move(operands));
  }

  Result<Expression> both(size_t height) {
    std::vector<Expression> operands{TRY(one(height))};
    while (true) {
      const bool joined = take("AND");
      const std::string_view next = peek_word();
      if (!joined && (next == "OR" || at_ == text_.size() || text_[at_] == ')')) break;
      operands.push_back(TRY(one(height)));
    }
    return logic(Operator::and_, std::move(operands));
  }

  Result<Expression> one(size_t height) {
    if (height > search_height_max) return either(height);
    if (take("NOT")) return logic(Operator::not_, {TRY(one(height + 1))});
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '(') {
      ++at_;
      Expression inner = TRY(either(height + 1));
      skip_blanks();
      if (at_ == text_.size() || text_[at_] != ')') return wrong("$search lacks a closing parenthesis.");
      ++at_;
      return inner;
    }
    return term(TRY(next_term()));
  }

  Result<std::string> next_term() {
    if (at_ < text_.size() && text_[at_] == '"') {
      std::string phrase;
      for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
        if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
        phrase += text_[at_];
      }
      if (at_ == text_.size()) return wrong("$search lacks a closing quote.");
      ++at_;
      if (phrase.empty()) return wrong("$search has an empty phrase.");
      return phrase;
    }
    const std::string word(peek_word());
    if (word.empty()) return wrong("$search expects a word or a phrase.");
    at_ += word.size();
    return word;
  }

  // "field/path:value" when the field is one, else the term in any text.
  Result<Expression> term(const std::string& text) {
    if (++terms_ > search_terms_max)
      return base::fail(ErrorCode::limit_exceeded,
                        "$search has more than " + std::to_string(search_terms_max) + " words and phrases.")
          .with_target("$search");
    if (const size_t colon = text.find(':'); colon != std::string::npos && colon > 0) {
      edm::TypeRef type;
      type.structured = &type_;
      std::vector<std::string> path;
      for (const std::string_view name : split_list(std::string_view(text).substr(0, colon), '/')) {
        const edm::Property* found =
            type.structured && !type.collection ? type.structured->find_property(name) : nullptr;
        if (!found) return anywhere(text);
        path.push_back(found->name);
        type = found->type;
      }
      if (is_searched(type)) return found_in(path, type.collection, text.substr(colon + 1));
    }
    return anywhere(text);
  }

  Result<Expression> anywhere(const std::string& text) {
    std::vector<Expression> places;
    for (const edm::Property& candidate : type_.properties)
      if (is_searched(candidate.type)) places.push_back(found_in({candidate.name}, candidate.type.collection, text));
    if (places.empty()) return wrong("'" + type_.name + "' has no texts to search in.");
    return logic(Operator::or_, std::move(places));
  }

  std::string_view text_;
  const edm::StructuredType& type_;
  size_t at_ = 0;
  size_t terms_ = 0;
};

}  // namespace

Result<Expression> bind_search(std::string_view text, const edm::StructuredType& type) {
  if (text.size() > search_bytes_max)
    return base::fail(ErrorCode::limit_exceeded,
                      "$search is longer than " + std::to_string(search_bytes_max) + " bytes.")
        .with_target("$search");
  return SearchParser(text, type).parse();
}

}  // namespace vedette::odata
