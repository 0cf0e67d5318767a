#include "evaluator.h"
#include "operators.h"

namespace vedette::kql {
namespace {

class ProjectStream final : public BatchStream {
 public:
  ProjectStream(const ProjectNode& node, StreamPtr input, QueryContext& query)
      : input_(std::move(input)), query_(query), evaluators_(make_evaluators(node.expressions, query)) {}

  base::Result<std::optional<Batch>> next() override {
    TRY(query_.stop.check());
    const auto batch = TRY(input_->next());
    if (!batch) return std::nullopt;
    Batch out;
    out.rows = batch->rows;
    out.columns = TRY(evaluate_all(evaluators_, *batch));
    return out;
  }

 private:
  const StreamPtr input_;
  QueryContext& query_;
  std::vector<Evaluator> evaluators_;
};

}  // namespace

StreamPtr make_project(const ProjectNode& node, StreamPtr input, QueryContext& query) {
  return std::make_unique<ProjectStream>(node, std::move(input), query);
}

}  // namespace vedette::kql
