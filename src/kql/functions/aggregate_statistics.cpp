// avg, variance, stdev, covariance and their forms. Source: kusto/query, the page of each aggregation function.
//
// Moments are kept as Welford has them and merged as Chan, Golub and LeVeque do ("Updating formulae and a pairwise
// algorithm for computing sample variances", 1979): no difference of two large sums. Nulls are skipped. Of no value,
// avg of numbers is NaN (0/0), avg of a time null, and the others are 0.
#include <cmath>

#include "aggregate_rows.h"
#include "families.h"
#include "number_reader.h"

namespace vedette::kql {
namespace {

using base::Result;
using base::Status;
using columnar::Decimal;

// One State a group: add(value), merge(State), and a value at the end.
template <class State, class Finish>
class PerGroup : public Accumulator {
 public:
  PerGroup(Type type, Finish finish, std::optional<size_t> condition)
      : condition_(condition), type_(type), finish_(finish) {}

  Status merge(Accumulator& other, std::span<const uint32_t> groups, size_t group_count) override {
    states_.resize(group_count);
    const auto& theirs = static_cast<PerGroup&>(other).states_;
    for (size_t i = 0; i < theirs.size(); ++i)
      if (!states_[groups[i]].merge(theirs[i])) return overflow();
    return {};
  }
  Result<std::vector<Vector>> finish(const CallContext&, size_t group_count) override {
    states_.resize(group_count);
    columnar::VectorBuilder out(type_, group_count);
    for (const State& state : states_) finish_(out, state);
    return single(out.finish());
  }
  int64_t held_bytes() const override { return static_cast<int64_t>(states_.capacity() * sizeof(State)); }

 protected:
  static base::Error overflow() {
    return base::fail(base::ErrorCode::limit_exceeded, "A sum does not fit into its type.");
  }
  std::optional<size_t> condition_;
  std::vector<State> states_;

 private:
  Type type_;
  Finish finish_;
};

bool add_to(double& sum, double value) { return sum += value, true; }
bool add_to(__int128& sum, __int128 value) { return sum += value, true; }
bool add_to(Decimal& sum, const Decimal& value) {
  const auto total = columnar::add(sum, value);
  if (total) sum = *total;
  return total.has_value();
}

template <class T>
struct Mean {
  T sum{};
  int64_t count = 0;

  bool add(const T& value) { return ++count, add_to(sum, value); }
  bool merge(const Mean& other) { return count += other.count, add_to(sum, other.sum); }
};

struct AppendMean {
  void operator()(columnar::VectorBuilder& out, const Mean<double>& mean) const {
    out.append<double>(mean.sum / static_cast<double>(mean.count));
  }
  void operator()(columnar::VectorBuilder& out, const Mean<__int128>& mean) const {
    if (mean.count == 0) return out.append_null();
    out.append<int64_t>(static_cast<int64_t>(mean.sum / mean.count));
  }
  void operator()(columnar::VectorBuilder& out, const Mean<Decimal>& mean) const {
    const auto value = columnar::divide(mean.sum, columnar::decimal_from_long(mean.count));
    if (!value) return out.append_null();
    out.append<Decimal>(*value);
  }
};

// Sums of T over columns of native type Value: ticks are summed in 128 bits.
template <class T, class Value>
class Average final : public PerGroup<Mean<T>, AppendMean> {
 public:
  using Base = PerGroup<Mean<T>, AppendMean>;
  using Base::Base;

  Status update(const CallContext&, std::span<const Vector> arguments, std::span<const uint32_t> groups,
                size_t group_count) override {
    this->states_.resize(group_count);
    const auto view = arguments[0].view<Value>();
    const CountedRows counted(arguments, this->condition_);
    for (size_t row = 0; row < groups.size(); ++row)
      if (!view.is_null(row) && counted.contains(row) && !this->states_[groups[row]].add(static_cast<T>(view[row])))
        return Base::overflow();
    return {};
  }
};

struct Moments {
  int64_t count = 0;
  double mean = 0, squares = 0;  // sum of squared distances from the mean

  void add(double value) {
    const double distance = value - mean;
    mean += distance / static_cast<double>(++count);
    squares += distance * (value - mean);
  }
  bool merge(const Moments& other) {
    if (other.count == 0) return true;
    const double n = static_cast<double>(count), m = static_cast<double>(other.count), distance = other.mean - mean;
    mean += distance * m / (n + m);
    squares += other.squares + distance * distance * n * m / (n + m);
    count += other.count;
    return true;
  }
};

struct CoMoments {
  int64_t count = 0;
  double mean_x = 0, mean_y = 0, products = 0;

  void add(double x, double y) {
    const double distance = x - mean_x;
    mean_x += distance / static_cast<double>(++count);
    mean_y += (y - mean_y) / static_cast<double>(count);
    products += distance * (y - mean_y);
  }
  bool merge(const CoMoments& other) {
    if (other.count == 0) return true;
    const double n = static_cast<double>(count), m = static_cast<double>(other.count);
    const double dx = other.mean_x - mean_x, dy = other.mean_y - mean_y;
    mean_x += dx * m / (n + m);
    mean_y += dy * m / (n + m);
    products += other.products + dx * dy * n * m / (n + m);
    count += other.count;
    return true;
  }
};

enum class Population : uint8_t { sample, whole };
enum class Root : uint8_t { no, yes };

struct Spread {
  Population population;
  Root root;

  double of(double sum, int64_t count) const {
    const int64_t divisor = population == Population::sample ? count - 1 : count;
    const double value = divisor <= 0 ? 0 : sum / static_cast<double>(divisor);
    return root == Root::yes ? std::sqrt(value) : value;
  }
  void operator()(columnar::VectorBuilder& out, const Moments& moments) const {
    out.append<double>(of(moments.squares, moments.count));
  }
  void operator()(columnar::VectorBuilder& out, const CoMoments& moments) const {
    out.append<double>(of(moments.products, moments.count));
  }
};

class Variance final : public PerGroup<Moments, Spread> {
 public:
  using PerGroup::PerGroup;
  Status update(const CallContext&, std::span<const Vector> arguments, std::span<const uint32_t> groups,
                size_t group_count) override {
    states_.resize(group_count);
    const CountedRows counted(arguments, condition_);
    for_each_real(arguments[0], groups.size(), [&](size_t row, double value) {
      if (counted.contains(row)) states_[groups[row]].add(value);
    });
    return {};
  }
};

class Covariance final : public PerGroup<CoMoments, Spread> {
 public:
  using PerGroup::PerGroup;
  Status update(const CallContext&, std::span<const Vector> arguments, std::span<const uint32_t> groups,
                size_t group_count) override {
    states_.resize(group_count);
    const CountedRows counted(arguments, condition_);
    second_.assign(groups.size(), std::nullopt);
    for_each_real(arguments[1], groups.size(), [&](size_t row, double value) { second_[row] = value; });
    for_each_real(arguments[0], groups.size(), [&](size_t row, double value) {
      if (second_[row] && counted.contains(row)) states_[groups[row]].add(value, *second_[row]);
    });
    return {};
  }

 private:
  std::vector<std::optional<double>> second_;
};

template <bool Conditional>
Result<std::unique_ptr<Accumulator>> make_average(const BoundAggregate& call) {
  const auto condition = Conditional ? std::optional<size_t>(1) : std::nullopt;
  const Type type = call.result_types[0];
  switch (call.argument_types[0]) {
    case Type::int_:
      return make_accumulator<Average<double, int32_t>>(type, AppendMean{}, condition);
    case Type::long_:
      return make_accumulator<Average<double, int64_t>>(type, AppendMean{}, condition);
    case Type::real:
      return make_accumulator<Average<double, double>>(type, AppendMean{}, condition);
    case Type::decimal:
      return make_accumulator<Average<Decimal, Decimal>>(type, AppendMean{}, condition);
    default:
      return make_accumulator<Average<__int128, int64_t>>(type, AppendMean{}, condition);
  }
}

template <Population P, Root R, bool Conditional>
Result<std::unique_ptr<Accumulator>> make_variance(const BoundAggregate&) {
  return make_accumulator<Variance>(Type::real, Spread{P, R}, Conditional ? std::optional<size_t>(1) : std::nullopt);
}

template <Population P, bool Conditional>
Result<std::unique_ptr<Accumulator>> make_covariance(const BoundAggregate&) {
  return make_accumulator<Covariance>(Type::real, Spread{P, Root::no},
                                      Conditional ? std::optional<size_t>(2) : std::nullopt);
}

constexpr auto sample = Population::sample, whole = Population::whole;
constexpr std::string_view spread = "(number) -> real", spread_if = "(number, bool) -> real";
constexpr std::string_view pair = "(number, number) -> real", pair_if = "(number, number, bool) -> real";
constexpr AggregateFunction aggregate_statistics_table[] = {
    {"avg", "(int|long|real) -> real", "avg", named, make_average<false>, "The mean."},
    {"avg", "(decimal|datetime|timespan) -> $1", "avg", named, make_average<false>, "The mean."},
    {"avgif", "(int|long|real, bool) -> real", "avgif", named, make_average<true>, "The mean of some rows."},
    {"avgif", "(decimal|datetime|timespan, bool) -> $1", "avgif", named, make_average<true>, "The mean of some rows."},
    {"variance", spread, "variance", named, make_variance<sample, Root::no, false>, "The variance of a sample."},
    {"varianceif", spread_if, "varianceif", named, make_variance<sample, Root::no, true>, "As variance, of some rows."},
    {"variancep", spread, "variancep", named, make_variance<whole, Root::no, false>, "The variance of a population."},
    {"variancepif", spread_if, "variancepif", named, make_variance<whole, Root::no, true>,
     "As variancep, of some rows."},
    {"stdev", spread, "stdev", named, make_variance<sample, Root::yes, false>, "The deviation of a sample."},
    {"stdevif", spread_if, "stdevif", named, make_variance<sample, Root::yes, true>, "As stdev, of some rows."},
    {"stdevp", spread, "stdevp", named, make_variance<whole, Root::yes, false>, "The deviation of a population."},
    {"covariance", pair, "covariance", Naming::prefix_of_two, make_covariance<sample, false>,
     "The covariance of a sample."},
    {"covarianceif", pair_if, "covarianceif", Naming::prefix_of_two, make_covariance<sample, true>,
     "As covariance, of some rows."},
    {"covariancep", pair, "covariancep", Naming::prefix_of_two, make_covariance<whole, false>,
     "The covariance of a population."},
    {"covariancepif", pair_if, "covariancepif", Naming::prefix_of_two, make_covariance<whole, true>,
     "As covariancep, of some rows."},
};

}  // namespace

std::span<const AggregateFunction> statistics_aggregates() { return aggregate_statistics_table; }

}  // namespace vedette::kql
