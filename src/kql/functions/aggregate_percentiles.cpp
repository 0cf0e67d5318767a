// percentile, percentiles, percentiles_array and their weighted forms, by nearest rank.
// Source: kusto/query, "percentile(), percentiles() (aggregation function)".
//
// The documented answer is an estimate; here it is exact: the value at rank ⌈p/100 × n⌉ of the sorted values (at least
// the first), where a value of weight w counts w times. All values are held.
#include <algorithm>
#include <bit>
#include <cmath>

#include "aggregate_rows.h"
#include "families.h"
#include "number_reader.h"
#include "sketches.h"
#include "vedette/base/run_sort.h"

namespace vedette::kql {
namespace {

using base::Result;
using base::Status;
using columnar::Dynamic;

enum class Form : uint8_t { columns, array };
enum class Weights : uint8_t { none, given };

template <class T>
struct Weighted {
  T value;
  int64_t weight = 0;
};

// The values of a group with how often each came: a hash table while values repeat, else a list.
template <class T>
class ValueWeights {
 public:
  void add(T value, int64_t weight) {
    if (is_list_) return list_.push_back({value, weight});
    if (distinct_ * 2 >= list_.size()) grow();
    if (is_list_) return list_.push_back({value, weight});
    Weighted<T>& slot = slot_of(value);
    if (slot.weight == 0) ++distinct_, slot.value = value;
    slot.weight = add_weights(slot.weight, weight);
    ++added_;
  }
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (const Weighted<T>& one : list_)
      if (one.weight > 0) visit(one.value, one.weight);
  }
  size_t held_bytes() const { return list_.capacity() * sizeof(Weighted<T>); }

 private:
  static constexpr size_t table_size_min = 64, always_table = 65'536;

  static uint64_t bits_of(T value) { return std::bit_cast<uint64_t>(value); }
  Weighted<T>& slot_of(T value) {
    const size_t mask = list_.size() - 1;
    uint64_t hash = bits_of(value) * 0x9E3779B97F4A7C15u;
    size_t at = (hash ^ hash >> 32) & mask;
    while (list_[at].weight != 0 && bits_of(list_[at].value) != bits_of(value)) at = (at + 1) & mask;
    return list_[at];
  }
  // Values of which most come once are not worth a table.
  void grow() {
    std::vector<Weighted<T>> old(std::max(table_size_min, list_.size() * 2));
    is_list_ = distinct_ > always_table && distinct_ * 2 > added_;
    if (is_list_) old.clear();
    std::swap(old, list_);
    for (const Weighted<T>& one : old) {
      if (one.weight == 0) continue;
      is_list_ ? list_.push_back(one) : void(slot_of(one.value) = one);
    }
  }

  std::vector<Weighted<T>> list_;  // of a table, places without weight are free
  size_t distinct_ = 0, added_ = 0;
  bool is_list_ = false;
};

template <class T>
class Percentiles final : public Accumulator {
 public:
  Percentiles(Type type, std::vector<double> wanted, Form form, Weights weights)
      : type_(type), wanted_(std::move(wanted)), form_(form), weights_(weights) {}

  Status update(const CallContext&, std::span<const Vector> arguments, std::span<const uint32_t> groups,
                size_t group_count) override {
    groups_.resize(group_count);
    const auto view = arguments[0].view<T>();
    for (size_t row = 0; row < groups.size(); ++row) {
      if (view.is_null(row)) continue;
      int64_t weight = 1;
      if (weights_ == Weights::given) {
        const auto weights = arguments[1].view<int64_t>();
        if (weights.is_null(row) || weights[row] <= 0) continue;
        weight = weights[row];
      }
      groups_[groups[row]].add(view[row], weight);
    }
    return {};
  }
  Status merge(Accumulator& other, std::span<const uint32_t> groups, size_t group_count) override {
    groups_.resize(group_count);
    auto& theirs = static_cast<Percentiles&>(other);
    for (size_t i = 0; i < theirs.groups_.size(); ++i)
      theirs.groups_[i].for_each([&](T value, int64_t weight) { groups_[groups[i]].add(value, weight); });
    return {};
  }
  Result<std::vector<Vector>> finish(const CallContext&, size_t group_count) override {
    groups_.resize(group_count);
    for (const auto& group : groups_) {
      auto& sorted = sorted_.emplace_back();
      group.for_each([&](T value, int64_t weight) { sorted.push_back({value, weight}); });
      base::sort_in_runs<base::Ties::any_order>(sorted, before);
    }
    if (form_ == Form::array) return single(arrays());
    std::vector<Vector> out;
    for (const double percentile : wanted_) {
      columnar::VectorBuilder column(type_, group_count);
      for (const auto& group : sorted_) {
        if (group.empty())
          column.append_null();
        else
          column.template append<T>(at(group, percentile));
      }
      out.push_back(column.finish());
    }
    return out;
  }
  int64_t held_bytes() const override {
    size_t bytes = groups_.capacity() * sizeof(ValueWeights<T>);
    for (const auto& group : groups_) bytes += group.held_bytes();
    return static_cast<int64_t>(bytes);
  }

 private:
  static bool before(const Weighted<T>& a, const Weighted<T>& b) {
    if constexpr (std::is_same_v<T, double>)  // NaN before all
      if (std::isnan(a.value) || std::isnan(b.value)) return std::isnan(a.value) && !std::isnan(b.value);
    return a.value < b.value;
  }

  static T at(const std::vector<Weighted<T>>& sorted, double percentile) {
    double total = 0;
    for (const Weighted<T>& one : sorted) total += static_cast<double>(one.weight);
    const double rank = std::max(1.0, std::ceil(percentile * total / 100));
    double passed = 0;
    for (const Weighted<T>& one : sorted)
      if ((passed += static_cast<double>(one.weight)) >= rank) return one.value;
    return sorted.back().value;
  }

  Dynamic dynamic_of(T value) const {
    if constexpr (std::is_same_v<T, double>)
      return Dynamic::of(value);
    else
      return type_ == Type::datetime   ? Dynamic::datetime(value)
             : type_ == Type::timespan ? Dynamic::timespan(value)
                                       : Dynamic::of(value);
  }

  Vector arrays() const {
    columnar::VectorBuilder out(Type::dynamic, sorted_.size());
    for (const auto& group : sorted_) {
      if (group.empty()) {
        out.append_null();
        continue;
      }
      auto* items = out.arena().template allocate_array<Dynamic>(wanted_.size());
      for (size_t i = 0; i < wanted_.size(); ++i) items[i] = dynamic_of(at(group, wanted_[i]));
      out.template append<Dynamic>(Dynamic::array({items, wanted_.size()}));
    }
    return out.finish();
  }

  Type type_;
  std::vector<double> wanted_;
  Form form_;
  Weights weights_;
  std::vector<ValueWeights<T>> groups_;
  std::vector<std::vector<Weighted<T>>> sorted_;  // at the end
};

std::optional<double> number_of(const Dynamic& value) {
  if (value.kind() == columnar::DynamicKind::int64) return static_cast<double>(value.integer());
  if (value.kind() == columnar::DynamicKind::real) return value.real();
  return std::nullopt;
}

Result<std::vector<double>> constant_percentiles(const BoundAggregate& call, size_t first) {
  std::vector<std::optional<double>> read;
  for (size_t i = first; i < call.constants.size(); ++i) {
    const Vector& constant = call.constants[i];
    if (constant.size() == 0) {
      read.emplace_back();
    } else if (constant.type() == Type::dynamic) {
      for (const Dynamic& item : constant.view<Dynamic>()[0].items()) read.push_back(number_of(item));
    } else {
      read.push_back(real_at(constant, 0));
    }
  }
  std::vector<double> out;
  for (const auto& percentile : read) {
    if (!percentile || !(*percentile >= 0 && *percentile <= 100))
      return base::fail(base::ErrorCode::semantic_error, "A percentile must be a constant from 0 to 100.");
    out.push_back(*percentile);
  }
  return out;
}

template <Form F, Weights W>
Result<std::unique_ptr<Accumulator>> make_percentiles(const BoundAggregate& call) {
  std::vector<double> wanted = TRY(constant_percentiles(call, W == Weights::given ? 2 : 1));
  const Type type = call.argument_types[0];
  if (type == Type::real) return make_accumulator<Percentiles<double>>(type, std::move(wanted), F, W);
  return make_accumulator<Percentiles<int64_t>>(type, std::move(wanted), F, W);
}

constexpr auto plain = make_percentiles<Form::columns, Weights::none>;
constexpr auto weighted = make_percentiles<Form::columns, Weights::given>;
constexpr auto plain_array = make_percentiles<Form::array, Weights::none>;
constexpr auto weighted_array = make_percentiles<Form::array, Weights::given>;
constexpr std::string_view one = "The value below which a share of the values lies.";
constexpr std::string_view several = "The values below which shares of the values lie.";
constexpr AggregateFunction aggregate_percentiles_table[] = {
    {"percentile", "(long, number) -> long", "percentile", named, plain, one},
    {"percentile", "(real|datetime|timespan, number) -> $1", "percentile", named, plain, one},
    {"percentiles", "(long, number...) -> long", "percentile", named, plain, several},
    {"percentiles", "(real|datetime|timespan, number...) -> $1", "percentile", named, plain, several},
    {"percentilew", "(long, weight: long, number) -> long", "percentile", named, weighted, one},
    {"percentilew", "(real|datetime|timespan, weight: long, number) -> $1", "percentile", named, weighted, one},
    {"percentilesw", "(long, weight: long, number...) -> long", "percentile", named, weighted, several},
    {"percentilesw", "(real|datetime|timespan, weight: long, number...) -> $1", "percentile", named, weighted, several},
    {"percentiles_array", "(long, number...) -> dynamic", "percentiles", named, plain_array, several},
    {"percentiles_array", "(long, dynamic) -> dynamic", "percentiles", named, plain_array, several},
    {"percentiles_array", "(real|datetime|timespan, number...) -> dynamic", "percentiles", named, plain_array, several},
    {"percentiles_array", "(real|datetime|timespan, dynamic) -> dynamic", "percentiles", named, plain_array, several},
    {"percentilesw_array", "(long, weight: long, number...) -> dynamic", "percentiles", named, weighted_array, several},
    {"percentilesw_array", "(long, weight: long, dynamic) -> dynamic", "percentiles", named, weighted_array, several},
    {"percentilesw_array", "(real|datetime|timespan, weight: long, number...) -> dynamic", "percentiles", named,
     weighted_array, several},
    {"percentilesw_array", "(real|datetime|timespan, weight: long, dynamic) -> dynamic", "percentiles", named,
     weighted_array, several},
};

}  // namespace

std::span<const AggregateFunction> percentile_aggregates() { return aggregate_percentiles_table; }

}  // namespace vedette::kql
