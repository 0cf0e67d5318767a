// reduce: all rows are read, then their texts are grouped (text_patterns.h).
#include "operators.h"
#include "text_patterns.h"
#include "value_ids.h"

namespace vedette::kql {
namespace {

class ReduceStream final : public BatchStream {
 public:
  ReduceStream(const ReduceNode& node, StreamPtr input, QueryContext& query)
      : node_(node),
        input_(std::move(input)),
        query_(query),
        ids_(ValueIds::make(Type::string)),
        held_(kept_schema(node), query.memory, "reduce"),
        charge_(query.memory, "reduce") {}

  base::Result<std::optional<Batch>> next() override {
    if (!read_) {
      TRY(read());
      slices_ = Slices(TRY(answer()));
    }
    return slices_.next(query_.batch_rows);
  }

 private:
  static Schema kept_schema(const ReduceNode& node) {
    Schema kept = node.inputs[0]->output;
    kept.pop_back();
    return node.keeps_rows ? kept : Schema();
  }

  base::Status read() {
    read_ = true;
    std::vector<uint32_t> ids;
    while (auto batch = TRY(input_->next())) {
      TRY(query_.stop.check());
      ids.resize(batch->rows);
      ids_->find_or_add(batch->columns.back(), ids.data());
      counts_.resize(ids_->size());
      for (const uint32_t id : ids) ++counts_[id];
      if (node_.keeps_rows) {
        batch->columns.pop_back();
        TRY(held_.append(*batch));
        of_row_.insert(of_row_.end(), ids.begin(), ids.end());
      }
      TRY(charge_.set(own_bytes()));
    }
    return {};
  }

  int64_t own_bytes() const {
    return ids_->held_bytes() + static_cast<int64_t>(counts_.capacity() * (sizeof(int64_t) + sizeof(std::string_view)) +
                                                     of_row_.capacity() * sizeof(uint32_t));
  }

  base::Result<Batch> answer() {
    const Vector values = ids_->values();
    std::vector<std::string_view> texts(ids_->size());
    const auto view = values.view<std::string_view>();
    for (size_t i = 0; i < texts.size(); ++i) texts[i] = view[i];
    const TextPatternOptions options{node_.threshold, node_.characters};
    TextGroups groups = TRY(group_texts(texts, counts_, options, query_.stop, charge_));
    if (!node_.keeps_rows) return columns_of(groups.groups);
    const Batch all = columns_of(groups.groups);
    auto selection = std::make_shared<std::vector<uint32_t>>();
    for (const uint32_t text : of_row_) selection->push_back(groups.of_text[text]);
    Batch out = held_.finish();
    out.rows = of_row_.size();
    for (const Vector& column : all.columns) out.columns.push_back(column.select(selection));
    return out;
  }

  static Batch columns_of(const std::vector<TextGroup>& groups) {
    columnar::VectorBuilder patterns(Type::string), counts(Type::long_), representatives(Type::string);
    for (const TextGroup& group : groups) {
      patterns.append_copy(group.pattern);
      counts.append<int64_t>(group.count);
      representatives.append_copy(group.representative);
    }
    Batch out;
    out.rows = groups.size();
    out.columns = {patterns.finish(), counts.finish(), representatives.finish()};
    return out;
  }

  const ReduceNode& node_;
  const StreamPtr input_;
  QueryContext& query_;
  const std::unique_ptr<ValueIds> ids_;  // of the texts
  HeldRows held_;
  MemoryCharge charge_;
  std::vector<int64_t> counts_;   // rows of each text
  std::vector<uint32_t> of_row_;  // each row's text
  bool read_ = false;
  Slices slices_;
};

}  // namespace

StreamPtr make_reduce(const ReduceNode& node, StreamPtr input, QueryContext& query) {
  return std::make_unique<ReduceStream>(node, std::move(input), query);
}

}  // namespace vedette::kql
