#include "plugins.h"

#include <array>

#include "operators.h"
#include "projection.h"
#include "vedette/base/nearest_name.h"

namespace vedette::kql {
namespace {

std::array<std::span<const Plugin>, 7> families() {
  return {activity_plugins(),  geo_lookup_plugins(), lookup_plugins(), pattern_plugins(),
          retention_plugins(), sequence_plugins(),   shape_plugins()};
}

// What the documentation has and this engine has not.
constexpr RefusedFunction refused_plugin_table[] = {
    {"diffpatterns_text", "which patterns it finds is not documented"},
    {"funnel_sequence", "its answer is three tables"},
    {"preview", "its answer is two tables"},
};

Error unknown_plugin(std::string_view name, SourceSpan span) {
  for (const RefusedFunction& refused : refused_plugin_table)
    if (refused.name == name)
      return Error(ErrorCode::not_supported,
                   "The plugin " + quoted(name) + " is not supported: " + std::string(refused.reason) + ".", span);
  Error error = not_supported("The plugin " + quoted(name), span);
  error.message += base::suggestion(name, plugin_names());
  return error;
}

// The declared columns of the rows; with '*' all of them.
Result<PlanPtr> as_declared(Binding& binding, PlanPtr plan, const ast::Schema& schema, SourceSpan span) {
  std::vector<Projected> columns;
  for (const ast::Column& declared : schema.columns) {
    const auto found = columnar::find_column(plan->output, declared.name.text);
    if (!found || plan->output[*found].type != to_type(declared.type))
      return semantic_error("The plugin's rows have no column " + quoted(declared.name.text) + " of type " +
                                ast::to_string(declared.type) + ".",
                            declared.name.span);
    columns.push_back({std::string(declared.name.text), column_expression(*found, plan->output[*found].type)});
  }
  if (schema.open) return plan;
  return project(binding, std::move(plan), std::move(columns), span);
}

}  // namespace

const Plugin* find_plugin(std::string_view name) {
  for (const auto& family : families())
    for (const Plugin& plugin : family)
      if (plugin.name == name) return &plugin;
  return nullptr;
}

std::vector<std::string_view> plugin_names() {
  std::vector<std::string_view> names;
  for (const auto& family : families())
    for (const Plugin& plugin : family) names.push_back(plugin.name);
  return names;
}

Result<PlanPtr> computed_rows(Binding& binding, PlanPtr input, const ast::Call& plugin) {
  return rows_known_now(binding, std::move(input), std::string(plugin.name.text) + " without a declared schema",
                        plugin.span);
}

Result<PlanPtr> bind_evaluate(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  TRY(check_options(op, {}));
  const std::string_view name = op.call->name.text;
  const Plugin* plugin = find_plugin(name);
  if (plugin == nullptr) return unknown_plugin(name, op.call->name.span);
  if (input == nullptr) return semantic_error(quoted(name) + " needs rows before it.", op.call->span);
  PlanPtr plan = TRY(plugin->bind(binding, op, std::move(input)));
  if (op.schema == nullptr || plugin->schema == PluginSchema::consulted) return plan;
  return as_declared(binding, std::move(plan), *op.schema, op.span);
}

}  // namespace vedette::kql
