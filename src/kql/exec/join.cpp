// join and lookup, by hashing.
//
// The smaller input (join_inputs.h) becomes the hash table, the *build* side; the other one streams past it, the
// *probe* side, with as many threads as it has lanes and streams ask. A key with a null matches nothing, as
// `null == null` is not true. Source: kusto/query: join-operator.
#include <algorithm>
#include <atomic>
#include <mutex>

#include "join_inputs.h"
#include "join_table.h"
#include "value_ids.h"

namespace vedette::kql {
namespace {

// What a kind asks of the rows of each side, whichever of them is the hash table.
struct SideRules {
  bool matched = false;    // rows with a match, once
  bool unmatched = false;  // rows without a match
  bool unique = false;     // of rows with equal keys only the first counts
};
struct Rules {
  bool pairs = false;  // each matching pair
  SideRules left, right;
};

Rules rules_of(JoinKind kind) {
  switch (kind) {
    case JoinKind::innerunique:
      return {.pairs = true, .left = {.unique = true}, .right = {}};
    case JoinKind::inner:
      return {.pairs = true, .left = {}, .right = {}};
    case JoinKind::leftouter:
      return {.pairs = true, .left = {.unmatched = true}, .right = {}};
    case JoinKind::rightouter:
      return {.pairs = true, .left = {}, .right = {.unmatched = true}};
    case JoinKind::fullouter:
      return {.pairs = true, .left = {.unmatched = true}, .right = {.unmatched = true}};
    case JoinKind::leftsemi:
      return {.pairs = false, .left = {.matched = true}, .right = {}};
    case JoinKind::rightsemi:
      return {.pairs = false, .left = {}, .right = {.matched = true}};
    case JoinKind::leftanti:
      return {.pairs = false, .left = {.unmatched = true}, .right = {}};
    case JoinKind::rightanti:
      return {.pairs = false, .left = {}, .right = {.unmatched = true}};
  }
  return {};
}

using Rows = std::shared_ptr<std::vector<uint32_t>>;

// Of so many columns, the values of a batch fit into the processor's second cache.
constexpr size_t read_soon_max = 4;

// Marks that several threads may set.
bool set_mark(uint8_t& mark) { return std::atomic_ref(mark).exchange(1, std::memory_order_relaxed) != 0; }

// What the threads of a join share. Read-only once opened, but for the marks.
class Join {
 public:
  Join(const JoinNode& join_node, std::vector<StreamPtr> left, std::vector<StreamPtr> right, size_t probes,
       QueryContext& context)
      : node(join_node),
        query(context),
        rules(rules_of(join_node.join_kind)),
        key_numbers_(join_node),
        inputs(key_numbers_, std::move(left), std::move(right), context),
        open_probes(probes),
        charge_(context.memory, "join") {}

  // By the first probe that comes; the others wait.
  base::Status open() {
    const std::lock_guard lock(mutex_);
    if (!opened_) opened_ = read_and_build();
    return *opened_;
  }

  JoinSide probe_side() const { return build_side == JoinSide::left ? JoinSide::right : JoinSide::left; }
  const SideRules& rules_for(JoinSide side) const { return side == JoinSide::left ? rules.left : rules.right; }

  // The numbers of the keys stand behind the columns.
  std::vector<Vector> keys_of(const Batch& batch) const {
    return {batch.columns.end() - static_cast<std::ptrdiff_t>(key_numbers_.width()), batch.columns.end()};
  }

  // The build rows of a group.
  std::span<const uint32_t> rows_of(uint32_t group) const {
    return group == no_id ? std::span<const uint32_t>() : table.rows_of(group);
  }

  // Rows of one side; the other is null.
  Batch one_side(JoinSide side, const Batch& batch, const Rows& selection) const {
    Batch out;
    out.rows = selection->size();
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      const JoinOutput& column = node.outputs[i];
      out.columns.push_back(column.side == side ? batch.columns[column.column].select(selection)
                                                : columnar::constant_null(node.output[i].type, out.rows));
    }
    return out;
  }

  // The build rows that are answers without, or apart from, their pairs: once all probes have ended.
  Batch build_rows_at_end() const {
    const SideRules& side = rules_for(build_side);
    auto selection = std::make_shared<std::vector<uint32_t>>();
    base::StepWatch watch;
    for (uint32_t row = 0; row < matched.size() && watch.go_on(); ++row)
      if (matched[row] ? side.matched : side.unmatched) selection->push_back(row);
    return one_side(build_side, rows, selection);
  }

  const JoinNode& node;
  QueryContext& query;
  const Rules rules;

 private:
  JoinKeys key_numbers_;

 public:
  JoinInputs inputs;
  JoinSide build_side = JoinSide::right;
  Batch rows;  // of the build side
  JoinTable table;
  std::vector<const Vector*> read_soon;  // columns of `rows` whose values of a pair are on their way with it
  std::vector<uint8_t> matched;          // build rows with a match; empty when nobody asks
  std::vector<uint8_t> used;             // groups whose one probe row has come, when the probe side is unique
  std::atomic<size_t> open_probes;

 private:
  base::Status read_and_build() {
    TRY(inputs.read());
    build_side = inputs.build_side();
    rows = TRY(inputs.take_build_rows());
    return make_table();
  }

  base::Status make_table() {
    const SideRules& build = rules_for(build_side);
    TRY(charge_.set(JoinTable::bytes_to_build(rows.rows, key_numbers_.width())));
    TRY(table.build(keys_of(rows), rows.rows,
                    build.unique ? JoinTable::Keep::first_of_group : JoinTable::Keep::all_rows,
                    {static_cast<size_t>(query.threads), query.stop}));
    for (const JoinOutput& column : node.outputs)
      if (column.side == build_side && read_soon.size() < read_soon_max)
        read_soon.push_back(&rows.columns[column.column]);
    if (build.matched || build.unmatched) matched.resize(rows.rows);
    if (rules_for(probe_side()).unique) used.resize(table.size());
    return charge_.set(table.held_bytes() + static_cast<int64_t>(matched.size() + used.size()));
  }

  std::mutex mutex_;
  std::optional<base::Status> opened_;
  MemoryCharge charge_;
};

// One thread's part: the lanes first, first + step, …
class JoinStream final : public BatchStream {
 public:
  JoinStream(std::shared_ptr<Join> join, size_t first_lane, size_t step)
      : join_(std::move(join)), query_(join_->query), lane_(first_lane), step_(step) {}

  base::Result<std::optional<Batch>> next() override {
    if (join_ && !opened_) TRY(join_->open());
    opened_ = true;
    while (join_) {
      TRY(query_.stop.check());
      if (auto batch = emit_pairs()) return batch;
      if (auto batch = emit_probe_rows()) return batch;
      if (ended_) return rest();
      auto batch = TRY(next_probe_batch());
      if (batch) {
        match(std::move(*batch));
      } else {
        ended_ = true;
        batch_ = {};
        if (--join_->open_probes == 0) slices_ = Slices(join_->build_rows_at_end());
      }
    }
    return std::nullopt;
  }

 private:
  // Whoever is the last to end lets go of all that the join holds.
  std::optional<Batch> rest() {
    auto batch = slices_.next(query_.batch_rows);
    if (!batch) {
      slices_ = {};
      join_.reset();
    }
    return batch;
  }

  base::Result<std::optional<Batch>> next_probe_batch() {
    // Nothing to find: only unmatched probe rows are left to say.
    const bool needed = join_->rows.rows > 0 || join_->rules_for(join_->probe_side()).unmatched;
    for (; needed && lane_ < join_->inputs.lane_count(); lane_ += step_)
      if (auto batch = TRY(join_->inputs.next_probe_batch(lane_))) return batch;
    return std::nullopt;
  }

  // Looks up the batch's keys; emit_pairs() and emit_probe_rows() then hand on what follows from it.
  void match(Batch batch) {
    batch_ = std::move(batch);
    const JoinSide side = join_->probe_side();
    const SideRules& rules = join_->rules_for(side);
    join_->table.find(join_->keys_of(batch_), batch_.rows, groups_);
    if (rules.unique)
      for (uint32_t& group : groups_)
        if (group != no_id && set_mark(join_->used[group])) group = no_id;
    if (rules.unmatched || rules.matched || !join_->matched.empty()) mark_matches(rules);
    at_row_ = join_->rules.pairs ? 0 : batch_.rows;
    at_match_ = 0;
  }

  // What the rows say beside their pairs.
  void mark_matches(const SideRules& rules) {
    auto rows = std::make_shared<std::vector<uint32_t>>();
    for (uint32_t row = 0; row < batch_.rows; ++row) {
      const auto found = join_->rows_of(groups_[row]);
      if (found.empty() ? rules.unmatched : rules.matched) rows->push_back(row);
      if (!join_->matched.empty())
        for (const uint32_t build_row : found) set_mark(join_->matched[build_row]);
    }
    if (!rows->empty()) probe_rows_ = std::move(rows);
  }

  // Groups that come soon: where their rows are, and then these.
  void prefetch(size_t row) const {
    constexpr size_t far = 24, near = 12;
    if (row + far < groups_.size() && groups_[row + far] != no_id) join_->table.prefetch(groups_[row + far]);
    if (row + near < groups_.size() && groups_[row + near] != no_id) join_->table.prefetch_rows(groups_[row + near]);
  }

  std::optional<Batch> emit_pairs() {
    if (at_row_ >= batch_.rows) return std::nullopt;
    auto probe = std::make_shared<std::vector<uint32_t>>();
    auto build = std::make_shared<std::vector<uint32_t>>();
    probe->reserve(query_.batch_rows);
    build->reserve(query_.batch_rows);
    for (; at_row_ < batch_.rows; ++at_row_, at_match_ = 0) {
      prefetch(at_row_);
      const auto found = join_->rows_of(groups_[at_row_]);
      for (; at_match_ < found.size(); ++at_match_) {
        if (probe->size() == query_.batch_rows) return pairs(probe, build);
        probe->push_back(static_cast<uint32_t>(at_row_));
        build->push_back(found[at_match_]);
        for (const Vector* column : join_->read_soon) base::prefetch(column->address_of(found[at_match_]));
      }
    }
    if (probe->empty()) return std::nullopt;
    return pairs(probe, build);
  }

  Batch pairs(const Rows& probe, const Rows& build) const {
    Batch out;
    out.rows = probe->size();
    for (const JoinOutput& column : join_->node.outputs)
      out.columns.push_back(column.side == join_->build_side ? join_->rows.columns[column.column].select(build)
                                                             : batch_.columns[column.column].select(probe));
    return out;
  }

  std::optional<Batch> emit_probe_rows() {
    if (!probe_rows_) return std::nullopt;
    const Rows rows = std::exchange(probe_rows_, nullptr);
    return join_->one_side(join_->probe_side(), batch_, rows);
  }

  std::shared_ptr<Join> join_;  // null when all is said
  QueryContext& query_;
  size_t lane_;
  const size_t step_;
  bool opened_ = false, ended_ = false;
  Batch batch_;  // the probe rows at hand
  std::vector<uint32_t> groups_;
  size_t at_row_ = 0, at_match_ = 0;  // of the next pair
  Rows probe_rows_;
  Slices slices_;
};

}  // namespace

std::vector<StreamPtr> make_join(const JoinNode& node, std::vector<StreamPtr> left, std::vector<StreamPtr> right,
                                 size_t streams, QueryContext& query) {
  streams = std::min(streams, std::max(left.size(), right.size()));
  const auto join = std::make_shared<Join>(node, std::move(left), std::move(right), streams, query);
  std::vector<StreamPtr> probes;
  for (size_t i = 0; i < streams; ++i) probes.push_back(std::make_unique<JoinStream>(join, i, streams));
  return probes;
}

}  // namespace vedette::kql
