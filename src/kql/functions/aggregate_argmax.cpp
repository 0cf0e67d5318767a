// arg_max, arg_min and take_any: one whole row a group. Source: kusto/query, the page of each aggregation function.
#include "aggregate_optimum.h"
#include "families.h"

namespace vedette::kql {
namespace {

using base::Result;
using base::Status;

template <class Better>
Result<std::unique_ptr<Accumulator>> make_optimum(const BoundAggregate& call, std::optional<size_t> condition) {
  const auto make = [&]<class T>(T) -> Result<std::unique_ptr<Accumulator>> {
    return make_accumulator<Optimum<T, Better>>(call.result_types, condition);
  };
  switch (call.argument_types[0]) {
    case Type::bool_:
      return make(uint8_t{});
    case Type::int_:
      return make(int32_t{});
    case Type::long_:
    case Type::datetime:
    case Type::timespan:
      return make(int64_t{});
    case Type::real:
      return make(double{});
    case Type::decimal:
      return make(columnar::Decimal{});
    case Type::string:
      return make(std::string_view{});
    case Type::guid:
      return make(base::Guid{});
    case Type::dynamic:
      break;
  }
  return base::fail(base::ErrorCode::not_supported, "Values of type dynamic have no order.");
}

// The first row there is; of a single column, the first whose value is neither null nor empty.
class AnyRow final : public Accumulator {
 public:
  AnyRow(std::vector<Type> columns, std::optional<size_t> condition)
      : columns_(columns.size()), condition_(condition), rows_(std::move(columns)) {}

  Status update(const CallContext&, std::span<const Vector> arguments, std::span<const uint32_t> groups,
                size_t group_count) override {
    offer(arguments, groups, CountedRows(arguments, condition_), group_count);
    return {};
  }
  Status merge(Accumulator& other, std::span<const uint32_t> groups, size_t group_count) override {
    KeptRows::Live theirs = static_cast<AnyRow&>(other).rows_.live();
    for (uint32_t& group : theirs.groups) group = groups[group];
    offer(theirs.columns, theirs.groups, CountedRows(theirs.columns, std::nullopt), group_count);
    return {};
  }
  Result<std::vector<Vector>> finish(const CallContext&, size_t group_count) override {
    return rows_.finish(group_count);
  }
  int64_t held_bytes() const override { return rows_.held_bytes() + static_cast<int64_t>(state_.capacity()); }

 private:
  enum State : uint8_t { nothing, poor, good };

  // Of several columns every row is as good as another.
  bool is_good(std::span<const Vector> values, size_t row) const {
    if (columns_ > 1) return true;
    if (values[0].is_null(row)) return false;
    if (values[0].type() == Type::string) return !values[0].view<std::string_view>()[row].empty();
    if (values[0].type() != Type::dynamic) return true;
    const columnar::Dynamic& value = values[0].view<columnar::Dynamic>()[row];
    return value.kind() != columnar::DynamicKind::string || !value.text().empty();
  }

  void offer(std::span<const Vector> values, std::span<const uint32_t> groups, const CountedRows& counted,
             size_t group_count) {
    state_.resize(group_count);
    rows_.begin(group_count);
    for (size_t row = 0; row < groups.size(); ++row) {
      uint8_t& state = state_[groups[row]];
      if (state == good || !counted.contains(row)) continue;
      const State offered = is_good(values, row) ? good : poor;
      if (offered <= state) continue;
      state = offered;
      rows_.choose(groups[row], static_cast<uint32_t>(row));
    }
    rows_.end(values.first(columns_), [](uint32_t) {});
  }

  size_t columns_;
  std::optional<size_t> condition_;
  KeptRows rows_;
  std::vector<uint8_t> state_;
};

template <bool Largest>
Result<std::unique_ptr<Accumulator>> make_arg(const BoundAggregate& call) {
  return make_optimum<Extreme<Largest>>(call, std::nullopt);
}

template <bool Conditional>
Result<std::unique_ptr<Accumulator>> make_any(const BoundAggregate& call) {
  return make_accumulator<AnyRow>(call.result_types, Conditional ? std::optional<size_t>(1) : std::nullopt);
}

constexpr AggregateFunction aggregate_argmax_table[] = {
    {"arg_max", "(scalar, *) -> $1", "max", Naming::argument, make_arg<true>, "The row with the greatest value."},
    {"arg_min", "(scalar, *) -> $1", "min", Naming::argument, make_arg<false>, "The row with the least value."},
    {"argmax", "(scalar, *) -> $1", "max", Naming::argument, make_arg<true>, "As arg_max."},
    {"argmin", "(scalar, *) -> $1", "min", Naming::argument, make_arg<false>, "As arg_min."},
    {"take_any", "(scalar, *) -> $1", "any", Naming::argument, make_any<false>, "Any row."},
    {"any", "(scalar, *) -> $1", "any", Naming::prefix_of_argument, make_any<false>, "As take_any."},
    {"take_anyif", "(scalar, bool) -> $1", "any", Naming::argument, make_any<true>, "Any row of some."},
    {"anyif", "(scalar, bool) -> $1", "anyif", Naming::prefix_of_argument, make_any<true>, "As take_anyif."},
};

}  // namespace

std::span<const AggregateFunction> argmax_aggregates() { return aggregate_argmax_table; }

}  // namespace vedette::kql
