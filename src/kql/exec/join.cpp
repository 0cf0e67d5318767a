// join and lookup, by hashing.
//
// Both inputs are read in turns; the one that ends first is the smaller one and becomes the hash table (the *build*
// side), the other one streams past it (the *probe* side). A key with a null matches nothing, as `null == null` is not
// true. Source: kusto/query: join-operator.
#include <algorithm>

#include "key_table.h"
#include "operators.h"

namespace vedette::kql {
namespace {

// What a kind asks of the rows of each side, whichever of them is the hash table.
struct Rules {
  bool pairs = false;            // each matching pair
  bool left_unmatched = false;   // left rows without a match
  bool right_unmatched = false;  // right rows without a match
  bool left_matched = false;     // left rows with a match, once
  bool right_matched = false;    // right rows with a match, once
  bool left_unique = false;      // of left rows with equal keys only the first counts
};

Rules rules_of(JoinKind kind) {
  switch (kind) {
    case JoinKind::innerunique:
      return {.pairs = true, .left_unique = true};
    case JoinKind::inner:
      return {.pairs = true};
    case JoinKind::leftouter:
      return {.pairs = true, .left_unmatched = true};
    case JoinKind::rightouter:
      return {.pairs = true, .right_unmatched = true};
    case JoinKind::fullouter:
      return {.pairs = true, .left_unmatched = true, .right_unmatched = true};
    case JoinKind::leftsemi:
      return {.left_matched = true};
    case JoinKind::rightsemi:
      return {.right_matched = true};
    case JoinKind::leftanti:
      return {.left_unmatched = true};
    case JoinKind::rightanti:
      return {.right_unmatched = true};
  }
  return {};
}

using Rows = std::shared_ptr<std::vector<uint32_t>>;

class JoinStream final : public BatchStream {
 public:
  JoinStream(const JoinNode& node, StreamPtr left, StreamPtr right, QueryContext& query)
      : node_(node), query_(query), charge_(query.memory, "join") {
    sides_[0].input = std::move(left);
    sides_[1].input = std::move(right);
    for (size_t side = 0; side < 2; ++side)
      sides_[side].held = std::make_unique<HeldRows>(node.inputs[side]->output, query.memory, "join");
    for (const JoinKey& key : node.keys) {
      sides_[0].keys.push_back(key.left);
      sides_[1].keys.push_back(key.right);
    }
    set_rules(rules_of(node.join_kind));
  }

  base::Result<std::optional<Batch>> next() override {
    if (!build_) TRY(read_in_turns());
    while (true) {
      TRY(query_.stop.check());
      if (auto batch = emit_pairs()) return batch;
      if (auto batch = emit_probe_rows()) return batch;
      if (!at_end_) {
        auto batch = TRY(next_probe_batch());
        if (batch) {
          match(std::move(*batch));
          continue;
        }
        at_end_ = true;
        slices_ = Slices(build_rows_at_end());
      }
      return slices_.next(query_.batch_rows);
    }
  }

 private:
  struct Side {
    StreamPtr input;
    std::unique_ptr<HeldRows> held;
    std::vector<size_t> keys;
    bool keep_matched = false, keep_unmatched = false, unique = false;
  };

  void set_rules(const Rules& rules) {
    pairs_ = rules.pairs;
    sides_[0].keep_matched = rules.left_matched;
    sides_[0].keep_unmatched = rules.left_unmatched;
    sides_[0].unique = rules.left_unique;
    sides_[1].keep_matched = rules.right_matched;
    sides_[1].keep_unmatched = rules.right_unmatched;
  }

  std::vector<Type> key_types() const {
    std::vector<Type> types;
    for (const JoinKey& key : node_.keys) types.push_back(node_.inputs[0]->output[key.left].type);
    return types;
  }

  std::vector<Vector> keys_of(const Side& side, const Batch& batch) const {
    std::vector<Vector> keys;
    for (const size_t column : side.keys) keys.push_back(batch.columns[column]);
    return keys;
  }

  base::Status read_in_turns() {
    for (size_t turn = 1;; turn = 1 - turn) {
      TRY(query_.stop.check());
      Side& side = sides_[turn];
      const auto batch = TRY(side.input->next());
      if (!batch) {
        side.input.reset();
        build_ = &side;
        probe_ = &sides_[1 - turn];
        break;
      }
      TRY(side.held->append(*batch));
    }
    waiting_ = Slices(probe_->held->finish());
    return make_table();
  }

  // rows_of_[first_[g] … first_[g + 1]) are the build rows of group g.
  base::Status make_table() {
    rows_ = build_->held->finish();
    table_ = std::make_unique<KeyTable>(key_types());
    const std::vector<Vector> keys = keys_of(*build_, rows_);
    std::vector<uint32_t> groups;
    table_->find_or_add(keys, rows_.rows, groups);
    exclude_nulls(keys, groups);
    first_.assign(table_->size() + 2, 0);
    for (const uint32_t group : groups)
      if (group != no_id) ++first_[group + 2];
    if (build_->unique)
      for (uint32_t& count : first_) count = std::min<uint32_t>(count, 1);
    for (size_t i = 2; i < first_.size(); ++i) first_[i] += first_[i - 1];
    rows_of_.resize(first_.back());
    std::vector<uint32_t> end(first_);
    for (uint32_t row = 0; row < groups.size(); ++row) {
      if (groups[row] == no_id) continue;
      uint32_t& at = first_[groups[row] + 1];
      if (at < end[groups[row] + 2]) rows_of_[at++] = row;
    }
    if (build_->keep_matched || build_->keep_unmatched) matched_.resize(rows_.rows);
    return charge_.set(table_->held_bytes() + static_cast<int64_t>((first_.size() + rows_of_.size()) * 4) +
                       static_cast<int64_t>(matched_.size()));
  }

  base::Result<std::optional<Batch>> next_probe_batch() {
    auto batch = waiting_.next(query_.batch_rows);
    if (batch || !probe_->input) return batch;
    // Nothing to find: only unmatched probe rows are left to say.
    if (rows_.rows == 0 && !probe_->keep_unmatched) return std::nullopt;
    batch = TRY(probe_->input->next());
    if (!batch) probe_->input.reset();
    return batch;
  }

  // Looks up the batch's keys; emit_pairs() and emit_probe_rows() then hand on what follows from it.
  void match(Batch batch) {
    batch_ = std::move(batch);
    const std::vector<Vector> keys = keys_of(*probe_, batch_);
    table_->find(keys, batch_.rows, groups_);
    exclude_nulls(keys, groups_);
    if (probe_->unique) keep_first_of_each_key();
    probe_rows_ = nullptr;
    for (uint32_t row = 0; row < batch_.rows; ++row) {
      const bool found = groups_[row] != no_id && first_[groups_[row]] < first_[groups_[row] + 1];
      if (found ? probe_->keep_matched : probe_->keep_unmatched) {
        if (!probe_rows_) probe_rows_ = std::make_shared<std::vector<uint32_t>>();
        probe_rows_->push_back(row);
      }
      if (found && !matched_.empty())
        for (uint32_t at = first_[groups_[row]]; at < first_[groups_[row] + 1]; ++at) matched_[rows_of_[at]] = 1;
    }
    at_row_ = pairs_ ? 0 : batch_.rows;
    at_match_ = 0;
  }

  void keep_first_of_each_key() {
    used_.resize(table_->size());
    for (uint32_t& group : groups_) {
      if (group == no_id) continue;
      if (used_[group])
        group = no_id;
      else
        used_[group] = 1;
    }
  }

  std::optional<Batch> emit_pairs() {
    if (at_row_ >= batch_.rows) return std::nullopt;
    auto probe = std::make_shared<std::vector<uint32_t>>();
    auto build = std::make_shared<std::vector<uint32_t>>();
    for (; at_row_ < batch_.rows; ++at_row_, at_match_ = 0) {
      if (groups_[at_row_] == no_id) continue;
      const uint32_t begin = first_[groups_[at_row_]], end = first_[groups_[at_row_] + 1];
      for (; begin + at_match_ < end; ++at_match_) {
        if (probe->size() == query_.batch_rows) return pairs(probe, build);
        probe->push_back(static_cast<uint32_t>(at_row_));
        build->push_back(rows_of_[begin + at_match_]);
      }
    }
    if (probe->empty()) return std::nullopt;
    return pairs(probe, build);
  }

  Batch pairs(const Rows& probe, const Rows& build) const {
    const bool probe_is_left = probe_ == &sides_[0];
    return output(batch_, probe_is_left ? probe : build, rows_, probe_is_left ? build : probe);
  }

  std::optional<Batch> emit_probe_rows() {
    if (!probe_rows_) return std::nullopt;
    const Rows rows = std::move(probe_rows_);
    probe_rows_ = nullptr;
    return one_side(*probe_, batch_, rows);
  }

  Batch build_rows_at_end() const {
    auto rows = std::make_shared<std::vector<uint32_t>>();
    for (uint32_t row = 0; row < matched_.size(); ++row)
      if (matched_[row] ? build_->keep_matched : build_->keep_unmatched) rows->push_back(row);
    return one_side(*build_, rows_, rows);
  }

  // Rows of one side; the other is null.
  Batch one_side(const Side& side, const Batch& batch, const Rows& rows) const {
    const JoinSide which = &side == &sides_[0] ? JoinSide::left : JoinSide::right;
    Batch out;
    out.rows = rows->size();
    for (size_t i = 0; i < node_.outputs.size(); ++i) {
      const JoinOutput& column = node_.outputs[i];
      out.columns.push_back(column.side == which ? batch.columns[column.column].select(rows)
                                                 : columnar::constant_null(node_.output[i].type, rows->size()));
    }
    return out;
  }

  Batch output(const Batch& probe, const Rows& left, const Batch& build, const Rows& right) const {
    const bool probe_is_left = probe_ == &sides_[0];
    const Batch& left_rows = probe_is_left ? probe : build;
    const Batch& right_rows = probe_is_left ? build : probe;
    Batch out;
    out.rows = left->size();
    for (const JoinOutput& column : node_.outputs)
      out.columns.push_back(column.side == JoinSide::left ? left_rows.columns[column.column].select(left)
                                                          : right_rows.columns[column.column].select(right));
    return out;
  }

  const JoinNode& node_;
  QueryContext& query_;
  Side sides_[2];  // left, right
  Side* build_ = nullptr;
  Side* probe_ = nullptr;
  bool pairs_ = false;
  MemoryCharge charge_;

  Batch rows_;  // of the build side
  std::unique_ptr<KeyTable> table_;
  std::vector<uint32_t> first_, rows_of_;
  std::vector<uint8_t> matched_;  // build rows
  std::vector<uint8_t> used_;     // groups whose first probe row has come, when that side is unique

  Slices waiting_;  // probe rows read while it was open which side is smaller
  Batch batch_;     // the probe rows at hand
  std::vector<uint32_t> groups_;
  size_t at_row_ = 0;
  uint32_t at_match_ = 0;
  Rows probe_rows_;
  bool at_end_ = false;
  Slices slices_;
};

}  // namespace

StreamPtr make_join(const JoinNode& node, StreamPtr left, StreamPtr right, QueryContext& query) {
  return std::make_unique<JoinStream>(node, std::move(left), std::move(right), query);
}

}  // namespace vedette::kql
