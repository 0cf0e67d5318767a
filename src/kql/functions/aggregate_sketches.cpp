// hll, tdigest, and the merging of what they give. Source: kusto/query, the page of each aggregation function.
#include <xxhash.h>

#include <algorithm>
#include <map>

#include "aggregate_rows.h"
#include "dynamic_rows.h"
#include "families.h"
#include "native.h"
#include "sketches.h"
#include "value_hash.h"
#include "vedette/base/run_sort.h"
#include "vedette/columnar/native_type.h"

namespace vedette::kql {
namespace {

using base::Result;
using base::Status;
using columnar::Dynamic;

// What groups hold, and what they give: `State` has add(arguments, row), merge(state), result(arena) and bytes().
template <class State>
class Sketches final : public Accumulator {
 public:
  explicit Sketches(std::optional<size_t> condition) : condition_(condition) {}

  Status update(const CallContext&, std::span<const Vector> arguments, std::span<const uint32_t> groups,
                size_t group_count) override {
    groups_.resize(group_count);
    const CountedRows counted(arguments, condition_);
    for (size_t row = 0; row < groups.size(); ++row) {
      if (!counted.contains(row) || arguments[0].is_null(row)) continue;
      State& state = groups_[groups[row]];
      if (!state.add(arguments, row))
        return base::fail(base::ErrorCode::semantic_error, "A value to merge is no intermediate result.");
    }
    return {};
  }
  Status merge(Accumulator& other, std::span<const uint32_t> groups, size_t group_count) override {
    groups_.resize(group_count);
    auto& theirs = static_cast<Sketches&>(other).groups_;
    for (size_t i = 0; i < theirs.size(); ++i) groups_[groups[i]].merge(theirs[i]);
    return {};
  }
  Result<std::vector<Vector>> finish(const CallContext&, size_t group_count) override {
    groups_.resize(group_count);
    columnar::VectorBuilder out(Type::dynamic, group_count);
    for (const State& state : groups_) {
      if (state.any)
        out.append(state.result(out.arena()));
      else
        out.append_null();
    }
    return single(out.finish());
  }
  int64_t held_bytes() const override {
    int64_t bytes = 0;
    for (const State& state : groups_) bytes += state.bytes();
    return bytes;
  }

 private:
  std::optional<size_t> condition_;
  std::vector<State> groups_;
};

struct HashedValues {
  bool any = false;
  HashSet sorted, fresh;

  // As hash() does it where that is known: over a text's bytes, over the eight bytes of a whole number.
  static int64_t hash_at(const Vector& column, size_t row) {
    const auto of_bytes = [](const void* data, size_t size) { return static_cast<int64_t>(XXH64(data, size, 0)); };
    return columnar::with_native_type(column.type(), [&]<class T>() {
      const T value = column.view<T>()[row];
      if constexpr (std::is_same_v<T, std::string_view>) return of_bytes(value.data(), value.size());
      if constexpr (std::is_integral_v<T>) {
        const int64_t whole = value;
        return of_bytes(&whole, sizeof whole);
      }
      return static_cast<int64_t>(hash_value(value).low);
    });
  }
  bool add(std::span<const Vector> arguments, size_t row) {
    any = true;
    fresh.push_back(hash_at(arguments[0], row));
    if (fresh.size() > sorted.size() + 1024) settle();
    return true;
  }
  void settle() {
    base::sort_in_runs<base::Ties::any_order>(fresh);
    fresh.erase(std::unique(fresh.begin(), fresh.end()), fresh.end());
    add_all(sorted, fresh);
    fresh.clear();
  }
  void merge(HashedValues& other) {
    any = any || other.any;
    other.settle();
    settle();
    add_all(sorted, other.sorted);
  }
  Dynamic result(columnar::Arena& arena) const {
    HashedValues all = *this;
    all.settle();
    return hll_of(arena, all.sorted);
  }
  int64_t bytes() const {
    return static_cast<int64_t>(sizeof(*this) + (sorted.capacity() + fresh.capacity()) * sizeof(int64_t));
  }
};

struct MergedHashes : HashedValues {
  bool add(std::span<const Vector> arguments, size_t row) {
    const auto hashes = read_hll(dynamic_at(arguments[0], row));
    if (!hashes) return false;
    any = true;
    add_all(sorted, *hashes);
    return true;
  }
};

struct DigestLess {
  bool operator()(const Dynamic& a, const Dynamic& b) const { return digest_less(a, b); }
};

// Numbers, datetimes and timespans hold no memory of their own as dynamics.
struct WeightedValues {
  bool any = false;
  std::map<Dynamic, int64_t, DigestLess> weights;

  bool add(std::span<const Vector> arguments, size_t row) {
    const bool weighted = arguments.size() > 1 && arguments[1].type() == Type::long_;
    const int64_t weight = !weighted ? 1 : arguments[1].is_null(row) ? 0 : arguments[1].view<int64_t>()[row];
    if (weight <= 0) return true;
    any = true;
    columnar::Arena none;
    add(to_dynamic(arguments[0], row, none), weight);
    return true;
  }
  void add(const Dynamic& value, int64_t weight) {
    int64_t& known = weights[value];
    known = add_weights(known, weight);
  }
  void merge(const WeightedValues& other) {
    any = any || other.any;
    for (const auto& [value, weight] : other.weights) add(value, weight);
  }
  Dynamic result(columnar::Arena& arena) const {
    Digest digest;
    for (const auto& [value, weight] : weights) digest.values.push_back(value), digest.weights.push_back(weight);
    return digest_of(arena, digest);
  }
  int64_t bytes() const { return static_cast<int64_t>(sizeof(*this) + weights.size() * 72); }
};

struct MergedDigests : WeightedValues {
  bool add(std::span<const Vector> arguments, size_t row) {
    const auto digest = read_digest(dynamic_at(arguments[0], row));
    if (!digest) return false;
    any = true;
    for (size_t i = 0; i < digest->values.size(); ++i) WeightedValues::add(digest->values[i], digest->weights[i]);
    return true;
  }
};

template <class State, size_t Condition = SIZE_MAX>
Result<std::unique_ptr<Accumulator>> make_sketch(const BoundAggregate&) {
  return make_accumulator<Sketches<State>>(Condition == SIZE_MAX ? std::nullopt : std::optional(Condition));
}

constexpr AggregateFunction aggregate_sketches_table[] = {
    {"hll", "(bool|int|long|real|decimal|string|datetime|timespan|guid, accuracy: long?) -> dynamic", "hll", named,
     make_sketch<HashedValues>, "The intermediate result of dcount."},
    {"hll_if", "(bool|int|long|real|decimal|string|datetime|timespan|guid, bool, accuracy: long?) -> dynamic", "hll_if",
     named, make_sketch<HashedValues, 1>, "As hll, of some rows."},
    {"hll_merge", "(dynamic) -> dynamic", "hll_merge", named, make_sketch<MergedHashes>, "Several hll as one."},
    {"tdigest", "(int|long|real|datetime|timespan, weight: long?) -> dynamic", "tdigest", named,
     make_sketch<WeightedValues>, "The intermediate result of percentiles."},
    {"tdigest_merge", "(dynamic) -> dynamic", "merge_tdigests", named, make_sketch<MergedDigests>,
     "Several tdigests as one."},
    {"merge_tdigest", "(dynamic) -> dynamic", "merge_tdigests", named, make_sketch<MergedDigests>, "As tdigest_merge."},
};

}  // namespace

std::span<const AggregateFunction> sketch_aggregates() { return aggregate_sketches_table; }

}  // namespace vedette::kql
