// project-away, -keep, -rename, -reorder: which columns, under which names, in which order.
#include <algorithm>
#include <cctype>

#include "name_pattern.h"
#include "operators.h"

namespace vedette::kql {
namespace {

Result<size_t> column_named(const Binding& binding, const Schema& columns, const ast::Name& name) {
  const auto found = columnar::find_column(columns, name.text);
  if (!found) return unknown_name(binding, Rows{&columns, true, nullptr, nullptr}, name);
  return *found;
}

// The columns that a name or a pattern stands for; a pattern may stand for none.
Result<std::vector<size_t>> columns_of(const Binding& binding, const Schema& columns, const ast::Name& name) {
  std::vector<size_t> out;
  if (!name.wildcard) {
    out.push_back(TRY(column_named(binding, columns, name)));
    return out;
  }
  for (size_t i = 0; i < columns.size(); ++i)
    if (matches_pattern(name.text, columns[i].name)) out.push_back(i);
  return out;
}

Result<std::vector<bool>> marked(const Binding& binding, const Schema& columns, ast::List<ast::Name> names) {
  std::vector<bool> out(columns.size(), false);
  for (const ast::Name& name : names)
    for (const size_t column : TRY(columns_of(binding, columns, name))) out[column] = true;
  return out;
}

Result<PlanPtr> keep(Binding& binding, PlanPtr input, const std::vector<size_t>& order, SourceSpan span) {
  std::vector<Projected> columns;
  for (const size_t i : order)
    columns.push_back({input->output[i].name, column_expression(i, input->output[i].type, span)});
  return project(binding, std::move(input), std::move(columns), span);
}

// Compares as granny-asc does: runs of digits as numbers.
bool granny_less(std::string_view a, std::string_view b) {
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  const auto number = [&](std::string_view& text) {
    size_t n = 0;
    while (n < text.size() && digit(text[n])) ++n;
    std::string_view run = text.substr(0, n);
    text.remove_prefix(n);
    run.remove_prefix(std::min(run.find_first_not_of('0'), run.size()));
    return run;
  };
  while (!a.empty() && !b.empty()) {
    if (digit(a[0]) && digit(b[0])) {
      const std::string_view x = number(a), y = number(b);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
      continue;
    }
    const int x = std::tolower(static_cast<unsigned char>(a[0])), y = std::tolower(static_cast<unsigned char>(b[0]));
    if (x != y) return x < y;
    a.remove_prefix(1), b.remove_prefix(1);
  }
  return a.size() < b.size();
}

bool less_ignoring_case(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) < std::tolower(static_cast<unsigned char>(y));
  });
}

void order_columns(std::vector<size_t>& columns, const Schema& schema, ast::Direction direction) {
  const auto name = [&](size_t i) { return std::string_view(schema[i].name); };
  const auto sort_by = [&](auto less) { std::stable_sort(columns.begin(), columns.end(), less); };
  switch (direction) {
    case ast::Direction::unstated:
      break;
    case ast::Direction::asc:
      sort_by([&](size_t a, size_t b) { return less_ignoring_case(name(a), name(b)); });
      break;
    case ast::Direction::desc:
      sort_by([&](size_t a, size_t b) { return less_ignoring_case(name(b), name(a)); });
      break;
    case ast::Direction::granny_asc:
      sort_by([&](size_t a, size_t b) { return granny_less(name(a), name(b)); });
      break;
    case ast::Direction::granny_desc:
      sort_by([&](size_t a, size_t b) { return granny_less(name(b), name(a)); });
      break;
  }
}

}  // namespace

Result<PlanPtr> bind_project_away(Binding& binding, const ast::ProjectAway& op, PlanPtr input) {
  TRY(check_options(op, {}));
  const auto away = TRY(marked(binding, input->output, op.columns));
  std::vector<size_t> order;
  for (size_t i = 0; i < away.size(); ++i)
    if (!away[i]) order.push_back(i);
  return keep(binding, std::move(input), order, op.span);
}

Result<PlanPtr> bind_project_keep(Binding& binding, const ast::ProjectKeep& op, PlanPtr input) {
  TRY(check_options(op, {}));
  const auto kept = TRY(marked(binding, input->output, op.columns));
  std::vector<size_t> order;
  for (size_t i = 0; i < kept.size(); ++i)
    if (kept[i]) order.push_back(i);
  return keep(binding, std::move(input), order, op.span);
}

// Each item is a constant: a name or pattern, or an array of them. Names of no column are ignored.
Result<PlanPtr> bind_project_by_names(Binding& binding, const ast::ProjectByNames& op, PlanPtr input) {
  TRY(check_options(op, {}));
  std::vector<std::string> patterns;
  for (const ast::Expr* item : op.items) {
    const BoundExpression value = TRY(bind_expression(binding, Rows{}, *item));
    if (!is_constant(value) || (value.type != Type::string && value.type != Type::dynamic))
      return semantic_error("project-by-names takes constant names and arrays of names.", item->span);
    if (const auto name = constant_text(value)) patterns.emplace_back(*name);
    if (value.type != Type::dynamic || value.constant.is_null(0)) continue;
    for (const columnar::Dynamic& name : value.constant.view<columnar::Dynamic>()[0].items())
      if (name.kind() == columnar::DynamicKind::string) patterns.emplace_back(name.text());
  }
  std::vector<size_t> order;
  std::vector<bool> taken(input->output.size(), false);
  for (const std::string& pattern : patterns)
    for (size_t i = 0; i < taken.size(); ++i)
      if (!taken[i] && matches_pattern(pattern, input->output[i].name)) order.push_back(i), taken[i] = true;
  return keep(binding, std::move(input), order, op.span);
}

Result<PlanPtr> bind_project_rename(Binding& binding, const ast::ProjectRename& op, PlanPtr input) {
  TRY(check_options(op, {}));
  const Schema& schema = input->output;
  std::vector<Projected> columns;
  for (size_t i = 0; i < schema.size(); ++i) columns.push_back({schema[i].name, column_expression(i, schema[i].type)});
  for (const ast::NamedExpr& item : op.items) {
    const auto* from = item.expr->try_as<ast::NameRef>();
    if (item.names.size() != 1 || from == nullptr)
      return semantic_error("project-rename takes 'new = old'.", item.span);
    const size_t column = TRY(column_named(binding, schema, from->name));
    columns[column].name = std::string(item.names[0].text);
  }
  for (const ast::NamedExpr& item : op.items) {
    const auto repeats = std::count_if(columns.begin(), columns.end(),
                                       [&](const Projected& column) { return column.name == item.names[0].text; });
    if (repeats > 1)
      return semantic_error("The column " + quoted(item.names[0].text) + " exists already.", item.names[0].span);
  }
  return project(binding, std::move(input), std::move(columns), op.span);
}

Result<PlanPtr> bind_project_reorder(Binding& binding, const ast::ProjectReorder& op, PlanPtr input) {
  TRY(check_options(op, {}));
  std::vector<size_t> order;
  std::vector<bool> placed(input->output.size(), false);
  for (const ast::ProjectReorder::Item& item : op.items) {
    std::vector<size_t> columns = TRY(columns_of(binding, input->output, item.column));
    order_columns(columns, input->output, item.direction);
    for (const size_t column : columns) {
      if (!placed[column]) order.push_back(column);
      placed[column] = true;
    }
  }
  for (size_t i = 0; i < placed.size(); ++i)
    if (!placed[i]) order.push_back(i);
  return keep(binding, std::move(input), order, op.span);
}

}  // namespace vedette::kql
