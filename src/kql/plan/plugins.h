// The plugins of `evaluate`: one row each, bound into plan nodes like operators. Many are said in KQL over their input
// (plugin_text.h); the others are nodes or projections of their own.
#pragma once

#include <span>

#include "tabular.h"
#include "vedette/kql/plan/known_names.h"

namespace vedette::kql {

enum class PluginSchema : uint8_t {
  checked,   // a schema after ':' must name columns of the result, with their types
  consulted  // the plugin itself makes the declared columns
};

struct Plugin {
  std::string_view name;
  Result<PlanPtr> (*bind)(Binding&, const ast::Evaluate&, PlanPtr input);
  PluginSchema schema = PluginSchema::checked;
};

// A .cpp file a family, like functions.
std::span<const Plugin> activity_plugins();
std::span<const Plugin> geo_lookup_plugins();
std::span<const Plugin> lookup_plugins();
std::span<const Plugin> pattern_plugins();
std::span<const Plugin> retention_plugins();
std::span<const Plugin> sequence_plugins();
std::span<const Plugin> shape_plugins();

// The input as rows that are known now: for plugins whose columns depend on them.
Result<PlanPtr> computed_rows(Binding& binding, PlanPtr input, const ast::Call& plugin);

const Plugin* find_plugin(std::string_view name);

}  // namespace vedette::kql
