// The row with the greatest or least value of its first column, for each group: arg_max, arg_min, and min and max of
// text. A null loses against any value, and a group of nulls keeps its first row.
#pragma once

#include <cmath>
#include <type_traits>

#include "aggregate_rows.h"
#include "kept_rows.h"

namespace vedette::kql {

// Better::than(candidate, best) decides whether a row takes the place of the one kept; of equals the first stays.
template <class T, class Better>
class Optimum final : public Accumulator {
 public:
  Optimum(std::vector<Type> columns, std::optional<size_t> condition)
      : columns_(columns.size()), condition_(condition), rows_(std::move(columns)) {}

  base::Status update(const CallContext&, std::span<const Vector> arguments, std::span<const uint32_t> groups,
                      size_t group_count) override {
    return offer(arguments, groups, CountedRows(arguments, condition_), group_count);
  }
  // When the best of the rows would not win in any of the groups.
  bool is_settled(std::span<const Vector> arguments, std::span<const uint32_t> groups) const override {
    if constexpr (std::is_same_v<T, int64_t>) {
      const auto view = arguments[0].view<T>();
      const size_t rows = arguments[0].size();
      if (rows == 0 || groups.empty() || view.may_have_nulls()) return false;
      for (const uint32_t group : groups)
        if (group >= best_.size() || !best_[group].known || Better::than(view[0], best_[group].value)) return false;
      T least = best_[groups[0]].value, most = view[0];
      for (const uint32_t group : groups)
        if (Better::than(least, best_[group].value)) least = best_[group].value;
      for (size_t row = 0; row < rows; ++row)
        if (Better::than(view[row], most)) most = view[row];
      return !Better::than(most, least);
    }
    return false;
  }
  base::Status merge(Accumulator& other, std::span<const uint32_t> groups, size_t group_count) override {
    KeptRows::Live theirs = static_cast<Optimum&>(other).rows_.live();
    for (uint32_t& group : theirs.groups) group = groups[group];
    return offer(theirs.columns, theirs.groups, CountedRows(theirs.columns, std::nullopt), group_count);
  }
  base::Result<std::vector<Vector>> finish(const CallContext&, size_t group_count) override {
    return rows_.finish(group_count);
  }
  int64_t held_bytes() const override {
    return rows_.held_bytes() + static_cast<int64_t>(best_.capacity() * sizeof(Best));
  }

 private:
  struct Best {
    T value{};
    bool known = false;  // a value is there
    bool any = false;    // a row is there
  };

  base::Status offer(std::span<const Vector> values, std::span<const uint32_t> groups, const CountedRows& counted,
                     size_t group_count) {
    best_.resize(group_count);
    rows_.begin(group_count);
    const auto view = values[0].view<T>();
    if constexpr (std::is_same_v<T, int64_t>) {
      const bool ascends = groups.size() > 1 && Better::than(view[groups.size() - 1], view[0]);
      if (ascends && !condition_ && !view.may_have_nulls()) {
        offer_backwards(view, groups);
        rows_.end(values.first(columns_), [](uint32_t) {});
        return {};
      }
    }
    for (size_t row = 0; row < groups.size(); ++row) {
      if (!counted.contains(row)) continue;
      Best& best = best_[groups[row]];
      const bool known = !values[0].is_null(row);
      const bool better = known && (!best.known || Better::than(view[row], best.value));
      if (!better && best.any) continue;
      best.any = true, best.known = known;
      if (known) best.value = view[row];
      rows_.choose(groups[row], static_cast<uint32_t>(row));
    }
    rows_.end(values.first(columns_), [&](uint32_t group) {
      if constexpr (std::is_same_v<T, std::string_view>)
        if (best_[group].known) best_[group].value = rows_.template first<T>(group);
    });
    return {};
  }

  // Where later rows tend to be better, the last ones are asked first: most others then lose at once.
  void offer_backwards(const columnar::View<T>& view, std::span<const uint32_t> groups) {
    for (size_t row = groups.size(); row-- > 0;) {
      const uint32_t group = groups[row];
      Best& best = best_[group];
      const bool better =
          !best.known || Better::than(view[row], best.value) || (view[row] == best.value && rows_.has_chosen(group));
      if (!better) continue;
      best = {view[row], true, true};
      rows_.choose(group, static_cast<uint32_t>(row));
    }
  }

  size_t columns_;
  std::optional<size_t> condition_;
  KeptRows rows_;
  std::vector<Best> best_;
};

// Any number is better than NaN, wherever it stands.
template <bool Largest>
struct Extreme {
  template <class T>
  static bool than(const T& value, const T& best) {
    if constexpr (std::is_same_v<T, double>)
      if (std::isnan(best)) return !std::isnan(value);
    if constexpr (std::is_same_v<T, columnar::Decimal>)
      return Largest ? columnar::compare(value, best) > 0 : columnar::compare(value, best) < 0;
    else
      return Largest ? best < value : value < best;
  }
};

}  // namespace vedette::kql
