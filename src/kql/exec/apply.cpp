// mv-apply and partition: a plan of its own over parts of the input.
#include "key_table.h"
#include "operators.h"

namespace vedette::kql {
namespace {

base::Result<Batch> collect(BatchStream& stream, HeldRows& held) {
  while (const auto batch = TRY(stream.next())) TRY(held.append(*batch));
  return held.finish();
}

// For each input row: its elements as rows, and over these the subplan.
class MvApplyStream final : public BatchStream {
 public:
  MvApplyStream(const MvApplyNode& node, StreamPtr input, QueryContext& query)
      : node_(node), input_(std::move(input)), query_(query) {}

  base::Result<std::optional<Batch>> next() override {
    while (true) {
      if (auto out = slices_.next(query_.batch_rows)) return out;
      held_ = std::make_unique<HeldRows>(node_.output, query_.memory, "mv-apply");
      while (held_->rows() < query_.batch_rows) {
        TRY(query_.stop.check());
        if (row_ < input_rows_.rows) {
          TRY(apply(input_rows_.slice(row_++, 1)));
          continue;
        }
        auto batch = TRY(input_->next());
        if (!batch) break;
        input_rows_ = std::move(*batch);
        row_ = 0;
      }
      if (held_->rows() == 0) return std::nullopt;
      slices_ = Slices(held_->finish());
    }
  }

 private:
  base::Status apply(const Batch& row) {
    HeldRows held(node_.expand->output, query_.memory, "mv-apply");
    const Batch elements = TRY(collect(*TRY(open_plan(*node_.expand, query_, &row)), held));
    const StreamPtr results = TRY(open_plan(*node_.subplan, query_, &elements));
    while (const auto batch = TRY(results->next())) {
      Batch out;
      out.rows = batch->rows;
      for (const MvApplyNode::Output& column : node_.outputs)
        out.columns.push_back(column.from_subplan ? batch->columns[column.column]
                                                  : row.columns[column.column].repeated(batch->rows));
      TRY(held_->append(out));
    }
    return {};
  }

  const MvApplyNode& node_;
  const StreamPtr input_;
  QueryContext& query_;
  Batch input_rows_;
  size_t row_ = 0;
  std::unique_ptr<HeldRows> held_;  // results of several rows, for batches of a useful size
  Slices slices_;
};

// The rows of each key value, one after the other in the order the values came, through the subplan.
class PartitionStream final : public BatchStream {
 public:
  PartitionStream(const PartitionNode& node, StreamPtr input, QueryContext& query)
      : node_(node),
        input_(std::move(input)),
        query_(query),
        held_(node.inputs[0]->output, query.memory, "partition"),
        charge_(query.memory, "partition") {}

  base::Result<std::optional<Batch>> next() override {
    if (!collected_) TRY(split());
    while (true) {
      if (current_)
        if (auto batch = TRY(current_->next())) return batch;
      current_.reset();
      if (at_ == parts_.size()) return std::nullopt;
      TRY(query_.stop.check());
      part_ = rows_.select(parts_[at_++]);
      current_ = TRY(open_plan(*node_.subplan, query_, &part_));
    }
  }

 private:
  static constexpr size_t part_bytes = 96;  // a shared vector, and where it is known

  base::Status split() {
    collected_ = true;
    rows_ = TRY(collect(*input_, held_));
    const Type key_type = node_.inputs[0]->output[node_.key].type;
    KeyTable table({&key_type, 1});
    std::vector<uint32_t> groups;
    table.find_or_add({&rows_.columns[node_.key], 1}, rows_.rows, groups);
    TRY(charge_.set(table.held_bytes() +
                    static_cast<int64_t>(rows_.rows * 2 * sizeof(uint32_t) + table.size() * part_bytes)));
    std::vector<std::shared_ptr<std::vector<uint32_t>>> parts(table.size());
    for (auto& part : parts) part = std::make_shared<std::vector<uint32_t>>();
    for (uint32_t row = 0; row < rows_.rows; ++row) parts[groups[row]]->push_back(row);
    parts_.assign(parts.begin(), parts.end());
    return {};
  }

  const PartitionNode& node_;
  const StreamPtr input_;
  QueryContext& query_;
  HeldRows held_;
  MemoryCharge charge_;
  bool collected_ = false;
  Batch rows_;
  std::vector<Selection> parts_;
  size_t at_ = 0;
  Batch part_;
  StreamPtr current_;
};

}  // namespace

StreamPtr make_mv_apply(const MvApplyNode& node, StreamPtr input, QueryContext& query) {
  return std::make_unique<MvApplyStream>(node, std::move(input), query);
}
StreamPtr make_partition(const PartitionNode& node, StreamPtr input, QueryContext& query) {
  return std::make_unique<PartitionStream>(node, std::move(input), query);
}

}  // namespace vedette::kql
