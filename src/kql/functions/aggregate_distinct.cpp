// dcount, count_distinct and their if forms. Source: kusto/query, the page of each aggregation function.
//
// dcount() is documented as an estimate whose accuracy may be chosen; here both count exactly, so the accuracy is
// without effect. One table holds (group, hash of the value) of all groups.
#include <bit>

#include "aggregate_rows.h"
#include "families.h"
#include "native.h"
#include "value_hash.h"

namespace vedette::kql {
namespace {

using base::Result;
using base::Status;

// An open-addressing set of (value, group).
class DistinctValues {
 public:
  struct Entry {
    ValueHash value;
    uint32_t group = empty;
  };

  bool insert(const ValueHash& value, uint32_t group) {
    if (size_ * 2 >= slots_.size()) grow();
    Entry& slot = slot_of(value, group);
    if (slot.group != empty) return false;
    slot = {value, group};
    ++size_;
    return true;
  }
  template <class F>
  void for_each(F f) const {
    for (const Entry& slot : slots_)
      if (slot.group != empty) f(slot.value, slot.group);
  }
  int64_t held_bytes() const { return static_cast<int64_t>(slots_.capacity() * sizeof(Entry)); }

 private:
  static constexpr uint32_t empty = UINT32_MAX;

  Entry& slot_of(const ValueHash& value, uint32_t group) {
    const size_t mask = slots_.size() - 1;
    size_t at = (value.low ^ (group * 0x9E3779B97F4A7C15u)) & mask;
    while (slots_[at].group != empty && (slots_[at].group != group || slots_[at].value != value)) at = (at + 1) & mask;
    return slots_[at];
  }
  void grow() {
    std::vector<Entry> old(std::max<size_t>(64, slots_.size() * 2));
    std::swap(old, slots_);
    for (const Entry& slot : old)
      if (slot.group != empty) slot_of(slot.value, slot.group) = slot;
  }

  std::vector<Entry> slots_;
  size_t size_ = 0;
};

template <class T>
class CountDistinct final : public Accumulator {
 public:
  explicit CountDistinct(std::optional<size_t> condition) : condition_(condition) {}

  Status update(const CallContext&, std::span<const Vector> arguments, std::span<const uint32_t> groups,
                size_t group_count) override {
    counts_.resize(group_count);
    const auto view = arguments[0].view<T>();
    const CountedRows counted(arguments, condition_);
    for (size_t row = 0; row < groups.size(); ++row)
      if (counted.contains(row) && !arguments[0].is_null(row)) add(hash_value(view[row]), groups[row]);
    return {};
  }
  Status merge(Accumulator& other, std::span<const uint32_t> groups, size_t group_count) override {
    counts_.resize(group_count);
    static_cast<CountDistinct&>(other).values_.for_each(
        [&](const ValueHash& value, uint32_t group) { add(value, groups[group]); });
    return {};
  }
  Result<std::vector<Vector>> finish(const CallContext&, size_t group_count) override {
    counts_.resize(group_count);
    columnar::VectorBuilder out(Type::long_, group_count);
    for (const int64_t count : counts_) out.append<int64_t>(count);
    return single(out.finish());
  }
  int64_t held_bytes() const override {
    return values_.held_bytes() + static_cast<int64_t>(counts_.capacity() * sizeof(int64_t));
  }

 private:
  void add(const ValueHash& value, uint32_t group) { counts_[group] += values_.insert(value, group) ? 1 : 0; }

  std::optional<size_t> condition_;
  DistinctValues values_;
  std::vector<int64_t> counts_;
};

template <bool Conditional>
Result<std::unique_ptr<Accumulator>> make_count(const BoundAggregate& call) {
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
constexpr AggregateFunction table[] = {
    {"dcount", "(scalar, accuracy: long?) -> long", "dcount", Naming::prefix_of_argument, make_count<false>,
     "How many different values there are."},
    {"dcountif", "(scalar, bool, accuracy: long?) -> long", "dcountif", Naming::prefix_of_argument, make_count<true>,
     "How many different values some rows have."},
    {"count_distinct", not_dynamic, "count_distinct", Naming::prefix_of_argument, make_count<false>,
     "How many different values there are."},
    {"count_distinctif", not_dynamic_if, "count_distinctif", Naming::prefix_of_argument, make_count<true>,
     "How many different values some rows have."},
};

}  // namespace

std::span<const AggregateFunction> distinct_aggregates() { return table; }

}  // namespace vedette::kql
