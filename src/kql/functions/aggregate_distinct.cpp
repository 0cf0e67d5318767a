// dcount, count_distinct and their if forms. Source: kusto/query, the page of each aggregation function.
//
// dcount() is documented as an estimate whose accuracy may be chosen; here both count exactly, so the accuracy is
// without effect. Values are known by a hash of 128 bits.
#include "aggregate_rows.h"
#include "families.h"
#include "native.h"
#include "value_numbers.h"

namespace vedette::kql {
namespace {

using base::Result;
using base::Status;

template <class T>
class CountDistinct final : public Accumulator {
 public:
  explicit CountDistinct(std::optional<size_t> condition) : condition_(condition) {}

  Status update(const CallContext&, std::span<const Vector> arguments, std::span<const uint32_t> groups,
                size_t group_count) override {
    counts_.resize(group_count);
    const CountedRows counted(arguments, condition_);
    values_.number<T>(arguments[0], numbers_, [](size_t) {});
    for (size_t row = 0; row < groups.size(); ++row)
      if (numbers_[row] != no_number && counted.contains(row)) add(groups[row], numbers_[row]);
    return {};
  }
  Status merge(Accumulator& other, std::span<const uint32_t> groups, size_t group_count) override {
    counts_.resize(group_count);
    const auto& theirs = static_cast<CountDistinct&>(other);
    const std::vector<uint32_t> here = values_.take(theirs.values_);
    theirs.pairs_.for_each([&](uint32_t group, uint32_t number) { add(groups[group], here[number]); });
    return {};
  }
  Result<std::vector<Vector>> finish(const CallContext&, size_t group_count) override {
    counts_.resize(group_count);
    columnar::VectorBuilder out(Type::long_, group_count);
    for (const int64_t count : counts_) out.append<int64_t>(count);
    return single(out.finish());
  }
  int64_t held_bytes() const override {
    return values_.held_bytes() + pairs_.held_bytes() + static_cast<int64_t>(counts_.capacity() * sizeof(int64_t));
  }

 private:
  void add(uint32_t group, uint32_t number) { counts_[group] += pairs_.insert(group, number) ? 1 : 0; }

  std::optional<size_t> condition_;
  ValueNumbers values_;
  GroupedNumbers pairs_;
  std::vector<int64_t> counts_;
  std::vector<uint32_t> numbers_;  // of the rows at hand
};

template <bool Conditional>
Result<std::unique_ptr<Accumulator>> make_distinct_count(const BoundAggregate& call) {
  const auto make = [&]<class T>() {
    return make_accumulator<CountDistinct<T>>(Conditional ? std::optional<size_t>(1) : std::nullopt);
  };
  switch (call.argument_types[0]) {
    case Type::bool_:
      return make.template operator()<uint8_t>();
    case Type::int_:
      return make.template operator()<int32_t>();
    case Type::long_:
    case Type::datetime:
    case Type::timespan:
      return make.template operator()<int64_t>();
    case Type::real:
      return make.template operator()<double>();
    case Type::decimal:
      return make.template operator()<columnar::Decimal>();
    case Type::string:
      return make.template operator()<std::string_view>();
    case Type::guid:
      return make.template operator()<base::Guid>();
    case Type::dynamic:
      break;
  }
  return make.template operator()<columnar::Dynamic>();
}

constexpr std::string_view not_dynamic = "(bool|number|string|datetime|timespan|guid) -> long";
constexpr std::string_view not_dynamic_if = "(bool|number|string|datetime|timespan|guid, bool) -> long";
constexpr AggregateFunction aggregate_distinct_table[] = {
    {"dcount", "(scalar, accuracy: long?) -> long", "dcount", Naming::prefix_of_argument, make_distinct_count<false>,
     "How many different values there are."},
    {"dcountif", "(scalar, bool, accuracy: long?) -> long", "dcountif", Naming::prefix_of_argument,
     make_distinct_count<true>, "How many different values some rows have."},
    {"count_distinct", not_dynamic, "count_distinct", Naming::prefix_of_argument, make_distinct_count<false>,
     "How many different values there are."},
    {"count_distinctif", not_dynamic_if, "count_distinctif", Naming::prefix_of_argument, make_distinct_count<true>,
     "How many different values some rows have."},
};

}  // namespace

std::span<const AggregateFunction> distinct_aggregates() { return aggregate_distinct_table; }

}  // namespace vedette::kql
