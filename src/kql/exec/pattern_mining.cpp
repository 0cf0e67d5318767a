#include "pattern_mining.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <unordered_map>

namespace vedette::kql {
namespace {

constexpr size_t rows_between_checks = 1024;
constexpr double tolerance = 1e-9;  // of sums of weights

void add(Weights& to, const Weights& more) {
  to[0] += more[0];
  to[1] += more[1];
}

}  // namespace

PatternMiner::PatternMiner(std::vector<std::vector<uint32_t>> values, std::vector<Weights> weights, const char* who,
                           const base::StopCheck& stop, base::MemoryBudget& memory)
    : values_(std::move(values)),
      weights_(std::move(weights)),
      who_(who),
      stop_(stop),
      charge_(memory, who),
      dimensions_(values_.size()) {
  for (const Weights& weight : weights_) add(total_, weight);
}

bool PatternMiner::is_frequent(const Weights& weights, double threshold) const {
  const auto enough = [&](size_t side) {
    return total_[side] > 0 && weights[side] >= threshold * total_[side] * (1 - tolerance);
  };
  return enough(0) || enough(1);
}

// Numbers the frequent values and writes each row as their numbers.
base::Status PatternMiner::prepare(double threshold) {
  const size_t rows = weights_.size();
  TRY(charge_.set(static_cast<int64_t>(rows * (dimensions_ * 2 + 6) * sizeof(uint32_t))));
  items_.assign(rows * dimensions_, no_value);
  for (size_t d = 0; d < dimensions_; ++d) {
    std::vector<Weights> sums;
    for (size_t row = 0; row < rows; ++row) {
      if (row % rows_between_checks == 0) TRY(stop_.check());
      if (sums.size() <= values_[d][row]) sums.resize(values_[d][row] + 1);
      add(sums[values_[d][row]], weights_[row]);
    }
    std::vector<uint32_t> numbers(sums.size(), no_value);
    for (uint32_t value = 0; value < sums.size(); ++value) {
      if (!is_frequent(sums[value], threshold)) continue;
      numbers[value] = static_cast<uint32_t>(known_.size());
      known_.push_back({d, value});
    }
    for (size_t row = 0; row < rows; ++row) items_[row * dimensions_ + d] = numbers[values_[d][row]];
  }
  return merge_rows();
}

// Rows that differ in rare values only are one.
base::Status PatternMiner::merge_rows() {
  std::unordered_map<std::string, uint32_t> places;
  std::vector<uint32_t> items;
  std::vector<Weights> weights;
  const size_t width = dimensions_ * sizeof(uint32_t);
  const int64_t before = charge_.bytes();
  for (size_t row = 0; row < weights_.size(); ++row) {
    if (row % rows_between_checks == 0) {
      TRY(stop_.check());
      TRY(charge_.set(before + static_cast<int64_t>(weights.size() * (2 * width + 80))));
    }
    const auto* from = items_.data() + row * dimensions_;
    const auto [found, added] =
        places.emplace(std::string(reinterpret_cast<const char*>(from), width), static_cast<uint32_t>(weights.size()));
    if (added) {
      items.insert(items.end(), from, from + dimensions_);
      weights.push_back({0, 0});
    }
    add(weights[found->second], weights_[row]);
  }
  items_ = std::move(items);
  weights_ = std::move(weights);
  const size_t values = dimensions_ == 0 ? 0 : dimensions_ * values_.front().size();
  return charge_.set(
      static_cast<int64_t>((values + items_.size()) * sizeof(uint32_t) + weights_.size() * sizeof(Weights)));
}

PatternMiner::Found PatternMiner::closure(Rows rows) const {
  Found found;
  found.pattern.values.assign(dimensions_, no_value);
  for (size_t d = 0; d < dimensions_ && !rows.empty(); ++d) {
    const uint32_t first = item(rows.front(), d);
    const bool shared =
        first != no_value && std::all_of(rows.begin(), rows.end(), [&](uint32_t row) { return item(row, d) == first; });
    if (!shared) continue;
    found.pattern.values[d] = first;
    ++found.pattern.value_count;
  }
  for (const uint32_t row : rows) add(found.pattern.weights, weights_[row]);
  found.rows = std::move(rows);
  return found;
}

// The items that may be added to a set.
std::vector<uint32_t> PatternMiner::extensions(const Found& found, double threshold) const {
  std::vector<Weights> sums(known_.size(), Weights{0, 0});
  for (const uint32_t row : found.rows)
    for (size_t d = 0; d < dimensions_; ++d)
      if (found.pattern.values[d] == no_value && item(row, d) != no_value) add(sums[item(row, d)], weights_[row]);
  std::vector<uint32_t> out;
  for (uint32_t i = 0; i < sums.size(); ++i)
    if (is_frequent(sums[i], threshold)) out.push_back(i);
  return out;
}

PatternMiner::Rows PatternMiner::rows_with(const Rows& rows, uint32_t wanted) const {
  Rows out;
  const size_t d = known_[wanted].dimension;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(out), [&](uint32_t row) { return item(row, d) == wanted; });
  return out;
}

MinedPattern PatternMiner::answer(const MinedPattern& pattern) const {
  MinedPattern out = pattern;
  for (uint32_t& value : out.values)
    if (value != no_value) value = known_[value].value;
  return out;
}

base::Result<std::vector<MinedPattern>> PatternMiner::frequent(double threshold, size_t steps) {
  TRY(prepare(threshold));
  Rows all(weights_.size());
  for (uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  std::vector<Found> level;
  level.push_back(closure(std::move(all)));
  std::set<std::vector<uint32_t>> met = {level.front().pattern.values};
  std::vector<MinedPattern> out;
  // Values of patterns are held to the end, rows until their level is done.
  const auto bytes_of_values = static_cast<int64_t>((3 * dimensions_ + 40) * sizeof(uint32_t));
  const auto bytes_of_rows = [](const Found& found) {
    return static_cast<int64_t>(found.rows.size() * sizeof(uint32_t));
  };
  int64_t held = charge_.bytes(), level_bytes = bytes_of_rows(level.front());
  for (size_t step = 0; !level.empty(); ++step) {
    std::vector<Found> next;
    int64_t next_bytes = 0;
    for (const Found& found : level) {
      if (found.pattern.value_count > 0) out.push_back(answer(found.pattern));
      if (step == steps) continue;
      for (const uint32_t extension : extensions(found, threshold)) {
        TRY(stop_.check());
        Found larger = closure(rows_with(found.rows, extension));
        if (!met.insert(larger.pattern.values).second) continue;
        if (met.size() > patterns_max)
          return base::fail(base::ErrorCode::limit_exceeded, std::string(who_) + " meets more than " +
                                                                 std::to_string(patterns_max) +
                                                                 " patterns; a larger threshold gives fewer.");
        held += bytes_of_values;
        next_bytes += bytes_of_rows(larger);
        TRY(charge_.set(held + level_bytes + next_bytes));
        next.push_back(std::move(larger));
      }
    }
    level = std::move(next);
    level_bytes = next_bytes;
  }
  return out;
}

double PatternMiner::score(const Weights& weights, size_t value_count, double size_weight) const {
  if (value_count == 0) return 0;
  return std::pow(weights[0] / total_[0], size_weight) *
         std::pow(static_cast<double>(value_count) / static_cast<double>(dimensions_), 1 - size_weight);
}

// The set grown from the values of one row.
base::Result<PatternMiner::Found> PatternMiner::grown(uint32_t seed, double size_weight) const {
  Rows all(weights_.size());
  for (uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  Found best = closure(std::move(all));
  double best_score = score(best.pattern.weights, best.pattern.value_count, size_weight);
  for (bool grew = true; grew;) {
    grew = false;
    Found larger;
    for (size_t d = 0; d < dimensions_; ++d) {
      if (best.pattern.values[d] != no_value || item(seed, d) == no_value) continue;
      TRY(stop_.check());
      Found tried = closure(rows_with(best.rows, item(seed, d)));
      const double tried_score = score(tried.pattern.weights, tried.pattern.value_count, size_weight);
      if (tried_score <= best_score * (1 + tolerance)) continue;
      best_score = tried_score;
      larger = std::move(tried);
      grew = true;
    }
    if (grew) best = std::move(larger);
  }
  return best;
}

base::Result<std::vector<MinedPattern>> PatternMiner::clusters(double threshold, double size_weight, size_t seeds) {
  std::vector<MinedPattern> out;
  if (total_[0] <= 0 || dimensions_ == 0) return out;
  TRY(prepare(threshold));
  std::vector<uint32_t> order(weights_.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return weights_[a][0] > weights_[b][0]; });
  std::vector<bool> covered(weights_.size(), false);
  for (const uint32_t seed : order) {
    TRY(stop_.check());
    if (covered[seed]) continue;
    if (seeds-- == 0) break;
    const Found found = TRY(grown(seed, size_weight));
    covered[seed] = true;
    if (found.pattern.value_count == 0 || !is_frequent(found.pattern.weights, threshold)) continue;
    for (const uint32_t row : found.rows) covered[row] = true;
    out.push_back(answer(found.pattern));
  }
  return out;
}

}  // namespace vedette::kql
