// count, sum, min, max, binary_all_and and their like. Source: kusto/query, the page of each aggregation function.
// Nulls are skipped. Of no value, sums are 0 and all else is null.
#include "aggregate_optimum.h"
#include "families.h"

namespace vedette::kql {
namespace {

using base::Result;
using base::Status;
using columnar::Decimal;

class Count final : public Accumulator {
 public:
  explicit Count(bool has_condition) : has_condition_(has_condition) {}

  Status update(const CallContext&, std::span<const Vector> arguments, std::span<const uint32_t> groups,
                size_t group_count) override {
    counts_.resize(group_count);
    if (!has_condition_) {
      for (size_t row = 0; row < groups.size();) {  // neighbours are often of one group
        const size_t first = row;
        while (++row < groups.size() && groups[row] == groups[first]) continue;
        counts_[groups[first]] += static_cast<int64_t>(row - first);
      }
      return {};
    }
    const CountedRows counted(arguments, size_t{0});
    for (size_t row = 0; row < groups.size(); ++row)
      if (counted.contains(row)) ++counts_[groups[row]];
    return {};
  }
  Status merge(Accumulator& other, std::span<const uint32_t> groups, size_t group_count) override {
    counts_.resize(group_count);
    const auto& theirs = static_cast<Count&>(other).counts_;
    for (size_t i = 0; i < theirs.size(); ++i) counts_[groups[i]] += theirs[i];
    return {};
  }
  Result<std::vector<Vector>> finish(const CallContext&, size_t group_count) override {
    counts_.resize(group_count);
    columnar::VectorBuilder out(Type::long_, group_count);
    for (const int64_t count : counts_) out.append<int64_t>(count);
    return single(out.finish());
  }
  int64_t held_bytes() const override { return static_cast<int64_t>(counts_.capacity() * sizeof(int64_t)); }

 private:
  bool has_condition_;
  std::vector<int64_t> counts_;
};

// One value a group, combined with each further one.
template <class T, class Combine, bool ZeroWhenEmpty>
class Fold final : public Accumulator {
 public:
  Fold(Type type, bool has_condition) : type_(type), has_condition_(has_condition) {}

  Status update(const CallContext&, std::span<const Vector> arguments, std::span<const uint32_t> groups,
                size_t group_count) override {
    grow(group_count);
    const auto view = arguments[0].view<T>();
    const CountedRows counted(arguments, has_condition_ ? std::optional<size_t>(1) : std::nullopt);
    bool fits = true;
    for (size_t row = 0; row < groups.size(); ++row)
      if (!view.is_null(row) && counted.contains(row)) fits = add(groups[row], view[row]) && fits;
    return fits ? Status() : too_large();
  }
  Status merge(Accumulator& other, std::span<const uint32_t> groups, size_t group_count) override {
    grow(group_count);
    auto& theirs = static_cast<Fold&>(other);
    bool fits = true;
    for (size_t i = 0; i < theirs.values_.size(); ++i)
      if (theirs.known_[i]) fits = add(groups[i], theirs.values_[i]) && fits;
    return fits ? Status() : too_large();
  }
  Result<std::vector<Vector>> finish(const CallContext&, size_t group_count) override {
    grow(group_count);
    columnar::VectorBuilder out(type_);
    T* values = out.resize<T>(group_count);
    for (size_t i = 0; i < group_count; ++i) {
      if (known_[i] || ZeroWhenEmpty)
        values[i] = values_[i];
      else
        out.set_null(i);
    }
    return single(out.finish());
  }
  int64_t held_bytes() const override { return static_cast<int64_t>(values_.capacity() * (sizeof(T) + 1)); }

 private:
  void grow(size_t group_count) {
    values_.resize(group_count);
    known_.resize(group_count);
  }
  static base::Error too_large() {
    return base::fail(base::ErrorCode::limit_exceeded, "A sum does not fit into its type.");
  }
  bool add(uint32_t group, const T& value) {
    if (known_[group]) return Combine::of(values_[group], value);
    known_[group] = 1;
    values_[group] = value;
    return true;
  }

  Type type_;
  bool has_condition_;
  std::vector<T> values_;
  std::vector<uint8_t> known_;
};

struct Sum {
  static bool of(int64_t& total, int64_t value) { return !__builtin_add_overflow(total, value, &total); }
  static bool of(double& total, double value) { return total += value, true; }
  static bool of(Decimal& total, const Decimal& value) {
    const auto sum = columnar::add(total, value);
    if (sum) total = *sum;
    return sum.has_value();
  }
};

template <bool Largest>
struct Best {
  template <class T>
  static bool of(T& best, const T& value) {
    if (Extreme<Largest>::than(value, best)) best = value;
    return true;
  }
};

template <char Operator>
struct Bits {
  static bool of(int64_t& all, int64_t value) {
    all = Operator == '&' ? all & value : Operator == '|' ? all | value : all ^ value;
    return true;
  }
};

template <bool Conditional>
Result<std::unique_ptr<Accumulator>> make_count(const BoundAggregate&) {
  return make_accumulator<Count>(Conditional);
}

template <bool Conditional>
Result<std::unique_ptr<Accumulator>> make_sum(const BoundAggregate& call) {
  const Type type = call.result_types[0];
  if (type == Type::real) return make_accumulator<Fold<double, Sum, true>>(type, Conditional);
  if (type == Type::decimal) return make_accumulator<Fold<Decimal, Sum, true>>(type, Conditional);
  return make_accumulator<Fold<int64_t, Sum, true>>(type, Conditional);
}

template <bool Largest, bool Conditional>
Result<std::unique_ptr<Accumulator>> make_extreme(const BoundAggregate& call) {
  const Type type = call.result_types[0];
  const auto make = [&]<class T>(T) { return make_accumulator<Fold<T, Best<Largest>, false>>(type, Conditional); };
  switch (type) {
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
      return make(Decimal{});
    case Type::string:
    case Type::guid:
    case Type::dynamic:
      break;
  }
  return make_accumulator<Optimum<std::string_view, Extreme<Largest>>>(
      call.result_types, Conditional ? std::optional<size_t>(1) : std::nullopt);
}

template <char Operator>
Result<std::unique_ptr<Accumulator>> make_bits(const BoundAggregate&) {
  return make_accumulator<Fold<int64_t, Bits<Operator>, false>>(Type::long_, false);
}

constexpr std::string_view extreme = "(number|datetime|timespan|bool|string) -> $1";
constexpr std::string_view extreme_if = "(number|datetime|timespan|bool|string, bool) -> $1";
constexpr AggregateFunction aggregate_basic_table[] = {
    {"count", "() -> long", "count", Naming::prefix_alone, make_count<false>, "How many rows there are."},
    {"count", "(scalar) -> long", "count", Naming::prefix_alone, make_count<false>,
     "How many rows there are: nulls count too."},
    {"countif", "(bool) -> long", "countif", Naming::prefix_alone, make_count<true>,
     "How many rows satisfy a condition."},
    {"sum", "(long) -> long", "sum", Naming::prefix_of_argument, make_sum<false>, "The sum."},
    {"sum", "(real) -> real", "sum", Naming::prefix_of_argument, make_sum<false>, "The sum."},
    {"sum", "(decimal) -> decimal", "sum", Naming::prefix_of_argument, make_sum<false>, "The sum."},
    {"sum", "(timespan) -> timespan", "sum", Naming::prefix_of_argument, make_sum<false>, "The sum."},
    {"sumif", "(long, bool) -> long", "sumif", Naming::prefix_of_argument, make_sum<true>, "The sum of some rows."},
    {"sumif", "(real, bool) -> real", "sumif", Naming::prefix_of_argument, make_sum<true>, "The sum of some rows."},
    {"sumif", "(decimal, bool) -> decimal", "sumif", Naming::prefix_of_argument, make_sum<true>,
     "The sum of some rows."},
    {"sumif", "(timespan, bool) -> timespan", "sumif", Naming::prefix_of_argument, make_sum<true>,
     "The sum of some rows."},
    {"min", extreme, "min", Naming::prefix_of_argument, make_extreme<false, false>, "The least value."},
    {"max", extreme, "max", Naming::prefix_of_argument, make_extreme<true, false>, "The greatest value."},
    {"minif", extreme_if, "minif", Naming::prefix_of_argument, make_extreme<false, true>, "The least of some rows."},
    {"maxif", extreme_if, "maxif", Naming::prefix_of_argument, make_extreme<true, true>, "The greatest of some rows."},
    {"binary_all_and", "(long) -> long", "", Naming::argument, make_bits<'&'>, "The bits that all values have."},
    {"binary_all_or", "(long) -> long", "", Naming::argument, make_bits<'|'>, "The bits that any value has."},
    {"binary_all_xor", "(long) -> long", "", Naming::argument, make_bits<'^'>, "The exclusive or of all values."},
};

}  // namespace

std::span<const AggregateFunction> basic_aggregates() { return aggregate_basic_table; }

}  // namespace vedette::kql
