// Reading a table: what its source did not take over of the request is done here.
#include "condition.h"
#include "operators.h"

namespace vedette::kql {
namespace {

class ScanStream final : public BatchStream {
 public:
  ScanStream(const ScanNode& node, QueryContext& query) : node_(node), query_(query) {}

  base::Result<std::optional<Batch>> next() override {
    if (!rows_) TRY(open());
    while (true) {
      TRY(query_.stop.check());
      auto batch = TRY(rows_->next());
      if (!batch) return std::nullopt;
      if (condition_) {
        const auto matching = TRY(condition_->matching(*batch));
        if (matching && (*matching)->empty()) continue;
        batch->columns.resize(node_.output.size());
        if (matching) return batch->select(*matching);
      }
      batch->columns.resize(node_.output.size());
      return batch;
    }
  }

 private:
  base::Status open() {
    auto table = node_.table;
    if (query_.catalog)
      if (auto current = query_.catalog->find(node_.table_name)) table = std::move(current);
    ScanRequest request = node_.request;
    request.batch_rows = query_.batch_rows;
    request.threads = query_.threads;
    request.stop = query_.stop;
    request.memory = &query_.memory;
    ScanAnswer answer = TRY(table->scan(request, query_.statistics));
    if (node_.condition && !answer.predicate_applied) condition_.emplace(*node_.condition, query_);
    rows_ = std::move(answer.rows);
    return {};
  }

  const ScanNode& node_;
  QueryContext& query_;
  StreamPtr rows_;
  std::optional<Condition> condition_;
};

}  // namespace

StreamPtr make_scan(const ScanNode& node, QueryContext& query) { return std::make_unique<ScanStream>(node, query); }

}  // namespace vedette::kql
