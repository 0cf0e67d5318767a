#include "graph_match_rows.h"

#include <algorithm>

#include "text_conversion.h"

namespace vedette::kql {
namespace {

using Computed = GraphMatchNode::Computed;

template <class Visit>
void for_each_column(const BoundExpression& expression, Visit visit) {
  if (expression.kind == ExpressionKind::column) visit(expression.column);
  for (const BoundExpression& argument : expression.arguments) for_each_column(argument, visit);
}

}  // namespace

GraphMatchRows::GraphMatchRows(const GraphMatchNode& node, const Graph& graph, QueryContext& query)
    : node_(node), graph_(graph), query_(query), values_(node.computed.size()) {
  for (const auto& variable : node.variables) {
    if (variable.is_path) continue;
    first_computed_ += variable.is_edge ? graph.edges.columns.size() : graph.nodes.columns.size() - node.keys;
  }
}

std::vector<size_t> GraphMatchRows::variables_of(const BoundExpression& expression) const {
  std::vector<size_t> out;
  for_each_column(expression, [&](size_t column) {
    if (column >= first_computed_) {
      out.push_back(node_.computed[column - first_computed_].variable);
      return;
    }
    size_t owner = 0;  // the last variable that begins at or before the column and has columns
    for (size_t i = 0; i < node_.variables.size(); ++i)
      if (!node_.variables[i].is_path && node_.variables[i].first_column <= column) owner = i;
    out.push_back(owner);
  });
  return out;
}

std::optional<size_t> GraphMatchRows::computed_of(const BoundExpression& expression) const {
  if (expression.kind != ExpressionKind::column || expression.column < first_computed_) return std::nullopt;
  return expression.column - first_computed_;
}

// The nodes' properties, then their degrees (in, out) and their ids.
base::Result<Batch> GraphMatchRows::inner_nodes() const {
  Batch nodes = graph_.nodes;
  const Vector id = TRY(to_text(nodes.columns[0], query_));
  nodes.columns.erase(nodes.columns.begin(), nodes.columns.begin() + static_cast<std::ptrdiff_t>(node_.keys));
  for (const auto* edges : {&graph_.entering, &graph_.leaving}) {
    columnar::VectorBuilder degrees(Type::long_, nodes.rows);
    for (const auto& of_node : *edges) degrees.append(static_cast<int64_t>(of_node.size()));
    nodes.columns.push_back(degrees.finish());
  }
  nodes.columns.push_back(id);
  return nodes;
}

base::Result<Vector> GraphMatchRows::element_values(size_t index) {
  if (values_[index]) return *values_[index];
  const Computed& computed = node_.computed[index];
  const Batch elements = computed.inner_nodes ? TRY(inner_nodes()) : graph_.edges;
  values_[index] = TRY(Evaluator(computed.value, query_).evaluate(elements));
  return *values_[index];
}

size_t GraphMatchRows::row_of(const Computed& computed, uint32_t element) const {
  return computed.inner_nodes ? element : graph_.edge_of[element];
}

base::Result<std::vector<uint8_t>> GraphMatchRows::element_mask(size_t index) {
  const Computed& computed = node_.computed[index];
  const Vector values = TRY(element_values(index));
  const size_t count = computed.inner_nodes ? graph_.nodes.rows : graph_.from.size();
  std::vector<uint8_t> mask(count);
  for (uint32_t element = 0; element < count; ++element) {
    const size_t row = row_of(computed, element);
    mask[element] = !values.is_null(row) && values.view<uint8_t>()[row] != 0;
  }
  return mask;
}

std::span<const uint32_t> GraphMatchRows::elements(const Computed& computed, const GraphMatch& match) const {
  const uint32_t& bound = match.bound[computed.variable];
  if (node_.variables[computed.variable].is_path) {
    const GraphMatch::Path& path = match.paths[bound];
    return computed.inner_nodes ? path.inner_nodes : path.edges;
  }
  return computed.inner_nodes ? std::span<const uint32_t>() : std::span<const uint32_t>(&bound, 1);
}

base::Result<Vector> GraphMatchRows::computed_column(size_t index, std::span<const GraphMatch> matches) {
  const Computed& computed = node_.computed[index];
  if (computed.kind == Computed::Kind::degree_in || computed.kind == Computed::Kind::degree_out) {
    columnar::VectorBuilder out(Type::long_, matches.size());
    const auto& edges = computed.kind == Computed::Kind::degree_in ? graph_.entering : graph_.leaving;
    for (const GraphMatch& match : matches)
      out.append(static_cast<int64_t>(edges[match.bound[computed.variable]].size()));
    return out.finish();
  }
  if (computed.kind == Computed::Kind::node_id) {
    auto rows = std::make_shared<std::vector<uint32_t>>();
    for (const GraphMatch& match : matches) rows->push_back(match.bound[computed.variable]);
    return to_text(graph_.nodes.columns[0].select(rows), query_);
  }
  const Vector values = TRY(element_values(index));
  if (computed.kind == Computed::Kind::map) {
    columnar::VectorBuilder out(Type::dynamic, matches.size());
    for (const GraphMatch& match : matches) {
      const auto of = elements(computed, match);
      auto* items = out.arena().allocate_array<columnar::Dynamic>(of.size());
      for (size_t i = 0; i < of.size(); ++i) items[i] = to_dynamic(values, row_of(computed, of[i]), out.arena());
      out.append(columnar::Dynamic::array({items, of.size()}));
    }
    return out.finish();
  }
  const auto holds = [&](uint32_t element) {
    const size_t row = row_of(computed, element);
    return !values.is_null(row) && values.view<uint8_t>()[row] != 0;
  };
  columnar::VectorBuilder out(Type::bool_, matches.size());
  for (const GraphMatch& match : matches) {
    const auto of = elements(computed, match);
    const bool all = computed.kind == Computed::Kind::all;
    out.append<uint8_t>(all ? std::all_of(of.begin(), of.end(), holds) : std::any_of(of.begin(), of.end(), holds));
  }
  return out.finish();
}

Vector GraphMatchRows::property(size_t variable, size_t column, std::span<const GraphMatch> matches) const {
  auto rows = std::make_shared<std::vector<uint32_t>>();
  rows->reserve(matches.size());
  const bool is_edge = node_.variables[variable].is_edge;
  for (const GraphMatch& match : matches) {
    const uint32_t bound = match.bound[variable];
    rows->push_back(is_edge ? graph_.edge_of[bound] : bound);
  }
  const size_t at = column - node_.variables[variable].first_column;
  return is_edge ? graph_.edges.columns[at].select(rows) : graph_.nodes.columns[node_.keys + at].select(rows);
}

base::Result<Batch> GraphMatchRows::rows(std::span<const GraphMatch> matches,
                                         std::span<const BoundExpression* const> wanted) {
  Batch out;
  out.rows = matches.size();
  out.columns.resize(first_computed_ + node_.computed.size());
  std::vector<bool> done(out.columns.size(), false);
  for (const BoundExpression* expression : wanted) {
    std::vector<size_t> columns;
    for_each_column(*expression, [&](size_t column) { columns.push_back(column); });
    const std::vector<size_t> variables = variables_of(*expression);
    for (size_t i = 0; i < columns.size(); ++i) {
      const size_t column = columns[i];
      if (done[column]) continue;
      done[column] = true;
      out.columns[column] = column >= first_computed_ ? TRY(computed_column(column - first_computed_, matches))
                                                      : property(variables[i], column, matches);
    }
  }
  return out;
}

}  // namespace vedette::kql
