#include "condition.h"
#include "operators.h"

namespace vedette::kql {
namespace {

class FilterStream final : public BatchStream {
 public:
  FilterStream(const FilterNode& node, StreamPtr input, QueryContext& query)
      : input_(std::move(input)), condition_(node.condition, query) {}

  base::Result<std::optional<Batch>> next() override {
    while (auto batch = TRY(input_->next())) {
      const auto matching = TRY(condition_.matching(*batch));
      if (!matching) return batch;
      if (!(*matching)->empty()) return batch->select(*matching);
    }
    return std::nullopt;
  }

 private:
  const StreamPtr input_;
  Condition condition_;
};

}  // namespace

StreamPtr make_filter(const FilterNode& node, StreamPtr input, QueryContext& query) {
  return std::make_unique<FilterStream>(node, std::move(input), query);
}

}  // namespace vedette::kql
