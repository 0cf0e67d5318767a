#include "vedette/kql/plan/carry_column.h"

#include <algorithm>
#include <map>

#include "binding.h"
#include "plan_walk.h"

namespace vedette::kql {
namespace {

// Every node that carries the column has it as its last output; the others keep their places.
class Carrier {
 public:
  Carrier(BoundQuery& query, std::string_view table, std::string_view column)
      : query_(query), table_(table), column_(column) {}

  Status run() {
    if (!reads_table(*query_.root))
      return semantic_error("The query does not read the table " + quoted(table_) + ".", query_.root->span);
    return carry(query_.root);
  }

 private:
  bool reads_table(PlanNode& node) {
    if (node.kind == NodeKind::scan) return static_cast<ScanNode&>(node).table_name == table_;
    if (node.kind == NodeKind::subplan && subplan_reads_table(static_cast<SubplanNode&>(node).index)) return true;
    bool reads = expressions_read_table(node);
    for_each_child(node, [&](PlanPtr& child, bool) { reads = reads || reads_table(*child); });
    return reads;
  }

  bool subplan_reads_table(size_t index) {
    const auto known = subplan_reads_.find(index);
    if (known != subplan_reads_.end()) return known->second;
    return subplan_reads_[index] = reads_table(*query_.subplans[index].plan);
  }

  bool expressions_read_table(PlanNode& node) {
    bool reads = false;
    for_each_expression(node, [&](BoundExpression& expression) {
      for_each_part(expression, [&](BoundExpression& part) {
        if (part.kind == ExpressionKind::subquery) reads = reads || subplan_reads_table(part.subplan);
      });
    });
    return reads;
  }

  Error mixes_rows(const PlanNode& node, std::string_view what) const {
    return not_supported(std::string(what) + " over " + quoted(table_) + ", which mixes its rows,", node.span);
  }

  // Of a plan that reads the table.
  Status carry(PlanPtr& plan) {
    PlanNode& node = *plan;
    if (expressions_read_table(node)) return mixes_rows(node, "A sub-query");
    switch (node.kind) {
      case NodeKind::scan:
        return carry_scan(static_cast<ScanNode&>(node));
      case NodeKind::subplan:
        return carry_subplan(static_cast<SubplanNode&>(node));
      case NodeKind::filter:
      case NodeKind::serialize:
        TRY(carry(node.inputs[0]));
        return append(node);
      case NodeKind::project:
        TRY(carry(node.inputs[0]));
        static_cast<ProjectNode&>(node).expressions.push_back(last_of(*node.inputs[0]));
        return append(node);
      case NodeKind::mv_expand:
        TRY(carry(node.inputs[0]));
        static_cast<MvExpandNode&>(node).carried.push_back({node.inputs[0]->output.size() - 1, node.output.size()});
        return append(node);
      case NodeKind::mv_apply:
        return carry_mv_apply(static_cast<MvApplyNode&>(node));
      case NodeKind::set_union:
        return carry_union(node);
      case NodeKind::parse:
      case NodeKind::parse_kv:
        return carry_captures(plan);
      case NodeKind::join:
        return carry_join(static_cast<JoinNode&>(node));
      case NodeKind::values:
      case NodeKind::range:
      case NodeKind::apply_input:
        return Error(ErrorCode::internal, "A leaf that reads no table was asked to carry a column.", node.span);
      case NodeKind::summarize:
      case NodeKind::sort:
      case NodeKind::top:
      case NodeKind::take:
      case NodeKind::sample:
      case NodeKind::count:
      case NodeKind::distinct:
      case NodeKind::window:
      case NodeKind::partition:
      case NodeKind::make_series:
      case NodeKind::step_scan:
      case NodeKind::graph:
      case NodeKind::graph_match:
      case NodeKind::graph_components:
      case NodeKind::reduce:
      case NodeKind::patterns:
        return mixes_rows(node, quoted(to_string(node.kind)));
    }
    return {};
  }

  Status append(PlanNode& node) {
    node.output.push_back({std::string(column_), type_});
    return {};
  }

  BoundExpression last_of(const PlanNode& node) const { return column_expression(node.output.size() - 1, type_); }

  // The column comes after the output's, before those that serve the condition only.
  Status carry_scan(ScanNode& scan) {
    const Schema& schema = scan.table->schema();
    const auto column = columnar::find_column(schema, column_);
    if (!column)
      return semantic_error("The table " + quoted(table_) + " has no column " + quoted(column_) + ".", scan.span);
    type_ = schema[*column].type;
    const size_t place = scan.output.size();
    if (scan.condition)
      for_each_part(*scan.condition, [&](BoundExpression& part) {
        if (part.kind == ExpressionKind::column && part.column >= place) ++part.column;
      });
    scan.request.columns.insert(scan.request.columns.begin() + static_cast<std::ptrdiff_t>(place), *column);
    return append(scan);
  }

  // A subplan gets the column once; then each of its readers has it.
  Status carry_subplan(SubplanNode& node) {
    PlanPtr& plan = query_.subplans[node.index].plan;
    if (!carried_subplans_[node.index]) {
      carried_subplans_[node.index] = true;
      TRY(carry(plan));
    }
    return append(node);
  }

  Status carry_mv_apply(MvApplyNode& node) {
    if (reads_table(*node.subplan)) return mixes_rows(node, "A sub-query of 'mv-apply'");
    TRY(carry(node.inputs[0]));
    node.expand->inputs[0]->output = node.inputs[0]->output;
    node.outputs.push_back({false, node.inputs[0]->output.size() - 1});
    return append(node);
  }

  Status carry_union(PlanNode& node) {
    for (PlanPtr& input : node.inputs) {
      if (!reads_table(*input))
        return semantic_error("Each table of this union must come from " + quoted(table_) + ".", input->span);
      TRY(carry(input));
    }
    return append(node);
  }

  // The input's columns come first: captures move up by one, and a projection puts the carried column last.
  Status carry_captures(PlanPtr& plan) {
    const size_t place = plan->inputs[0]->output.size();
    TRY(carry(plan->inputs[0]));
    const auto moved = [&](size_t column) { return column >= place ? column + 1 : column; };
    if (plan->kind == NodeKind::parse) {
      for (ParseStep& step : static_cast<ParseNode&>(*plan).steps)
        if (step.kind == ParseStep::Kind::capture) step.output_column = moved(step.output_column);
    } else {
      for (auto& capture : static_cast<ParseKvNode&>(*plan).captures)
        capture.output_column = moved(capture.output_column);
    }
    auto project = std::make_unique<ProjectNode>();
    project->span = plan->span;
    for (size_t i = 0; i < plan->output.size(); ++i) {
      project->output.push_back(plan->output[i]);
      project->expressions.push_back(column_expression(moved(i), plan->output[i].type));
    }
    project->expressions.push_back(column_expression(place, type_));
    plan->output.insert(plan->output.begin() + static_cast<std::ptrdiff_t>(place), {std::string(column_), type_});
    project->inputs.push_back(std::move(plan));
    plan = std::move(project);
    return append(*plan);
  }

  // Left rows that stay themselves: innerunique drops some of them for others of their key.
  Status carry_join(JoinNode& node) {
    const JoinKind kind = node.join_kind;
    const bool keeps_left = kind == JoinKind::inner || kind == JoinKind::leftouter || kind == JoinKind::leftsemi ||
                            kind == JoinKind::leftanti;
    if (!keeps_left) return mixes_rows(node, "A join of kind " + std::string(to_string(kind)));
    if (reads_table(*node.inputs[1])) return mixes_rows(node, "The right side of a join");
    TRY(carry(node.inputs[0]));
    node.outputs.push_back({JoinSide::left, node.inputs[0]->output.size() - 1});
    return append(node);
  }

  BoundQuery& query_;
  const std::string_view table_, column_;
  Type type_ = Type::string;
  std::map<size_t, bool> subplan_reads_, carried_subplans_;
};

}  // namespace

Status carry_column(BoundQuery& query, std::string_view table, std::string_view column) {
  return Carrier(query, table, column).run();
}

}  // namespace vedette::kql
