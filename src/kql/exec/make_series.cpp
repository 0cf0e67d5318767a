// make-series: aggregates by key and axis bin, laid out as one array a key.
//
// Bin b of a series spans [origin + b·step, origin + (b + 1)·step); the origin is `from`, or zero, so that bins are
// aligned as bin() aligns them. Without `from` or `to` a series reaches from its first to its last bin with data.
// Source: kusto/query: make-series-operator.
#include <algorithm>
#include <cmath>
#include <limits>

#include "aggregation.h"
#include "dynamic_values.h"
#include "key_table.h"
#include "operators.h"

namespace vedette::kql {
namespace {

using base::ErrorCode;
using columnar::Dynamic;

constexpr int64_t series_length_max = 1'048'576;
constexpr size_t cells_between_checks = 65'536;

// Numbers of bins stay below this, so that the number after one and the distance of two are numbers too.
constexpr int64_t bin_number_max = int64_t{1} << 61;

// The axis as numbers: exact for whole ones, doubles for real. Numbers of bins are null where there is no such bin: too
// far from the origin, or beginning before the least number.
template <class T>
struct Axis {
  using Wide = std::conditional_t<std::is_integral_v<T>, __int128, double>;

  std::optional<T> from, to;
  T step{};

  Wide origin() const { return from.value_or(T{}); }
  bool contains(T value) const { return value == value && !(from && value < *from) && !(to && value >= *to); }
  std::optional<int64_t> bin(T value) const {
    const Wide number = floor_of_steps(value - origin());
    return first_of(number) < std::numeric_limits<T>::lowest() ? std::nullopt : narrow(number);
  }
  T start(int64_t bin_number) const { return static_cast<T>(first_of(bin_number)); }
  // One past the last bin that begins before `to`.
  std::optional<int64_t> end_bin() const {
    const Wide last = floor_of_steps(*to - origin());
    return narrow(first_of(last) < *to ? last + 1 : last);
  }

 private:
  Wide first_of(Wide bin_number) const { return origin() + bin_number * step; }
  Wide floor_of_steps(Wide distance) const {
    if constexpr (std::is_integral_v<T>) return distance / step - (distance % step < 0 ? 1 : 0);
    if constexpr (!std::is_integral_v<T>) return std::floor(distance / step);
  }
  static std::optional<int64_t> narrow(Wide number) {
    if (!(number > -bin_number_max && number < bin_number_max)) return std::nullopt;
    return static_cast<int64_t>(number);
  }
};

template <class T>
T number_at(const Vector& values, size_t row) {
  switch (values.type()) {
    case Type::int_:
      return static_cast<T>(values.view<int32_t>()[row]);
    case Type::real:
      return static_cast<T>(values.view<double>()[row]);
    default:
      return static_cast<T>(values.view<int64_t>()[row]);
  }
}

template <class T>
Dynamic axis_value(Type type, T value) {
  if constexpr (std::is_same_v<T, double>) return Dynamic::of(value);
  if (type == Type::datetime) return Dynamic::datetime(static_cast<int64_t>(value));
  if (type == Type::timespan) return Dynamic::timespan(static_cast<int64_t>(value));
  return Dynamic::of(static_cast<int64_t>(value));
}

std::vector<Type> key_types(const MakeSeriesNode& node) {
  std::vector<Type> types;
  for (const BoundExpression& key : node.keys) types.push_back(key.type);
  return types;
}

constexpr Type cell_types[] = {Type::long_, Type::long_};

template <class T>
class MakeSeriesStream final : public BatchStream {
 public:
  MakeSeriesStream(const MakeSeriesNode& node, StreamPtr input, QueryContext& query)
      : node_(node),
        input_(std::move(input)),
        query_(query),
        keys_(make_evaluators(node.keys, query)),
        axis_expression_(node.axis, query),
        series_table_(key_types(node)),
        cells_(cell_types),
        charge_(query.memory, "make-series") {
    for (const AggregateCall& call : node.aggregates) aggregations_.emplace_back(call, query);
  }

  base::Result<std::optional<Batch>> next() override {
    if (!done_) TRY(run());
    TRY(query_.stop.check());
    return slices_.next(query_.batch_rows);
  }

 private:
  struct Range {
    int64_t begin = std::numeric_limits<int64_t>::max(), end = std::numeric_limits<int64_t>::min();
  };

  base::Status run() {
    done_ = true;
    TRY(read_axis());
    for (Aggregation& aggregation : aggregations_) TRY(aggregation.create());
    while (const auto batch = TRY(input_->next())) {
      TRY(query_.stop.check());
      TRY(add(*batch));
    }
    if (series_table_.size() == 0 && node_.nonempty && node_.keys.empty()) {
      std::vector<uint32_t> groups;
      series_table_.find_or_add({}, 1, groups);
      ranges_.resize(1);
    }
    return finish();
  }

  base::Status read_axis() {
    axis_.from = TRY(bound(node_.from, "from"));
    axis_.to = TRY(bound(node_.to, "to"));
    const auto step = TRY(bound(node_.step, "step"));
    if (!step || !(*step > T{}) || *step > std::numeric_limits<T>::max())
      return base::Error(ErrorCode::semantic_error, "The step of make-series must be positive and finite.", node_.span);
    axis_.step = *step;
    if (axis_.to) {
      const auto end = axis_.end_bin();
      if (!end) return too_far();
      end_ = *end;
    }
    if (axis_.from && axis_.to && number_of_bins(bins_of({})) > series_length_max) return too_long();
    return {};
  }

  base::Result<std::optional<T>> bound(const std::optional<BoundExpression>& expression, const char* name) {
    if (!expression) return std::optional<T>();
    const Vector value = TRY(Evaluator(*expression, query_).evaluate_constant());
    if (value.is_null(0))
      return base::Error(ErrorCode::semantic_error, std::string("'") + name + "' of make-series is null.", node_.span);
    return std::optional<T>(number_at<T>(value, 0));
  }

  base::Error too_long() const {
    return base::Error(ErrorCode::limit_exceeded,
                       "make-series would make series of more than " + std::to_string(series_length_max) + " values.",
                       node_.span);
  }

  base::Error too_far() const {
    return base::Error(
        ErrorCode::limit_exceeded,
        "make-series would have a bin that is more than 2^61 steps away, or begins before the least number.",
        node_.span);
  }

  // Rows outside the axis' bounds, or without a place on it, do not count.
  base::Status add(const Batch& all) {
    const Vector axis = TRY(axis_expression_.evaluate(all));
    auto rows = std::make_shared<std::vector<uint32_t>>();
    columnar::VectorBuilder bins(Type::long_, all.rows);
    for (uint32_t row = 0; row < all.rows; ++row) {
      if (axis.is_null(row) || !axis_.contains(number_at<T>(axis, row))) continue;
      const auto bin = axis_.bin(number_at<T>(axis, row));
      if (!bin) return too_far();
      rows->push_back(row);
      bins.append(*bin);
    }
    if (rows->empty()) return {};
    const Batch batch = all.select(rows);
    series_table_.find_or_add(TRY(evaluate_all(keys_, batch)), batch.rows, groups_);
    ranges_.resize(series_table_.size());
    const Vector bin_numbers = bins.finish();
    columnar::VectorBuilder series_numbers(Type::long_, batch.rows);
    for (size_t row = 0; row < batch.rows; ++row) {
      Range& range = ranges_[groups_[row]];
      const int64_t bin = bin_numbers.view<int64_t>()[row];
      range.begin = std::min(range.begin, bin);
      range.end = std::max(range.end, bin + 1);
      series_numbers.append(static_cast<int64_t>(groups_[row]));
    }
    const Vector cell_keys[] = {series_numbers.finish(), bin_numbers};
    cells_.find_or_add(cell_keys, batch.rows, groups_);
    int64_t bytes = cells_.held_bytes() + series_table_.held_bytes();
    for (Aggregation& aggregation : aggregations_) {
      TRY(aggregation.update(batch, groups_, cells_.size()));
      bytes += aggregation.held_bytes();
    }
    return charge_.set(bytes);
  }

  Range bins_of(const Range& data) const { return {axis_.from ? 0 : data.begin, axis_.to ? end_ : data.end}; }
  static int64_t number_of_bins(const Range& range) { return range.end > range.begin ? range.end - range.begin : 0; }

  base::Status finish() {
    Batch out;
    out.rows = series_table_.size();
    out.columns = series_table_.keys();
    std::vector<Range> bins;
    int64_t values = 0;
    for (const Range& range : ranges_) {
      bins.push_back(bins_of(range));
      if (number_of_bins(bins.back()) > series_length_max) return too_long();
      values += number_of_bins(bins.back());
    }
    const auto arrays = static_cast<int64_t>(node_.series.size() + 1);
    TRY(charge_.set(charge_.bytes() + values * arrays * static_cast<int64_t>(sizeof(Dynamic))));
    const Batch results = TRY(results_of_cells());
    for (const MakeSeriesNode::Series& series : node_.series)
      out.columns.push_back(TRY(series_arrays(series, results, bins)));
    out.columns.push_back(TRY(axis_arrays(bins)));
    slices_ = Slices(std::move(out));
    return {};
  }

  base::Result<Batch> results_of_cells() {
    Batch out;
    out.rows = cells_.size();
    for (Aggregation& aggregation : aggregations_)
      for (Vector& result : TRY(aggregation.finish(out.rows))) out.columns.push_back(std::move(result));
    return out;
  }

  base::Result<Vector> series_arrays(const MakeSeriesNode::Series& series, const Batch& results,
                                     const std::vector<Range>& bins) {
    const Vector values = TRY(Evaluator(series.value, query_).evaluate(results));
    const Vector missing = TRY(Evaluator(series.default_value, query_).evaluate_constant());
    columnar::VectorBuilder out(Type::dynamic, bins.size());
    const Dynamic default_value = to_dynamic(missing, 0, out.arena());
    std::vector<std::span<Dynamic>> arrays;
    for (const Range& range : bins) {
      TRY(query_.stop.check());
      const auto length = static_cast<size_t>(number_of_bins(range));
      arrays.emplace_back(out.arena().template allocate_array<Dynamic>(length), length);
      std::fill(arrays.back().begin(), arrays.back().end(), default_value);
    }
    const std::vector<Vector> cells = cells_.keys();
    for (size_t cell = 0; cell < cells_.size(); ++cell) {
      if (cell % cells_between_checks == 0) TRY(query_.stop.check());
      const auto number = static_cast<size_t>(cells[0].view<int64_t>()[cell]);
      const int64_t place = cells[1].view<int64_t>()[cell] - bins[number].begin;
      arrays[number][static_cast<size_t>(place)] = to_dynamic(values, cell, out.arena());
    }
    for (const auto& array : arrays) out.append(Dynamic::array(array));
    return out.finish();
  }

  base::Result<Vector> axis_arrays(const std::vector<Range>& bins) const {
    columnar::VectorBuilder out(Type::dynamic, bins.size());
    for (const Range& range : bins) {
      TRY(query_.stop.check());
      const auto length = static_cast<size_t>(number_of_bins(range));
      auto* values = out.arena().template allocate_array<Dynamic>(length);
      for (size_t i = 0; i < length; ++i)
        values[i] = axis_value(node_.axis.type, axis_.start(range.begin + static_cast<int64_t>(i)));
      out.append(Dynamic::array({values, length}));
    }
    return out.finish();
  }

  const MakeSeriesNode& node_;
  const StreamPtr input_;
  QueryContext& query_;
  std::vector<Evaluator> keys_;
  Evaluator axis_expression_;
  Axis<T> axis_;
  int64_t end_ = 0;        // the axis' end bin, when it has one
  KeyTable series_table_;  // keys → series
  KeyTable cells_;         // (series, bin) → group of the aggregates
  std::vector<Range> ranges_;
  std::vector<Aggregation> aggregations_;
  std::vector<uint32_t> groups_;
  MemoryCharge charge_;
  bool done_ = false;
  Slices slices_;
};

}  // namespace

StreamPtr make_make_series(const MakeSeriesNode& node, StreamPtr input, QueryContext& query) {
  const bool real = node.axis.type == Type::real || node.step.type == Type::real;
  if (real) return std::make_unique<MakeSeriesStream<double>>(node, std::move(input), query);
  return std::make_unique<MakeSeriesStream<int64_t>>(node, std::move(input), query);
}

}  // namespace vedette::kql
