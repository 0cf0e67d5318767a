#include <climits>
#include <unordered_map>

#include "expressions.h"

namespace vedette::kql {
namespace {

using columnar::Dynamic;

template <class T>
Vector one(Type type, const T& value) {
  columnar::VectorBuilder builder(type, 1);
  builder.append<T>(value);
  return builder.finish();
}

// dynamic(…): nesting is limited by the parser.
class DynamicBuilder {
 public:
  DynamicBuilder(Binding& binding, columnar::Arena& arena) : binding_(binding), arena_(arena) {}

  Result<Dynamic> value(const ast::DynamicValue& syntax) {
    TRY(count_expression_nodes(binding_, 1, syntax.span));
    switch (syntax.kind) {
      case ast::DynamicValue::Kind::scalar:
        return scalar(*syntax.scalar);
      case ast::DynamicValue::Kind::array:
        return array(syntax);
      case ast::DynamicValue::Kind::bag:
        return bag(syntax);
    }
    return Dynamic();
  }

 private:
  Result<Dynamic> scalar(const ast::Literal& literal) {
    if (literal.is_null()) return Dynamic();
    const BoundExpression bound = TRY(bind_literal(binding_, literal));
    const Vector& vector = bound.constant;
    if (vector.is_null(0)) return Dynamic();
    switch (vector.type()) {
      case Type::bool_:
        return Dynamic::of(vector.view<uint8_t>()[0] != 0);
      case Type::int_:
        return Dynamic::of(int64_t{vector.view<int32_t>()[0]});
      case Type::long_:
        return Dynamic::of(vector.view<int64_t>()[0]);
      case Type::real:
        return Dynamic::of(vector.view<double>()[0]);
      case Type::decimal:
        return Dynamic::of(columnar::to_real(vector.view<columnar::Decimal>()[0]));
      case Type::string:
        return Dynamic::string(arena_.copy(vector.view<std::string_view>()[0]));
      case Type::datetime:
        return Dynamic::datetime(vector.view<int64_t>()[0]);
      case Type::timespan:
        return Dynamic::timespan(vector.view<int64_t>()[0]);
      case Type::guid:
        return Dynamic::guid(new (arena_.allocate_array<base::Guid>(1)) base::Guid(vector.view<base::Guid>()[0]));
      case Type::dynamic:
        break;
    }
    return Dynamic();
  }

  Result<Dynamic> array(const ast::DynamicValue& syntax) {
    auto* items = arena_.allocate_array<Dynamic>(syntax.items.size());
    for (size_t i = 0; i < syntax.items.size(); ++i) new (items + i) Dynamic(TRY(value(syntax.items[i])));
    return Dynamic::array({items, syntax.items.size()});
  }

  // A repeated key: the last value wins, at the place of the first.
  Result<Dynamic> bag(const ast::DynamicValue& syntax) {
    auto* members = arena_.allocate_array<columnar::DynamicMember>(syntax.items.size());
    std::unordered_map<std::string_view, size_t> places;
    for (size_t i = 0; i < syntax.items.size(); ++i) {
      const Dynamic item = TRY(value(syntax.items[i]));
      const auto [place, fresh] = places.try_emplace(syntax.keys[i], places.size());
      new (members + place->second) columnar::DynamicMember{arena_.copy(syntax.keys[i]), item};
    }
    return Dynamic::bag({members, places.size()});
  }

  Binding& binding_;
  columnar::Arena& arena_;
};

// datetime(8:05) is that time of today (functions-library/time-window-rolling-avg-fl.md).
std::optional<int64_t> time_of_today(base::DateTime now, std::string_view text) {
  if (text.find(':') == std::string_view::npos) return std::nullopt;
  const auto time = base::parse_time_span(text);
  if (!time || time->ticks < 0 || time->ticks >= base::ticks_per_day) return std::nullopt;
  return now.ticks - now.ticks % base::ticks_per_day + time->ticks;
}

// What is no time is null (scalar-data-types/datetime.md), which the author should know.
Result<BoundExpression> bind_time(Binding& binding, std::string_view text, SourceSpan span) {
  if (const auto ticks = time_of_today(binding.options.now, text))
    return constant_expression(columnar::constant_ticks(Type::datetime, *ticks), span);
  BoundExpression time = TRY(make_call(binding, "todatetime", {string_constant(text, span)}, span));
  if (is_constant(time) && time.constant.is_null(0))
    binding.warnings.push_back(semantic_error("There is no such time: the literal is null.", span));
  return time;
}

Result<BoundExpression> typed_literal(Binding& binding, const ast::Literal& literal) {
  const SourceSpan span = literal.span;
  switch (literal.type) {
    case ast::ScalarType::boolean:
      return constant_expression(columnar::constant_bool(std::get<bool>(literal.value)), span);
    case ast::ScalarType::int_: {
      const int64_t value = std::get<int64_t>(literal.value);
      if (value < INT32_MIN || value > INT32_MAX) return semantic_error("The value does not fit into an int.", span);
      return constant_expression(one<int32_t>(Type::int_, static_cast<int32_t>(value)), span);
    }
    case ast::ScalarType::long_:
      return long_constant(std::get<int64_t>(literal.value), span);
    case ast::ScalarType::real:
      return constant_expression(columnar::constant_real(std::get<double>(literal.value)), span);
    case ast::ScalarType::timespan:
      return constant_expression(
          columnar::constant_ticks(Type::timespan, std::get<base::TimeSpan>(literal.value).ticks), span);
    case ast::ScalarType::guid:
      return constant_expression(one<base::Guid>(Type::guid, std::get<base::Guid>(literal.value)), span);
    case ast::ScalarType::datetime:
      if (literal.text().empty())
        return constant_expression(columnar::constant_ticks(Type::datetime, binding.options.now.ticks), span);
      return bind_time(binding, literal.text(), span);
    case ast::ScalarType::decimal:
      return make_call(binding, "todecimal", {string_constant(literal.text(), span)}, span);
    case ast::ScalarType::string:
    case ast::ScalarType::dynamic:
    case ast::ScalarType::unknown:
      return string_constant(literal.text(), span);
  }
  return string_constant("", span);
}

}  // namespace

Result<BoundExpression> bind_literal(Binding& binding, const ast::Literal& literal) {
  if (literal.is_null()) return null_constant(to_type(literal.type), literal.span);
  return typed_literal(binding, literal);
}

Result<BoundExpression> bind_dynamic_literal(Binding& binding, const ast::DynamicLiteral& literal) {
  columnar::VectorBuilder builder(Type::dynamic, 1);
  const Dynamic value = TRY(DynamicBuilder(binding, builder.arena()).value(literal.value));
  if (value.is_null()) return null_constant(Type::dynamic, literal.span);
  builder.append<Dynamic>(value);
  return constant_expression(builder.finish(), literal.span);
}

}  // namespace vedette::kql
