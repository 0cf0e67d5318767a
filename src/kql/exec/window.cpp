// The functions that look at neighbouring rows: row_number, prev, next, row_cumsum, row_rank_…, row_window_session.
// Source: kusto/query: window-functions.
#include <cmath>

#include "evaluator.h"
#include "operators.h"
#include "vedette/columnar/native_type.h"

namespace vedette::kql {
namespace {

using columnar::Decimal;
using columnar::VectorBuilder;

bool restarts(const Vector& restart, size_t row) { return !restart.is_null(row) && restart.view<uint8_t>()[row]; }

int64_t first_long(const Vector& constant) { return constant.is_null(0) ? 0 : constant.view<int64_t>()[0]; }

Vector row_number(std::span<const Vector> arguments, size_t rows) {
  VectorBuilder out(Type::long_);
  auto* values = out.resize<int64_t>(rows);
  const auto start = static_cast<uint64_t>(first_long(arguments[0]));
  uint64_t number = start;  // wraps, as a long does
  for (size_t row = 0; row < rows; ++row) {
    if (row > 0) number = restarts(arguments[1], row) ? start : number + 1;
    values[row] = static_cast<int64_t>(number);
  }
  return out.finish();
}

bool same_term(const Vector& term, size_t a, size_t b) {
  if (term.is_null(a) || term.is_null(b)) return term.is_null(a) && term.is_null(b);
  return columnar::with_native_type(term.type(), [&]<class T>() {
    const auto view = term.view<T>();
    if constexpr (std::is_same_v<T, columnar::Dynamic>)
      return equal(view[a], view[b]);
    else if constexpr (std::is_same_v<T, Decimal>)
      return compare(view[a], view[b]) == 0;
    else
      return view[a] == view[b];
  });
}

enum class Rank : uint8_t { dense, min };

Vector row_rank(std::span<const Vector> arguments, size_t rows, Rank kind) {
  VectorBuilder out(Type::long_);
  auto* values = out.resize<int64_t>(rows);
  int64_t rank = 1, position = 1;
  for (size_t row = 0; row < rows; ++row) {
    if (row == 0 || restarts(arguments[1], row)) {
      rank = position = 1;
    } else {
      ++position;
      if (!same_term(arguments[0], row, row - 1)) rank = kind == Rank::dense ? rank + 1 : position;
    }
    values[row] = rank;
  }
  return out.finish();
}

// prev(value, offset): the value `offset` rows before; next: behind.
Vector shifted(std::span<const Vector> arguments, size_t rows, int64_t direction) {
  const Vector& value = arguments[0];
  constexpr int64_t beyond_all_rows = int64_t{1} << 62;
  const int64_t offset = direction * std::clamp(first_long(arguments[1]), -beyond_all_rows, beyond_all_rows);
  const Vector& other = arguments[2];
  VectorBuilder out(value.type(), rows);
  out.keep_alive(value);
  out.keep_alive(other);
  columnar::with_native_type(value.type(), [&]<class T>() {
    const auto view = value.view<T>();
    const auto default_view = other.view<T>();
    for (size_t row = 0; row < rows; ++row) {
      const int64_t from = static_cast<int64_t>(row) + offset;
      const bool inside = from >= 0 && from < static_cast<int64_t>(rows);
      const size_t at = inside ? static_cast<size_t>(from) : row;
      if (inside ? view.is_null(at) : default_view.is_null(at))
        out.append_null();
      else
        out.append<T>(inside ? view[at] : default_view[at]);
    }
  });
  return out.finish();
}

template <class T>
bool add_to(T& sum, const T& term) {
  if constexpr (std::is_integral_v<T>) return !__builtin_add_overflow(sum, term, &sum);
  if constexpr (std::is_same_v<T, double>) sum += term;
  if constexpr (std::is_same_v<T, Decimal>) {
    const auto total = columnar::add(sum, term);
    if (total) sum = *total;
    return total.has_value();
  }
  return true;
}

// A null adds nothing; a sum that overflows is null until the next restart.
template <class T>
void cumulate(const Vector& term, const Vector& restart, VectorBuilder& out) {
  const auto view = term.view<T>();
  T sum{};
  bool overflown = false;
  for (size_t row = 0; row < term.size(); ++row) {
    if (row > 0 && restarts(restart, row)) sum = T{}, overflown = false;
    if (!view.is_null(row) && !overflown) overflown = !add_to(sum, view[row]);
    if (overflown)
      out.append_null();
    else
      out.append(sum);
  }
}

base::Result<Vector> row_cumsum(std::span<const Vector> arguments, size_t rows) {
  const Vector& term = arguments[0];
  VectorBuilder out(term.type(), rows);
  switch (term.type()) {
    case Type::int_:
      cumulate<int32_t>(term, arguments[1], out);
      break;
    case Type::long_:
    case Type::timespan:
      cumulate<int64_t>(term, arguments[1], out);
      break;
    case Type::real:
      cumulate<double>(term, arguments[1], out);
      break;
    case Type::decimal:
      cumulate<Decimal>(term, arguments[1], out);
      break;
    default:
      return base::fail(base::ErrorCode::not_supported, "row_cumsum() of this type is not supported.");
  }
  return out.finish();
}

// The start of the session a row belongs to: a new one begins where asked, after a null, and where the time reaches the
// distance from the session's start or from the row before. A null time has no session.
Vector row_window_session(std::span<const Vector> arguments, size_t rows) {
  const auto time = arguments[0].view<int64_t>();
  const int64_t from_first_max = first_long(arguments[1]), between_max = first_long(arguments[2]);
  VectorBuilder out(Type::datetime, rows);
  std::optional<int64_t> start, previous;
  for (size_t row = 0; row < rows; ++row) {
    if (time.is_null(row)) {
      start.reset();
      out.append_null();
      continue;
    }
    const int64_t now = time[row];
    if (!start || restarts(arguments[3], row) || now - *start >= from_first_max || now - *previous >= between_max)
      start = now;
    previous = now;
    out.append(*start);
  }
  return out.finish();
}

base::Result<Vector> compute(const WindowCall& call, std::span<const Vector> arguments, size_t rows) {
  switch (call.function) {
    case WindowFunction::row_number:
      return row_number(arguments, rows);
    case WindowFunction::row_rank_dense:
      return row_rank(arguments, rows, Rank::dense);
    case WindowFunction::row_rank_min:
      return row_rank(arguments, rows, Rank::min);
    case WindowFunction::prev:
      return shifted(arguments, rows, -1);
    case WindowFunction::next:
      return shifted(arguments, rows, 1);
    case WindowFunction::row_cumsum:
      return row_cumsum(arguments, rows);
    case WindowFunction::row_window_session:
      return row_window_session(arguments, rows);
  }
  return base::fail(base::ErrorCode::internal, "An unknown window function.");
}

class WindowStream final : public BatchStream {
 public:
  WindowStream(const WindowNode& node, StreamPtr input, QueryContext& query)
      : node_(node),
        input_(std::move(input)),
        query_(query),
        held_(node.inputs[0]->output, query.memory, "serialize"),
        charge_(query.memory, "serialize") {}

  base::Result<std::optional<Batch>> next() override {
    if (!done_) TRY(collect());
    TRY(query_.stop.check());
    return slices_.next(query_.batch_rows);
  }

 private:
  base::Status collect() {
    done_ = true;
    while (const auto batch = TRY(input_->next())) {
      TRY(query_.stop.check());
      TRY(held_.append(*batch));
    }
    Batch rows = held_.finish();
    if (rows.rows == 0) return {};
    const Batch input = rows;
    int64_t bytes = 0;
    for (const WindowCall& call : node_.calls) {
      auto evaluators = make_evaluators(call.arguments, query_);
      rows.columns.push_back(TRY(compute(call, TRY(evaluate_all(evaluators, input)), rows.rows)));
      bytes += static_cast<int64_t>(rows.rows * columnar::native_size(call.type));
      TRY(charge_.set(bytes));
    }
    slices_ = Slices(std::move(rows));
    return {};
  }

  const WindowNode& node_;
  const StreamPtr input_;
  QueryContext& query_;
  HeldRows held_;
  MemoryCharge charge_;
  bool done_ = false;
  Slices slices_;
};

}  // namespace

StreamPtr make_window(const WindowNode& node, StreamPtr input, QueryContext& query) {
  return std::make_unique<WindowStream>(node, std::move(input), query);
}

}  // namespace vedette::kql
