// The leaves of the plan that read no table: values, range, subplan, apply-input.
#include <algorithm>
#include <cmath>

#include "evaluator.h"
#include "operators.h"

namespace vedette::kql {
namespace {

using base::ErrorCode;
using base::fail;
using columnar::Decimal;

class HeldStream final : public BatchStream {
 public:
  HeldStream(const Batch& rows, QueryContext& query) : slices_(rows), query_(query) {}
  base::Result<std::optional<Batch>> next() override {
    TRY(query_.stop.check());
    return slices_.next(query_.batch_rows);
  }

 private:
  Slices slices_;
  QueryContext& query_;
};

class SubplanStream final : public BatchStream {
 public:
  SubplanStream(const SubplanNode& node, QueryContext& query) : node_(node), query_(query) {}
  base::Result<std::optional<Batch>> next() override {
    TRY(query_.stop.check());
    if (!opened_) slices_ = Slices(*TRY(query_.subplan_rows(node_.index)));
    opened_ = true;
    return slices_.next(query_.batch_rows);
  }

 private:
  const SubplanNode& node_;
  QueryContext& query_;
  bool opened_ = false;
  Slices slices_;
};

// How many values from `from` on by `step` do not pass `to`.
template <class T>
double count_steps(T from, T to, T step) {
  if (step == 0) return 0;
  if constexpr (std::is_integral_v<T>) {
    const __int128 distance = static_cast<__int128>(to) - from;
    return distance != 0 && (distance < 0) != (step < 0) ? 0 : static_cast<double>(distance / step) + 1;
  } else {
    const double steps = (to - from) / step;
    return steps >= 0 ? std::floor(steps + 1e-9) + 1 : 0;
  }
}

// The value after `steps` steps; nullopt when that is no decimal.
std::optional<Decimal> after_steps(const Decimal& from, const Decimal& step, int64_t steps) {
  const auto distance = multiply(step, columnar::decimal_from_long(steps));
  return distance ? add(from, *distance) : std::nullopt;
}

// Nullopt when the distance or the count is no decimal.
std::optional<double> count_steps(const Decimal& from, const Decimal& to, const Decimal& step) {
  if (step.coefficient == 0) return 0;
  const auto distance = subtract(to, from);
  const auto quotient = distance ? divide(*distance, step) : std::nullopt;
  if (!quotient) return std::nullopt;
  if (quotient->coefficient < 0) return 0;
  const auto steps = to_long(*quotient);
  if (!steps || *steps > range_rows_max) return to_real(*quotient);
  // The quotient is rounded.
  const auto last = after_steps(from, step, *steps);
  const bool passes = last && (step.coefficient < 0 ? compare(*last, to) < 0 : compare(*last, to) > 0);
  return static_cast<double>(*steps) + (passes ? 0 : 1);
}

class RangeStream final : public BatchStream {
 public:
  RangeStream(const RangeNode& node, QueryContext& query) : node_(node), query_(query) {}

  base::Result<std::optional<Batch>> next() override {
    TRY(query_.stop.check());
    if (!opened_) TRY(open());
    if (at_ == count_) return std::nullopt;
    const int64_t rows = std::min(count_ - at_, static_cast<int64_t>(query_.batch_rows));
    Batch batch;
    batch.rows = static_cast<size_t>(rows);
    switch (node_.output[0].type) {
      case Type::int_:
        batch.columns.push_back(values<int32_t, uint64_t>(rows));
        break;
      case Type::real:
        batch.columns.push_back(values<double, double>(rows));
        break;
      case Type::decimal:
        batch.columns.push_back(TRY(decimals(rows)));
        break;
      default:
        batch.columns.push_back(values<int64_t, uint64_t>(rows));
    }
    at_ += rows;
    return batch;
  }

 private:
  base::Status open() {
    opened_ = true;
    from_ = TRY(Evaluator(node_.from, query_).evaluate_constant());
    const Vector to = TRY(Evaluator(node_.to, query_).evaluate_constant());
    step_ = TRY(Evaluator(node_.step, query_).evaluate_constant());
    if (from_.is_null(0) || to.is_null(0) || step_.is_null(0)) return {};
    const double count = TRY(count_up_to(to));
    if (count > static_cast<double>(range_rows_max))
      return base::Error(ErrorCode::limit_exceeded,
                         "range would have more than " + std::to_string(range_rows_max) + " rows.", node_.span);
    count_ = static_cast<int64_t>(count);
    return {};
  }

  base::Result<double> count_up_to(const Vector& to) const {
    switch (node_.output[0].type) {
      case Type::real:
        return count_steps(first<double>(from_), first<double>(to), first<double>(step_));
      case Type::decimal: {
        const auto count = count_steps(first<Decimal>(from_), first<Decimal>(to), first<Decimal>(step_));
        return count ? base::Result<double>(*count) : no_decimal();
      }
      default:
        return count_steps(integer(from_), integer(to), integer(step_));
    }
  }

  base::Error no_decimal() const {
    return {ErrorCode::limit_exceeded, "The values of range do not fit into a decimal.", node_.span};
  }

  template <class T>
  static T first(const Vector& vector) {
    return vector.view<T>()[0];
  }
  static int64_t integer(const Vector& vector) {
    return vector.type() == Type::int_ ? first<int32_t>(vector) : first<int64_t>(vector);
  }

  // Whole numbers are unsigned while they are computed: a product that wraps comes back with the sum.
  template <class T, class Wide>
  Vector values(int64_t rows) {
    Wide from{}, step{};
    if constexpr (std::is_same_v<Wide, double>)
      from = first<double>(from_), step = first<double>(step_);
    else
      from = static_cast<Wide>(integer(from_)), step = static_cast<Wide>(integer(step_));
    columnar::VectorBuilder out(node_.output[0].type);
    T* values = out.resize<T>(static_cast<size_t>(rows));
    for (int64_t i = 0; i < rows; ++i) values[i] = static_cast<T>(from + static_cast<Wide>(at_ + i) * step);
    return out.finish();
  }

  base::Result<Vector> decimals(int64_t rows) {
    columnar::VectorBuilder out(Type::decimal);
    Decimal* values = out.resize<Decimal>(static_cast<size_t>(rows));
    const Decimal from = first<Decimal>(from_), step = first<Decimal>(step_);
    for (int64_t i = 0; i < rows; ++i) {
      const auto value = after_steps(from, step, at_ + i);
      if (!value) return no_decimal();
      values[i] = *value;
    }
    return out.finish();
  }

  const RangeNode& node_;
  QueryContext& query_;
  bool opened_ = false;
  Vector from_, step_;
  int64_t at_ = 0, count_ = 0;
};

}  // namespace

StreamPtr make_values(const ValuesNode& node, QueryContext& query) {
  return std::make_unique<HeldStream>(node.rows, query);
}
StreamPtr make_apply_input(const Batch& rows, QueryContext& query) { return std::make_unique<HeldStream>(rows, query); }
StreamPtr make_subplan(const SubplanNode& node, QueryContext& query) {
  return std::make_unique<SubplanStream>(node, query);
}
StreamPtr make_range(const RangeNode& node, QueryContext& query) { return std::make_unique<RangeStream>(node, query); }

}  // namespace vedette::kql
