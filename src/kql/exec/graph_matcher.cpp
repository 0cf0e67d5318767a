// The pattern's hops are taken in their order; all matches so far are extended by one hop, and each condition is
// checked as soon as its variables are bound. A condition all(path, …) prunes the path while it grows.
#include "graph_matcher.h"

#include <algorithm>

#include "value_ids.h"

namespace vedette::kql {
namespace {

using Hop = GraphMatchNode::Hop;
using Direction = GraphMatchNode::Direction;
using Matches = std::vector<GraphMatch>;

class GraphMatcher {
 public:
  GraphMatcher(const GraphMatchNode& node, const Graph& graph, GraphMatchRows& rows, QueryContext& query)
      : node_(node), graph_(graph), rows_(rows), query_(query), charge_(query.memory, "graph-match") {}

  base::Result<Matches> run() {
    TRY(prepare_conditions());
    GraphMatch none;
    none.bound.assign(node_.variables.size(), no_id);
    Matches matches = {none};
    TRY(check_conditions(matches));
    for (const size_t variable : node_.lone) matches = TRY(with_node(std::move(matches), variable));
    for (const Hop& hop : node_.hops) {
      matches = TRY(with_node(std::move(matches), hop.from));
      matches = TRY(extended(std::move(matches), hop));
    }
    return matches;
  }

 private:
  struct Condition {
    const BoundExpression* expression;
    std::vector<size_t> variables;
    Evaluator evaluator;
    bool done = false;
  };
  struct Masks {
    std::vector<uint8_t> edges, inner_nodes;  // empty: everything is allowed
  };

  static void restrict(std::vector<uint8_t>& mask, const std::vector<uint8_t>& more) {
    if (mask.empty()) mask = more;
    for (size_t i = 0; i < mask.size(); ++i) mask[i] = mask[i] & more[i];
  }

  base::Status prepare_conditions() {
    masks_.resize(node_.variables.size());
    for (const BoundExpression& expression : node_.conditions) {
      const auto computed = rows_.computed_of(expression);
      if (computed && node_.computed[*computed].kind == GraphMatchNode::Computed::Kind::all) {
        const auto& all = node_.computed[*computed];
        Masks& masks = masks_[all.variable];
        restrict(all.inner_nodes ? masks.inner_nodes : masks.edges, TRY(rows_.element_mask(*computed)));
        continue;
      }
      conditions_.push_back({&expression, rows_.variables_of(expression), Evaluator(expression, query_)});
      if (node_.paths != GraphPaths::every)
        for (const size_t variable : conditions_.back().variables)
          if (node_.variables[variable].is_path)
            return base::Error(base::ErrorCode::not_supported,
                               "A condition on a shortest path other than all(…) is not supported.", expression.span);
    }
    return {};
  }

  // Drops the matches for which a condition that is ready does not hold.
  base::Status check_conditions(Matches& matches) {
    for (Condition& condition : conditions_) {
      if (condition.done || matches.empty()) continue;
      const bool ready = std::all_of(condition.variables.begin(), condition.variables.end(),
                                     [&](size_t variable) { return matches.front().bound[variable] != no_id; });
      if (!ready) continue;
      condition.done = true;
      const BoundExpression* wanted[] = {condition.expression};
      const Vector holds = TRY(condition.evaluator.evaluate(TRY(rows_.rows(matches, wanted))));
      size_t kept = 0;
      for (size_t i = 0; i < matches.size(); ++i)
        if (!holds.is_null(i) && holds.view<uint8_t>()[i] != 0) {
          if (kept != i) matches[kept] = std::move(matches[i]);
          ++kept;
        }
      matches.resize(kept);
    }
    return charge(matches);
  }

  base::Status charge(const Matches& matches) {
    int64_t bytes = 0;
    for (const GraphMatch& match : matches) bytes += match.held_bytes();
    return charge_.set(bytes);
  }
  // Growing matches are charged as they come.
  base::Status grow(const GraphMatch& match) {
    if (++grown_ % 1024 == 0) TRY(query_.stop.check());
    return charge_.set(charge_.bytes() + match.held_bytes());
  }

  base::Result<Matches> with_node(Matches matches, size_t variable) {
    if (matches.empty() || matches.front().bound[variable] != no_id) return matches;
    Matches out;
    for (const GraphMatch& match : matches)
      for (uint32_t node = 0; node < graph_.nodes.rows; ++node) {
        out.push_back(match);
        out.back().bound[variable] = node;
        TRY(grow(match));
      }
    TRY(check_conditions(out));
    return out;
  }

  base::Result<Matches> extended(Matches matches, const Hop& hop) {
    Matches out;
    for (GraphMatch& match : matches) {
      if (!node_.variables[hop.edge].is_path)
        TRY(add_edges(match, hop, out));
      else if (node_.paths == GraphPaths::every)
        TRY(add_paths(match, hop, out));
      else
        TRY(add_shortest(match, hop, out));
    }
    TRY(check_conditions(out));
    return out;
  }

  template <class Visit>
  base::Status for_each_edge(uint32_t node, Direction direction, Visit visit) {
    if (direction != Direction::backward)
      for (const uint32_t edge : graph_.leaving[node]) TRY(visit(edge, graph_.to[edge]));
    if (direction != Direction::forward)
      for (const uint32_t edge : graph_.entering[node])
        if (direction != Direction::either || graph_.from[edge] != node) TRY(visit(edge, graph_.from[edge]));
    return {};
  }

  // Whether the match may go on over the edge, and to the node, without a cycle that is not wanted.
  bool uses_edge(const GraphMatch& match, uint32_t edge) const {
    for (size_t i = 0; i < match.bound.size(); ++i) {
      if (match.bound[i] == no_id || !node_.variables[i].is_edge) continue;
      if (!node_.variables[i].is_path && match.bound[i] == edge) return true;
      if (node_.variables[i].is_path && contains(match.paths[match.bound[i]].edges, edge)) return true;
    }
    return false;
  }
  bool visits_node(const GraphMatch& match, const Hop& hop, uint32_t node) const {
    for (const Hop& other : node_.hops) {
      if (other.pattern != hop.pattern || match.bound[other.from] == no_id) continue;
      if (match.bound[other.from] == node) return true;
      if (&other == &hop) return false;
      if (node_.variables[other.edge].is_path && contains(match.paths[match.bound[other.edge]].inner_nodes, node))
        return true;
    }
    return false;
  }
  static bool contains(const std::vector<uint32_t>& values, uint32_t value) {
    return std::find(values.begin(), values.end(), value) != values.end();
  }

  bool allows_edge(const GraphMatch& match, const GraphMatch::Path& path, const Hop& hop, uint32_t edge) const {
    const auto& mask = masks_[hop.edge].edges;
    if (!mask.empty() && !mask[edge]) return false;
    if (node_.paths != GraphPaths::every || node_.cycles == Cycles::all) return true;
    return !uses_edge(match, edge) && !contains(path.edges, edge);
  }
  bool allows_node(const GraphMatch& match, const GraphMatch::Path& path, const Hop& hop, uint32_t node) const {
    if (node_.cycles != Cycles::none) return true;
    return !visits_node(match, hop, node) && !contains(path.inner_nodes, node);
  }
  bool fits_target(const GraphMatch& match, const Hop& hop, uint32_t node) const {
    return match.bound[hop.to] == no_id || match.bound[hop.to] == node;
  }

  base::Status add_edges(const GraphMatch& match, const Hop& hop, Matches& out) {
    const GraphMatch::Path none;
    return for_each_edge(match.bound[hop.from], hop.direction, [&](uint32_t edge, uint32_t to) -> base::Status {
      if (!fits_target(match, hop, to) || !allows_edge(match, none, hop, edge) || !allows_node(match, none, hop, to))
        return {};
      out.push_back(match);
      out.back().bound[hop.edge] = edge;
      out.back().bound[hop.to] = to;
      return grow(out.back());
    });
  }

  base::Status accept(const GraphMatch& match, const Hop& hop, GraphMatch::Path path, uint32_t to, Matches& out) {
    out.push_back(match);
    out.back().bound[hop.edge] = static_cast<uint32_t>(out.back().paths.size());
    out.back().bound[hop.to] = to;
    out.back().paths.push_back(std::move(path));
    return grow(out.back());
  }

  bool allows_inner(const Hop& hop, uint32_t node) const {
    const auto& mask = masks_[hop.edge].inner_nodes;
    return mask.empty() || mask[node];
  }

  struct Frontier {
    GraphMatch::Path path;
    uint32_t end;
  };

  // The path with one edge more, when it may have it.
  static Frontier longer(const Frontier& before, uint32_t edge, uint32_t to) {
    Frontier next = before;
    if (!before.path.edges.empty()) next.path.inner_nodes.push_back(before.end);
    next.path.edges.push_back(edge);
    next.end = to;
    return next;
  }

  // Without edges a path ends where it begins, which is no cycle.
  base::Status add_empty_path(const GraphMatch& match, const Hop& hop, Matches& out) {
    const uint32_t node = match.bound[hop.from];
    if (hop.least > 0 || !fits_target(match, hop, node)) return {};
    return accept(match, hop, {}, node, out);
  }

  base::Status add_paths(const GraphMatch& match, const Hop& hop, Matches& out) {
    std::vector<Frontier> frontier = {{{}, match.bound[hop.from]}};
    TRY(add_empty_path(match, hop, out));
    for (size_t length = 1; length <= hop.most && !frontier.empty(); ++length) {
      std::vector<Frontier> next;
      for (const Frontier& at : frontier) {
        if (length > 1 && !allows_inner(hop, at.end)) continue;
        TRY(for_each_edge(at.end, hop.direction, [&](uint32_t edge, uint32_t to) -> base::Status {
          if (!allows_edge(match, at.path, hop, edge) || !allows_node(match, at.path, hop, to)) return {};
          if (node_.cycles == Cycles::none && length > 1 && at.end == to) return {};
          next.push_back(longer(at, edge, to));
          TRY(grow(match));
          if (length >= hop.least && fits_target(match, hop, to)) TRY(accept(match, hop, next.back().path, to, out));
          return {};
        }));
      }
      frontier = std::move(next);
    }
    return {};
  }

  // Level by level; a node that was reached at an earlier level of at least the least length is not reached anew.
  base::Status add_shortest(const GraphMatch& match, const Hop& hop, Matches& out) {
    std::vector<Frontier> frontier = {{{}, match.bound[hop.from]}};
    constexpr size_t never = SIZE_MAX;
    std::vector<size_t> reached(graph_.nodes.rows, never);  // level
    if (hop.least == 0) reached[match.bound[hop.from]] = 0;
    TRY(add_empty_path(match, hop, out));
    for (size_t length = 1; length <= hop.most && !frontier.empty(); ++length) {
      std::vector<Frontier> next;
      for (const Frontier& at : frontier) {
        if (length > 1 && !allows_inner(hop, at.end)) continue;
        TRY(for_each_edge(at.end, hop.direction, [&](uint32_t edge, uint32_t to) -> base::Status {
          if (!allows_edge(match, at.path, hop, edge) || contains(at.path.edges, edge)) return {};
          const bool first = reached[to] == never;
          const bool another = reached[to] == length && node_.paths == GraphPaths::all_shortest;
          if (length >= hop.least && !first && !another) return {};
          next.push_back(longer(at, edge, to));
          TRY(grow(match));
          if (length < hop.least) return {};
          reached[to] = length;
          return fits_target(match, hop, to) ? accept(match, hop, next.back().path, to, out) : base::Status();
        }));
      }
      frontier = std::move(next);
    }
    return {};
  }

  const GraphMatchNode& node_;
  const Graph& graph_;
  GraphMatchRows& rows_;
  QueryContext& query_;
  MemoryCharge charge_;
  std::vector<Condition> conditions_;
  std::vector<Masks> masks_;  // by variable
  size_t grown_ = 0;
};

}  // namespace

base::Result<Matches> find_matches(const GraphMatchNode& node, const Graph& graph, GraphMatchRows& rows,
                                   QueryContext& query) {
  return GraphMatcher(node, graph, rows, query).run();
}

}  // namespace vedette::kql
