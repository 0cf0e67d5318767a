#include "vedette/kql/syntax/node.h"

#include <array>
#include <cstring>

#include "vedette/kql/syntax/operator.h"

namespace vedette::kql::ast {
namespace {

struct TypeName {
  std::string_view name;
  ScalarType type;
};

// The first spelling of a type is its name.
constexpr std::array<TypeName, 27> type_names = {{
    {"bool", ScalarType::boolean},      {"boolean", ScalarType::boolean},   {"int", ScalarType::int_},
    {"int32", ScalarType::int_},        {"uint", ScalarType::int_},         {"uint32", ScalarType::int_},
    {"int8", ScalarType::int_},         {"uint8", ScalarType::int_},        {"int16", ScalarType::int_},
    {"uint16", ScalarType::int_},       {"long", ScalarType::long_},        {"int64", ScalarType::long_},
    {"ulong", ScalarType::long_},       {"uint64", ScalarType::long_},      {"real", ScalarType::real},
    {"double", ScalarType::real},       {"float", ScalarType::real},        {"decimal", ScalarType::decimal},
    {"string", ScalarType::string},     {"datetime", ScalarType::datetime}, {"date", ScalarType::datetime},
    {"timespan", ScalarType::timespan}, {"time", ScalarType::timespan},     {"guid", ScalarType::guid},
    {"uuid", ScalarType::guid},         {"uniqueid", ScalarType::guid},     {"dynamic", ScalarType::dynamic},
}};

}  // namespace

std::string_view Arena::text(std::string_view source) {
  if (source.empty()) return {};
  char* copy = static_cast<char*>(memory_.allocate(source.size(), 1));
  std::memcpy(copy, source.data(), source.size());
  return {copy, source.size()};
}

const char* to_string(ScalarType type) {
  for (const TypeName& entry : type_names)
    if (entry.type == type) return entry.name.data();
  return "unknown";
}

ScalarType scalar_type_from(std::string_view keyword) {
  for (const TypeName& entry : type_names)
    if (entry.name == keyword) return entry.type;
  return ScalarType::unknown;
}

const Option* Operator::option(std::string_view name) const {
  for (size_t i = options.size(); i > 0; --i)
    if (options[i - 1].name.text == name) return &options[i - 1];
  return nullptr;
}

std::string_view Operator::option_text(std::string_view name) const {
  const Option* found = option(name);
  if (found == nullptr || found->value == nullptr) return {};
  if (const auto* word = found->value->try_as<NameRef>()) return word->name.text;
  const auto* literal = found->value->try_as<Literal>();
  if (literal != nullptr && literal->type == ScalarType::string && !literal->is_null()) return literal->text();
  return {};
}

const char* to_string(OperatorKind kind) {
  switch (kind) {
    case OperatorKind::as:
      return "as";
    case OperatorKind::assert_schema:
      return "assert-schema";
    case OperatorKind::consume:
      return "consume";
    case OperatorKind::count:
      return "count";
    case OperatorKind::distinct:
      return "distinct";
    case OperatorKind::evaluate:
      return "evaluate";
    case OperatorKind::execute_and_cache:
      return "__executeAndCache";
    case OperatorKind::extend:
      return "extend";
    case OperatorKind::facet:
      return "facet";
    case OperatorKind::filter:
      return "where";
    case OperatorKind::find:
      return "find";
    case OperatorKind::fork:
      return "fork";
    case OperatorKind::getschema:
      return "getschema";
    case OperatorKind::graph_mark_components:
      return "graph-mark-components";
    case OperatorKind::graph_match:
      return "graph-match";
    case OperatorKind::graph_shortest_paths:
      return "graph-shortest-paths";
    case OperatorKind::graph_to_table:
      return "graph-to-table";
    case OperatorKind::graph_where_edges:
      return "graph-where-edges";
    case OperatorKind::graph_where_nodes:
      return "graph-where-nodes";
    case OperatorKind::invoke:
      return "invoke";
    case OperatorKind::join:
      return "join";
    case OperatorKind::lookup:
      return "lookup";
    case OperatorKind::macro_expand:
      return "macro-expand";
    case OperatorKind::make_graph:
      return "make-graph";
    case OperatorKind::make_series:
      return "make-series";
    case OperatorKind::mv_apply:
      return "mv-apply";
    case OperatorKind::mv_expand:
      return "mv-expand";
    case OperatorKind::parse:
      return "parse";
    case OperatorKind::parse_kv:
      return "parse-kv";
    case OperatorKind::partition:
      return "partition";
    case OperatorKind::partition_by:
      return "__partitionby";
    case OperatorKind::print:
      return "print";
    case OperatorKind::project:
      return "project";
    case OperatorKind::project_away:
      return "project-away";
    case OperatorKind::project_by_names:
      return "project-by-names";
    case OperatorKind::project_keep:
      return "project-keep";
    case OperatorKind::project_rename:
      return "project-rename";
    case OperatorKind::project_reorder:
      return "project-reorder";
    case OperatorKind::range:
      return "range";
    case OperatorKind::reduce:
      return "reduce";
    case OperatorKind::render:
      return "render";
    case OperatorKind::sample:
      return "sample";
    case OperatorKind::sample_distinct:
      return "sample-distinct";
    case OperatorKind::scan:
      return "scan";
    case OperatorKind::search:
      return "search";
    case OperatorKind::serialize:
      return "serialize";
    case OperatorKind::sort:
      return "sort";
    case OperatorKind::summarize:
      return "summarize";
    case OperatorKind::take:
      return "take";
    case OperatorKind::top:
      return "top";
    case OperatorKind::top_hitters:
      return "top-hitters";
    case OperatorKind::top_nested:
      return "top-nested";
    case OperatorKind::union_:
      return "union";
  }
  return "";
}

}  // namespace vedette::kql::ast
