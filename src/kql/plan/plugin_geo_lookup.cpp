// geo_polygon_lookup and geo_line_lookup: a join of points with the shapes that have them, or that are near.
// Source: kusto/query: geo-polygon-lookup-plugin, geo-line-lookup-plugin. Every point is tried with every shape.
#include <array>

#include "lookup_text.h"
#include "plugin_text.h"
#include "plugins.h"

namespace vedette::kql {
namespace {

// What may follow the two key columns of the source, by place or by name.
struct Options {
  const ast::Expr* radius = nullptr;
  bool return_unmatched = false, return_lookup_key = false;
};

Result<bool> bind_flag(Binding& binding, const ast::Expr& expr) {
  return constant_integer(TRY(bind_constant(binding, expr, Type::bool_, "A flag of the lookup"))) == 1;
}

Result<Options> bind_options(Binding& binding, const ast::Call& call) {
  constexpr std::array<std::string_view, 4> names = {"radius", "return_unmatched", "lookup_area_radius",
                                                     "return_lookup_key"};
  Options options;
  for (size_t i = 4; i < call.arguments.size(); ++i) {
    const ast::NamedExpr& argument = call.arguments[i];
    std::string_view name = i - 4 < names.size() ? names[i - 4] : "";
    if (!argument.names.empty()) name = argument.names[0].text;
    if (name == "radius" || name == "Radius")
      options.radius = argument.expr;
    else if (name == "return_unmatched")
      options.return_unmatched = TRY(bind_flag(binding, *argument.expr));
    else if (name == "return_lookup_key")
      options.return_lookup_key = TRY(bind_flag(binding, *argument.expr));
    else if (name != "lookup_area_radius")  // which only helps to be fast
      return semantic_error(quoted(call.name.text) + " has no such argument.", argument.span);
  }
  return options;
}

enum class Shape : uint8_t { line, polygon };

// (LookupTable, LookupKey, SourceLongitude, SourceLatitude, radius, return_unmatched, …)
template <Shape Of>
Result<PlanPtr> shape_lookup(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PluginText text(binding, *op.call, std::move(input));
  TRY(text.check_count(4, 8));
  LookupColumns columns;
  columns.source = text.input();
  columns.table = TRY(text.add_table("L", 0));
  const auto* key = text.argument(1).try_as<ast::NameRef>();
  const auto key_column = key ? columnar::find_column(columns.table, key->name.text) : std::nullopt;
  if (!key_column) return semantic_error("The lookup table has no such column.", text.argument(1).span);
  const std::string longitude = column_text(TRY(text.column(2)).name), latitude = column_text(TRY(text.column(3)).name);
  const Options options = TRY(bind_options(binding, *op.call));
  if (Of == Shape::line && options.radius == nullptr)
    return semantic_error("The lookup needs a radius.", op.call->span);
  if (options.radius != nullptr) {
    BoundExpression radius = TRY(bind_expression(binding, Rows{}, *options.radius));
    TRY(text.add_value("__Radius", TRY(converted(binding, std::move(radius), Type::real))));
  }
  if (!options.return_lookup_key) columns.left_out.insert(*key_column);
  const std::string at = "(__lng, __lat, __r" + std::to_string(*key_column) + ")";
  const std::string condition = Of == Shape::line           ? "geo_distance_point_to_line" + at + " <= __Radius"
                                : options.radius == nullptr ? "geo_point_in_polygon" + at
                                                            : "geo_distance_point_to_polygon" + at + " <= __Radius";
  const std::string found =
      options.return_unmatched ? " union found, (points | join kind=leftanti found on __row)" : " found";
  return text.bind("let points = T | project " + columns.source_text() + ", __lng = toreal(" + longitude +
                   "), __lat = toreal(" + latitude + ") | serialize __row = row_number();" +
                   " let found = points | extend __one = 1 | join kind=inner (L | project " + columns.table_text() +
                   ", __one = 1) on __one | where " + condition + ";" + found + " | project " +
                   columns.result_text(LookupOrder::source_first));
}

constexpr Plugin plugin_geo_lookup_table[] = {
    {"geo_line_lookup", shape_lookup<Shape::line>},
    {"geo_polygon_lookup", shape_lookup<Shape::polygon>},
};

}  // namespace

std::span<const Plugin> geo_lookup_plugins() { return plugin_geo_lookup_table; }

}  // namespace vedette::kql
