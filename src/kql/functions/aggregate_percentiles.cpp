// percentile, percentiles, percentiles_array and their weighted forms, by nearest rank.
// Source: kusto/query, "percentile(), percentiles() (aggregation function)".
//
// The documented answer is an estimate; here it is exact: the value at rank ⌈p/100 × n⌉ of the sorted values (at least
// the first), where a value of weight w counts w times. All values are held.
#include <algorithm>
#include <cmath>

#include "aggregate_rows.h"
#include "families.h"
#include "number_reader.h"

namespace vedette::kql {
namespace {

using base::Result;
using base::Status;
using columnar::Dynamic;

enum class Form : uint8_t { columns, array };
enum class Weights : uint8_t { none, given };

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
      groups_[groups[row]].push_back({view[row], weight});
      ++values_;
    }
    return {};
  }
  Status merge(Accumulator& other, std::span<const uint32_t> groups, size_t group_count) override {
    groups_.resize(group_count);
    auto& theirs = static_cast<Percentiles&>(other);
    for (size_t i = 0; i < theirs.groups_.size(); ++i) {
      auto& mine = groups_[groups[i]];
      mine.insert(mine.end(), theirs.groups_[i].begin(), theirs.groups_[i].end());
    }
    values_ += theirs.values_;
    return {};
  }
  Result<std::vector<Vector>> finish(const CallContext&, size_t group_count) override {
    groups_.resize(group_count);
    for (auto& group : groups_) std::sort(group.begin(), group.end(), before);
    if (form_ == Form::array) return single(arrays());
    std::vector<Vector> out;
    for (const double percentile : wanted_) {
      columnar::VectorBuilder column(type_, group_count);
      for (const auto& group : groups_) {
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
    return static_cast<int64_t>(values_ * 2 * sizeof(Weighted) + groups_.capacity() * sizeof(std::vector<Weighted>));
  }

 private:
  struct Weighted {
    T value;
    int64_t weight;
  };

  static bool before(const Weighted& a, const Weighted& b) {
    if constexpr (std::is_same_v<T, double>)  // NaN before all
      if (std::isnan(a.value) || std::isnan(b.value)) return std::isnan(a.value) && !std::isnan(b.value);
    return a.value < b.value;
  }

  static T at(const std::vector<Weighted>& sorted, double percentile) {
    double total = 0;
    for (const Weighted& one : sorted) total += static_cast<double>(one.weight);
    const double rank = std::max(1.0, std::ceil(percentile * total / 100));
    double passed = 0;
    for (const Weighted& one : sorted)
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
    columnar::VectorBuilder out(Type::dynamic, groups_.size());
    for (const auto& group : groups_) {
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
  std::vector<std::vector<Weighted>> groups_;
  size_t values_ = 0;
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
constexpr Naming named = Naming::prefix_of_argument;
constexpr std::string_view one = "The value below which a share of the values lies.";
constexpr std::string_view several = "The values below which shares of the values lie.";
constexpr AggregateFunction table[] = {
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

std::span<const AggregateFunction> percentile_aggregates() { return table; }

}  // namespace vedette::kql
