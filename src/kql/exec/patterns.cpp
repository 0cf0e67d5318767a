// basket, autocluster, diffpatterns: the distinct rows are held with their weights, then searched (pattern_mining.h).
#include <algorithm>
#include <cmath>

#include "key_table.h"
#include "operators.h"
#include "pattern_mining.h"

namespace vedette::kql {
namespace {

using Method = PatternsNode::Method;

const char* name_of(Method method) {
  switch (method) {
    case Method::basket:
      return "basket";
    case Method::autocluster:
      return "autocluster";
    case Method::diffpatterns:
      return "diffpatterns";
  }
  return "";
}

std::vector<Type> dimension_types(const PatternsNode& node) {
  std::vector<Type> types;
  for (const Vector& wildcard : node.wildcards) types.push_back(wildcard.type());
  return types;
}

double rounded(double value, double digits) { return std::round(value * digits) / digits; }
double percent(double part, double of) { return of > 0 ? 100 * part / of : 0; }

class PatternsStream final : public BatchStream {
 public:
  PatternsStream(const PatternsNode& node, StreamPtr input, QueryContext& query)
      : node_(node),
        input_(std::move(input)),
        query_(query),
        types_(dimension_types(node)),
        table_(types_),
        charge_(query.memory, name_of(node.method)) {}

  base::Result<std::optional<Batch>> next() override {
    if (!read_) {
      TRY(read());
      slices_ = Slices(TRY(answer()));
    }
    return slices_.next(query_.batch_rows);
  }

 private:
  base::Status read() {
    read_ = true;
    std::vector<uint32_t> groups;
    while (const auto batch = TRY(input_->next())) {
      TRY(query_.stop.check());
      table_.find_or_add({batch->columns.data(), types_.size()}, batch->rows, groups);
      weights_.resize(table_.size());
      for (size_t side = 0; types_.size() + side < batch->columns.size(); ++side) {
        const Vector& column = batch->columns[types_.size() + side];
        const auto view = column.view<double>();
        for (size_t row = 0; row < batch->rows; ++row)
          if (!view.is_null(row) && view[row] > 0) weights_[groups[row]][side] += view[row];
      }
      TRY(charge_.set(table_.held_bytes() + static_cast<int64_t>(weights_.capacity() * sizeof(Weights))));
    }
    return {};
  }

  base::Result<Batch> answer() {
    std::vector<Vector> keys = table_.keys();
    std::vector<std::vector<uint32_t>> numbers(types_.size());
    std::vector<Vector> values(types_.size());
    TRY(charge_.set(charge_.bytes() * 2 + static_cast<int64_t>(weights_.size() * types_.size() * sizeof(uint32_t))));
    for (size_t d = 0; d < types_.size(); ++d) {
      const auto ids = ValueIds::make(types_[d]);
      numbers[d].resize(weights_.size());
      ids->find_or_add(keys[d], numbers[d].data());
      values[d] = ids->values().flattened();
    }
    PatternMiner miner(std::move(numbers), std::move(weights_), name_of(node_.method), query_.stop, query_.memory);
    std::vector<MinedPattern> patterns = node_.method == Method::autocluster
                                             ? TRY(miner.clusters(node_.threshold, node_.size_weight, node_.seeds))
                                             : TRY(miner.frequent(node_.threshold, node_.dimensions_max));
    if (node_.method == Method::diffpatterns)
      TRY(keep_different(patterns, miner.total()));
    else
      sort_by_size(patterns);
    return columns_of(patterns, miner.total(), values);
  }

  // The documented answers are in the order of rows times values.
  static void sort_by_size(std::vector<MinedPattern>& patterns) {
    const auto size = [](const MinedPattern& p) { return p.weights[0] * static_cast<double>(p.value_count); };
    std::stable_sort(patterns.begin(), patterns.end(),
                     [&](const MinedPattern& a, const MinedPattern& b) { return size(a) > size(b); });
  }

  static double difference(const MinedPattern& p, const Weights& total) {
    return std::fabs(percent(p.weights[0], total[0]) - percent(p.weights[1], total[1]));
  }
  static bool says_all_of(const MinedPattern& more, const MinedPattern& less) {
    for (size_t d = 0; d < less.values.size(); ++d)
      if (less.values[d] != no_value && less.values[d] != more.values[d]) return false;
    return true;
  }

  // The most different first; what says more or less than one of those before it is left out.
  base::Status keep_different(std::vector<MinedPattern>& patterns, const Weights& total) const {
    std::erase_if(patterns, [&](const MinedPattern& p) { return difference(p, total) < 100 * node_.threshold; });
    std::stable_sort(patterns.begin(), patterns.end(), [&](const MinedPattern& a, const MinedPattern& b) {
      return difference(a, total) > difference(b, total);
    });
    std::vector<MinedPattern> kept;
    for (MinedPattern& pattern : patterns) {
      TRY(query_.stop.check());
      const bool comparable = std::any_of(kept.begin(), kept.end(), [&](const MinedPattern& other) {
        return says_all_of(pattern, other) || says_all_of(other, pattern);
      });
      if (!comparable) kept.push_back(std::move(pattern));
    }
    patterns = std::move(kept);
    return {};
  }

  Batch columns_of(const std::vector<MinedPattern>& patterns, const Weights& total,
                   const std::vector<Vector>& values) const {
    Batch out;
    out.rows = patterns.size();
    add_measures(out, patterns, total);
    for (size_t d = 0; d < types_.size(); ++d) {
      columnar::VectorBuilder column(types_[d], patterns.size());
      for (const MinedPattern& pattern : patterns) {
        const bool any = pattern.values[d] == no_value;
        column.append_from(any ? node_.wildcards[d] : values[d], any ? 0 : pattern.values[d]);
      }
      out.columns.push_back(column.finish());
    }
    return out;
  }

  void add_measures(Batch& out, const std::vector<MinedPattern>& patterns, const Weights& total) const {
    const bool two = node_.method == Method::diffpatterns;
    const double digits = two ? 100 : 10;
    const size_t sides = two ? 2 : 1;
    columnar::VectorBuilder ids(Type::long_), differences(Type::real);
    std::vector<columnar::VectorBuilder> counts, percents;
    for (size_t side = 0; side < sides; ++side) counts.emplace_back(Type::long_), percents.emplace_back(Type::real);
    for (size_t i = 0; i < patterns.size(); ++i) {
      ids.append<int64_t>(static_cast<int64_t>(i));
      for (size_t side = 0; side < sides; ++side) {
        const double weight = patterns[i].weights[side];
        counts[side].append<int64_t>(static_cast<int64_t>(std::llround(weight)));
        percents[side].append<double>(rounded(percent(weight, total[side]), digits));
      }
      differences.append<double>(rounded(difference(patterns[i], total), digits));
    }
    out.columns.push_back(ids.finish());
    for (auto& column : counts) out.columns.push_back(column.finish());
    for (auto& column : percents) out.columns.push_back(column.finish());
    if (two) out.columns.push_back(differences.finish());
  }

  const PatternsNode& node_;
  const StreamPtr input_;
  QueryContext& query_;
  const std::vector<Type> types_;  // of the dimensions
  KeyTable table_;
  MemoryCharge charge_;
  std::vector<Weights> weights_;
  bool read_ = false;
  Slices slices_;
};

}  // namespace

StreamPtr make_patterns(const PatternsNode& node, StreamPtr input, QueryContext& query) {
  return std::make_unique<PatternsStream>(node, std::move(input), query);
}

}  // namespace vedette::kql
