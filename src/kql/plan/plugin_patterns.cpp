// basket, autocluster, diffpatterns: sets of values that many rows have. Source: kusto/query, the page of each plugin.
//
// A column is a dimension unless it is dynamic, the weight or the column that splits the rows; those only show their
// wildcard, as the official binder's schema has every column of the input. An argument '~' stands for its default.
#include <algorithm>

#include "operators.h"
#include "plugin_text.h"
#include "plugins.h"

namespace vedette::kql {
namespace {

using Method = PatternsNode::Method;

class PatternsPlugin {
 public:
  PatternsPlugin(Binding& binding, const ast::Evaluate& op, PlanPtr input, Method method)
      : binding_(binding),
        op_(op),
        columns_(input->output),
        text_(binding, *op.call, std::move(input)),
        node_(make_node<PatternsNode>(op.span)) {
    node_->method = method;
  }

  Status add_split() {
    TRY(text_.check_count(3, SIZE_MAX));
    split_ = TRY(text_.column(0)).name;
    TRY(text_.add_value("A", 1, Type::string));
    TRY(text_.add_value("B", 2, Type::string));
    next_ = 3;
    return {};
  }

  Status add_weight() {
    if (const size_t at = next_++; is_given(at)) {
      const columnar::Column column = TRY(text_.column(at));
      if (column.type != Type::int_ && column.type != Type::long_ && column.type != Type::real)
        return wrong(at, "the weight must be a column of int, long or real");
      weight_ = column.name;
    }
    return {};
  }

  Status add_share(double& value, double least) {
    const size_t at = next_++;
    if (!is_given(at)) return {};
    const BoundExpression bound = TRY(bind_constant(binding_, text_.argument(at), Type::real, "A share of the rows"));
    const bool known = is_constant(bound) && !bound.constant.is_null(0);
    value = known ? bound.constant.view<double>()[0] : -1;
    if (value >= least && value <= 1) return {};
    return wrong(at, "this must be a constant from " + std::string(least > 0 ? "0.015" : "0") + " to 1");
  }

  Status add_number(size_t& value) {
    const size_t at = next_++;
    if (!is_given(at)) return {};
    const auto number = constant_integer(TRY(bind_constant(binding_, text_.argument(at), Type::long_, "A number")));
    if (!number || *number < 1) return wrong(at, "this must be a constant of at least 1");
    value = static_cast<size_t>(*number);
    return {};
  }

  Result<PlanPtr> bind() {
    TRY(add_wildcards());
    PlanPtr rows = TRY(text_.bind(input_text()));
    add_output();
    node_->inputs.push_back(std::move(rows));
    return all_columns();
  }

  PatternsNode& node() { return *node_; }

 private:
  bool is_given(size_t at) const {
    if (at >= text_.argument_count()) return false;
    const auto* literal = text_.argument(at).try_as<ast::Literal>();
    return literal == nullptr || literal->type != ast::ScalarType::string || literal->is_null() ||
           literal->text() != "~";
  }
  Error wrong(size_t at, std::string_view what) const {
    return semantic_error(std::string(op_.call->name.text) + ": " + std::string(what) + ".",
                          op_.call->arguments[at].span);
  }

  bool is_dimension(const columnar::Column& column) const {
    return column.type != Type::dynamic && column.name != weight_ && column.name != split_;
  }

  // The rest of the arguments: each says what stands for "any value" of its type.
  Status add_wildcards() {
    for (const columnar::Column& column : columns_) wildcards_.push_back(columnar::constant_null(column.type));
    for (size_t at = next_; at < text_.argument_count(); ++at) {
      if (!is_given(at)) continue;
      const BoundExpression value = TRY(bind_expression(binding_, Rows{}, text_.argument(at)));
      if (!is_constant(value)) return wrong(at, "a wildcard must be a constant");
      for (size_t i = 0; i < columns_.size(); ++i)
        if (columns_[i].type == value.type) wildcards_[i] = value.constant;
    }
    for (size_t i = 0; i < columns_.size(); ++i)
      if (is_dimension(columns_[i])) node_->wildcards.push_back(wildcards_[i]);
    return {};
  }

  std::string input_text() const {
    const std::string weight = weight_.empty() ? "real(1)" : "toreal(" + column_text(weight_) + ")";
    std::string projected;
    for (const columnar::Column& column : columns_)
      if (is_dimension(column)) projected += column_text(column.name) + ", ";
    if (split_.empty()) return "T | project " + projected + "__weight = " + weight + " | where __weight > 0";
    const std::string of = "tostring(" + column_text(split_) + ")";
    return "T | extend __weight = " + weight + " | where __weight > 0 and " + of + " in (A, B) | project " + projected +
           "__a = iff(" + of + " == A, __weight, real(0)), __b = iff(" + of + " == B, __weight, real(0))";
  }

  void add_output() {
    Schema& output = node_->output;
    output.push_back({"SegmentId", Type::long_});
    if (node_->method == Method::diffpatterns) {
      for (const char* name : {"CountA", "CountB"}) output.push_back({name, Type::long_});
      for (const char* name : {"PercentA", "PercentB", "PercentDiffAB"}) output.push_back({name, Type::real});
    } else {
      output.push_back({"Count", Type::long_});
      output.push_back({"Percent", Type::real});
    }
    measures_ = output.size();
    for (const columnar::Column& column : columns_)
      if (is_dimension(column)) output.push_back(column);
  }

  // The measures, then each column of the input.
  Result<PlanPtr> all_columns() {
    std::vector<Projected> out;
    for (size_t i = 0; i < measures_; ++i)
      out.push_back({node_->output[i].name, column_expression(i, node_->output[i].type)});
    size_t dimension = measures_;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const bool repeated = std::any_of(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(measures_),
                                        [&](const Projected& made) { return made.name == columns_[i].name; });
      if (repeated)
        return semantic_error("The rows have a column " + quoted(columns_[i].name) + " already.", op_.call->span);
      out.push_back({columns_[i].name, is_dimension(columns_[i]) ? column_expression(dimension++, columns_[i].type)
                                                                 : constant_expression(wildcards_[i])});
    }
    return project(binding_, std::move(node_), std::move(out), op_.span);
  }

  Binding& binding_;
  const ast::Evaluate& op_;
  const Schema columns_;
  PluginText text_;
  std::unique_ptr<PatternsNode> node_;
  std::string weight_, split_;
  std::vector<Vector> wildcards_;  // of each column
  size_t next_ = 0;                // argument
  size_t measures_ = 0;
};

constexpr double least_share = 0.015;

// ([Threshold [, WeightColumn [, MaxDimensions [, CustomWildcard …]]]])
Result<PlanPtr> basket(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PatternsPlugin plugin(binding, op, std::move(input), Method::basket);
  plugin.node().dimensions_max = 5;
  TRY(plugin.add_share(plugin.node().threshold, least_share));
  TRY(plugin.add_weight());
  TRY(plugin.add_number(plugin.node().dimensions_max));
  return plugin.bind();
}

// ([SizeWeight [, WeightColumn [, NumSeeds [, CustomWildcard …]]]])
Result<PlanPtr> autocluster(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PatternsPlugin plugin(binding, op, std::move(input), Method::autocluster);
  TRY(plugin.add_share(plugin.node().size_weight, 0));
  TRY(plugin.add_weight());
  TRY(plugin.add_number(plugin.node().seeds));
  return plugin.bind();
}

// (SplitColumn, SplitValueA, SplitValueB [, WeightColumn [, Threshold [, MaxDimensions [, CustomWildcard …]]]])
Result<PlanPtr> diffpatterns(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PatternsPlugin plugin(binding, op, std::move(input), Method::diffpatterns);
  plugin.node().dimensions_max = SIZE_MAX;
  TRY(plugin.add_split());
  TRY(plugin.add_weight());
  TRY(plugin.add_share(plugin.node().threshold, least_share));
  TRY(plugin.add_number(plugin.node().dimensions_max));
  return plugin.bind();
}

constexpr Plugin plugin_patterns_table[] = {
    {"autocluster", autocluster},
    {"basket", basket},
    {"diffpatterns", diffpatterns},
};

}  // namespace

std::span<const Plugin> pattern_plugins() { return plugin_patterns_table; }

}  // namespace vedette::kql
