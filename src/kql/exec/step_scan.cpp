// scan: rows in order, tried against the steps from the last to the first.
// Source: kusto/query: scan-operator, "Scan logic".
//
// A step's state is what its sequence remembers: a row for each step up to its own, and the number of the match. A row
// that satisfies a step's condition moves the sequence of the step before to it, or replaces the step's own row.
#include "evaluator.h"
#include "operators.h"

namespace vedette::kql {
namespace {

using Output = StepScanNode::Output;
using Values = std::vector<Vector>;  // of one row

class StepScanStream final : public BatchStream {
 public:
  StepScanStream(const StepScanNode& node, StreamPtr input, QueryContext& query)
      : node_(node), input_(std::move(input)), query_(query), states_(node.steps.size()) {
    for (const StepScanNode::Step& step : node.steps) {
      conditions_.emplace_back(step.condition, query);
      assignments_.emplace_back();
      for (const auto& assignment : step.assignments) assignments_.back().emplace_back(assignment.value, query);
    }
    for (const columnar::Column& column : node.inputs[0]->output)
      unknown_.push_back(columnar::constant_null(column.type));
    unknown_.insert(unknown_.end(), node.defaults.begin(), node.defaults.end());
  }

  base::Result<std::optional<Batch>> next() override {
    while (true) {
      if (auto out = slices_.next(query_.batch_rows)) return out;
      if (done_) return std::nullopt;
      held_ = std::make_unique<HeldRows>(node_.output, query_.memory, "scan");
      if (const auto batch = TRY(input_->next())) {
        for (size_t row = 0; row < batch->rows; ++row) {
          if (row % 256 == 0) TRY(query_.stop.check());
          TRY(add(*batch, row));
        }
      } else {
        done_ = true;
        for (State& state : states_) TRY(emit_pending(state));
      }
      slices_ = Slices(held_->finish());
    }
  }

 private:
  struct State {
    bool active = false;
    std::vector<Values> rows;  // of the steps up to this one; empty when a step has none
    int64_t match = 0;
    bool pending = false;  // output=last: the last row has not been given yet
  };

  base::Status add(const Batch& batch, size_t row) {
    Values values;
    for (const Vector& column : batch.columns) values.push_back(column.slice(row, 1));
    for (size_t k = node_.steps.size(); k-- > 0;) TRY(try_step(k, values));
    return {};
  }

  base::Status try_step(size_t k, const Values& row) {
    if (k > 0 && states_[k - 1].active && TRY(holds(k, row, states_[k - 1]))) {
      TRY(emit_pending(states_[k]));
      TRY(emit_pending(states_[k - 1]));
      states_[k] = std::move(states_[k - 1]);
      states_[k - 1] = {};
      return remember(k, row);
    }
    State& own = states_[k];
    if (!own.active && k > 0) return {};
    if (!TRY(holds(k, row, own))) return {};
    if (!own.active) own.match = next_match_++;
    own.pending = false;  // another row of the series takes its place
    return remember(k, row);
  }

  // What an expression sees: the row, then what each step remembers.
  Batch seen(const Values& row, const State& state) const {
    Batch out;
    out.rows = 1;
    out.columns = row;
    for (size_t i = 0; i < node_.steps.size(); ++i) {
      const Values& known = i < state.rows.size() && !state.rows[i].empty() ? state.rows[i] : unknown_;
      out.columns.insert(out.columns.end(), known.begin(), known.end());
    }
    return out;
  }

  base::Result<bool> holds(size_t k, const Values& row, const State& state) {
    const Vector value = TRY(conditions_[k].evaluate(seen(row, state)));
    return !value.is_null(0) && value.view<uint8_t>()[0] != 0;
  }

  base::Status remember(size_t k, const Values& row) {
    State& state = states_[k];
    const Batch before = seen(row, state);
    Values extended = row;
    extended.insert(extended.end(), node_.defaults.begin(), node_.defaults.end());
    const auto& assignments = node_.steps[k].assignments;
    for (size_t i = 0; i < assignments.size(); ++i)
      extended[assignments[i].column] = TRY(assignments_[k][i].evaluate(before));
    for (Vector& value : extended) value = value.flattened();
    state.active = true;
    state.rows.resize(k + 1);
    state.rows[k] = std::move(extended);
    if (node_.steps[k].output == Output::all) return emit(state);
    state.pending = node_.steps[k].output == Output::last;
    return {};
  }

  base::Status emit_pending(State& state) {
    if (!state.pending) return {};
    state.pending = false;
    return emit(state);
  }

  base::Status emit(const State& state) {
    Batch out;
    out.rows = 1;
    out.columns = state.rows.back();
    if (node_.match_id) out.columns.push_back(columnar::constant_long(state.match));
    return held_->append(out);
  }

  const StepScanNode& node_;
  const StreamPtr input_;
  QueryContext& query_;
  std::vector<Evaluator> conditions_;
  std::vector<std::vector<Evaluator>> assignments_;
  Values unknown_;  // what a step without a row shows
  std::vector<State> states_;
  int64_t next_match_ = 0;
  std::unique_ptr<HeldRows> held_;
  Slices slices_;
  bool done_ = false;
};

}  // namespace

StreamPtr make_step_scan(const StepScanNode& node, StreamPtr input, QueryContext& query) {
  return std::make_unique<StepScanStream>(node, std::move(input), query);
}

}  // namespace vedette::kql
