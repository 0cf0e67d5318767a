// graph-match and graph-shortest-paths. Source: kusto/query: graph-match-operator, graph-shortest-paths-operator.
#include "graph_matcher.h"
#include "operators.h"

namespace vedette::kql {
namespace {

class GraphMatchStream final : public BatchStream {
 public:
  GraphMatchStream(const GraphMatchNode& node, std::vector<StreamPtr> inputs, QueryContext& query)
      : node_(node),
        inputs_(std::move(inputs)),
        query_(query),
        nodes_(node.inputs[0]->output, query.memory, "graph-match"),
        edges_(node.inputs[1]->output, query.memory, "graph-match"),
        charge_(query.memory, "graph-match"),
        expressions_(make_evaluators(node.expressions, query)) {
    for (const BoundExpression& expression : node.expressions) wanted_.push_back(&expression);
  }

  base::Result<std::optional<Batch>> next() override {
    TRY(query_.stop.check());
    if (!graph_) TRY(match());
    if (at_ == matches_.size()) return std::nullopt;
    const size_t count = std::min(query_.batch_rows, matches_.size() - at_);
    const Batch rows = TRY(rows_->rows(std::span(matches_).subspan(at_, count), wanted_));
    at_ += count;
    Batch out;
    out.rows = count;
    out.columns = TRY(evaluate_all(expressions_, rows));
    return out;
  }

 private:
  base::Status match() {
    graph_ = std::make_unique<Graph>(
        TRY(read_graph(*inputs_[0], *inputs_[1], nodes_, edges_, node_.keys, node_.sources, node_.targets)));
    rows_ = std::make_unique<GraphMatchRows>(node_, *graph_, query_);
    TRY(charge_.set(held_bytes(*graph_)));
    matches_ = TRY(find_matches(node_, *graph_, *rows_, query_));
    int64_t bytes = held_bytes(*graph_);
    for (const GraphMatch& match : matches_) bytes += match.held_bytes();
    return charge_.set(bytes);
  }

  const GraphMatchNode& node_;
  const std::vector<StreamPtr> inputs_;
  QueryContext& query_;
  HeldRows nodes_, edges_;
  MemoryCharge charge_;
  std::vector<Evaluator> expressions_;
  std::vector<const BoundExpression*> wanted_;
  std::unique_ptr<Graph> graph_;
  std::unique_ptr<GraphMatchRows> rows_;
  std::vector<GraphMatch> matches_;
  size_t at_ = 0;
};

}  // namespace

StreamPtr make_graph_match(const GraphMatchNode& node, std::vector<StreamPtr> inputs, QueryContext& query) {
  return std::make_unique<GraphMatchStream>(node, std::move(inputs), query);
}

}  // namespace vedette::kql
