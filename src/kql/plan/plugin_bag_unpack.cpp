// evaluate bag_unpack(bag [, prefix [, columnsConflict [, ignoredProperties]]]) [: (schema)]
//
// A projection: the input's columns without the bag, then the bag's members. Without a schema the members are those
// that the rows have, sorted by name; their rows are computed while binding. A member's type is that of its values; of
// several types it is dynamic, real when all are numbers.
// Source: kusto/query: bag-unpack-plugin.
#include <algorithm>
#include <array>
#include <map>

#include "operators.h"
#include "plugins.h"

namespace vedette::kql {
namespace {

using columnar::Dynamic;
using columnar::DynamicKind;

constexpr size_t members_max = 1000;

enum class Conflict : uint8_t { error, replace_source, keep_source };

struct BagUnpack {
  BoundExpression bag;
  std::string prefix;
  Conflict conflict = Conflict::error;
  std::vector<std::string> ignored;
  SourceSpan span;
};

struct Member {
  std::string key;
  columnar::Column column;
};

Result<Conflict> bind_conflict(Binding& binding, const ast::Expr& expr) {
  const std::string text = TRY(bind_text(binding, expr, "columnsConflict"));
  if (text == "error") return Conflict::error;
  if (text == "replace_source") return Conflict::replace_source;
  if (text == "keep_source") return Conflict::keep_source;
  return semantic_error("columnsConflict is error, replace_source or keep_source.", expr.span);
}

Result<std::vector<std::string>> bind_ignored(Binding& binding, const ast::Expr& expr) {
  const BoundExpression value = TRY(bind_constant(binding, expr, Type::dynamic, "ignoredProperties"));
  std::vector<std::string> names;
  if (!is_constant(value)) return not_supported("A computed ignoredProperties", expr.span);
  for (const Dynamic& item : value.constant.view<Dynamic>()[0].items())
    if (item.kind() == DynamicKind::string) names.emplace_back(item.text());
  return names;
}

Result<BagUnpack> bind_arguments(Binding& binding, const ast::Call& call, const Schema& input) {
  constexpr std::array<std::string_view, 4> names{"column", "OutputColumnPrefix", "columnsConflict",
                                                  "ignoredProperties"};
  std::array<const ast::Expr*, 4> arguments{};
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    const ast::NamedExpr& argument = call.arguments[i];
    size_t place = i;
    if (!argument.names.empty())
      place = static_cast<size_t>(std::find(names.begin(), names.end(), argument.names[0].text) - names.begin());
    if (place >= names.size()) return semantic_error("bag_unpack() has no such argument.", argument.span);
    arguments[place] = argument.expr;
  }
  if (arguments[0] == nullptr) return semantic_error("bag_unpack() takes a dynamic column.", call.span);
  BagUnpack unpack;
  unpack.span = call.span;
  unpack.bag = TRY(bind_expression(binding, Rows{&input, true, nullptr, nullptr}, *arguments[0]));
  if (unpack.bag.kind != ExpressionKind::column || unpack.bag.type != Type::dynamic)
    return semantic_error("bag_unpack() takes a dynamic column.", arguments[0]->span);
  if (arguments[1]) unpack.prefix = TRY(bind_text(binding, *arguments[1], "The prefix"));
  if (arguments[2]) unpack.conflict = TRY(bind_conflict(binding, *arguments[2]));
  if (arguments[3]) unpack.ignored = TRY(bind_ignored(binding, *arguments[3]));
  return unpack;
}

Type type_of(const Dynamic& value) {
  switch (value.kind()) {
    case DynamicKind::boolean:
      return Type::bool_;
    case DynamicKind::int64:
      return Type::long_;
    case DynamicKind::real:
      return Type::real;
    case DynamicKind::string:
      return Type::string;
    case DynamicKind::datetime:
      return Type::datetime;
    case DynamicKind::timespan:
      return Type::timespan;
    case DynamicKind::guid:
      return Type::guid;
    case DynamicKind::null:
    case DynamicKind::array:
    case DynamicKind::bag:
      break;
  }
  return Type::dynamic;
}

Type type_of_both(Type a, Type b) {
  if (a == b) return a;
  const auto number = [](Type type) { return type == Type::long_ || type == Type::real; };
  return number(a) && number(b) ? Type::real : Type::dynamic;
}

// The members that the rows' bags have.
Result<std::vector<Member>> members_of(const BagUnpack& unpack, const Vector& bags) {
  std::map<std::string, std::optional<Type>, std::less<>> types;
  const auto view = bags.view<Dynamic>();
  for (size_t row = 0; row < bags.size(); ++row) {
    if (bags.is_null(row)) continue;
    for (const columnar::DynamicMember& member : view[row].members()) {
      auto at = types.find(member.key);
      if (at == types.end()) at = types.emplace(member.key, std::nullopt).first;
      if (member.value.is_null()) continue;
      at->second = at->second ? type_of_both(*at->second, type_of(member.value)) : type_of(member.value);
    }
    if (types.size() > members_max)
      return Error(ErrorCode::limit_exceeded,
                   "bag_unpack() would make more than " + std::to_string(members_max) + " columns.", unpack.span);
  }
  std::vector<Member> members;
  for (const auto& [key, type] : types)
    if (std::find(unpack.ignored.begin(), unpack.ignored.end(), key) == unpack.ignored.end())
      members.push_back({key, {unpack.prefix + key, type.value_or(Type::dynamic)}});
  return members;
}

Result<BoundExpression> member_value(Binding& binding, const BagUnpack& unpack, const Member& member) {
  BoundExpression value;
  value.kind = ExpressionKind::member;
  value.type = Type::dynamic;
  value.span = unpack.span;
  value.arguments.push_back(unpack.bag);
  value.path.push_back({PathStep::Kind::key, member.key, 0, 0});
  return converted(binding, std::move(value), member.column.type);
}

Result<PlanPtr> unpack_members(Binding& binding, const BagUnpack& unpack, const std::vector<Member>& members,
                               PlanPtr input, SourceSpan span) {
  std::vector<Projected> columns;
  for (size_t i = 0; i < input->output.size(); ++i)
    if (i != unpack.bag.column) columns.push_back({input->output[i].name, column_expression(i, input->output[i].type)});
  for (const Member& member : members) {
    const auto known = std::find_if(columns.begin(), columns.end(),
                                    [&](const Projected& column) { return column.name == member.column.name; });
    BoundExpression value = TRY(member_value(binding, unpack, member));
    if (known == columns.end()) {
      columns.push_back({member.column.name, std::move(value)});
    } else if (unpack.conflict == Conflict::replace_source) {
      known->value = std::move(value);
    } else if (unpack.conflict == Conflict::error) {
      return semantic_error(
          "The bag has a member " + quoted(member.key) + ", and there is a column of that name; see columnsConflict.",
          unpack.span);
    }
  }
  return project(binding, std::move(input), std::move(columns), span);
}

// The declared columns: those of the input that are named or meant by '*', and members of the bag.
Result<PlanPtr> unpack_declared(Binding& binding, const BagUnpack& unpack, const ast::Schema& schema, PlanPtr input,
                                SourceSpan span) {
  std::vector<Projected> columns;
  for (size_t i = 0; schema.open && i < input->output.size(); ++i)
    if (i != unpack.bag.column) columns.push_back({input->output[i].name, column_expression(i, input->output[i].type)});
  for (const ast::Column& declared : schema.columns) {
    const columnar::Column column{std::string(declared.name.text), to_type(declared.type)};
    const auto known = columnar::find_column(input->output, column.name);
    if (known && *known != unpack.bag.column) {
      if (input->output[*known].type != column.type)
        return semantic_error("The column " + quoted(column.name) + " has another type.", declared.name.span);
      if (!schema.open) columns.push_back({column.name, column_expression(*known, column.type)});
      continue;
    }
    const bool prefixed = column.name.starts_with(unpack.prefix);
    const Member member{prefixed ? column.name.substr(unpack.prefix.size()) : "", column};
    columns.push_back(
        {column.name, prefixed ? TRY(member_value(binding, unpack, member)) : null_constant(column.type)});
  }
  return project(binding, std::move(input), std::move(columns), span);
}

}  // namespace

Result<PlanPtr> bind_bag_unpack(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  const BagUnpack unpack = TRY(bind_arguments(binding, *op.call, input->output));
  if (op.schema != nullptr) return unpack_declared(binding, unpack, *op.schema, std::move(input), op.span);
  input = TRY(computed_rows(binding, std::move(input), *op.call));
  const auto& rows = static_cast<const ValuesNode&>(*input).rows;
  const auto members = TRY(members_of(unpack, rows.columns[unpack.bag.column]));
  return unpack_members(binding, unpack, members, std::move(input), op.span);
}

}  // namespace vedette::kql
