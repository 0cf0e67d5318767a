#include "sketches.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "dynamic_rows.h"
#include "families.h"
#include "geo_arguments.h"
#include "series.h"
#include "vedette/base/run_sort.h"

namespace vedette::kql {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;

namespace {

bool has_parts(const Dynamic& value) {
  return is_array(value) && value.items().size() == 3 && is_array(value.items()[0]) && is_array(value.items()[1]) &&
         is_array(value.items()[2]);
}

}  // namespace

std::optional<HashSet> read_hll(const Dynamic& value) {
  if (!has_parts(value)) return std::nullopt;
  HashSet hashes;
  for (const Dynamic& item : value.items()[1].items()) {
    if (item.kind() != DynamicKind::string) return std::nullopt;
    int64_t hash = 0;
    const std::string_view text = item.text();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), hash);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    hashes.push_back(hash);
  }
  base::sort_in_runs<base::Ties::any_order>(hashes);
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  return hashes;
}

Dynamic hll_of(Arena& arena, const HashSet& hashes) {
  std::vector<Dynamic> items;
  items.reserve(hashes.size());
  for (const int64_t hash : hashes) items.push_back(Dynamic::string(arena.copy(std::to_string(hash))));
  const Dynamic parameters[] = {Dynamic::of(int64_t{1024}), Dynamic::of(int64_t{14})};
  const Dynamic parts[] = {make_array(arena, parameters), make_array(arena, items), Dynamic::array({})};
  return make_array(arena, parts);
}

void add_all(HashSet& to, const HashSet& from) {
  HashSet all;
  std::set_union(to.begin(), to.end(), from.begin(), from.end(), std::back_inserter(all));
  to = std::move(all);
}

bool digest_less(const Dynamic& a, const Dynamic& b) {
  if (a.kind() != DynamicKind::real && b.kind() != DynamicKind::real) return a.integer() < b.integer();
  const double x = real_of(a), y = real_of(b);
  if (std::isnan(x) || std::isnan(y)) return std::isnan(x) && !std::isnan(y);
  return x < y;
}

std::optional<Digest> read_digest(const Dynamic& value) {
  if (!has_parts(value)) return std::nullopt;
  const auto values = value.items()[1].items(), weights = value.items()[2].items();
  if (values.size() != weights.size()) return std::nullopt;
  Digest digest;
  for (size_t i = 0; i < values.size(); ++i) {
    const DynamicKind kind = values[i].kind();
    const bool orderable = is_number(values[i]) || kind == DynamicKind::datetime || kind == DynamicKind::timespan;
    if (!orderable || weights[i].kind() != DynamicKind::int64) return std::nullopt;
    digest.values.push_back(values[i]);
    digest.weights.push_back(weights[i].integer());
  }
  if (!std::is_sorted(digest.values.begin(), digest.values.end(), digest_less)) return std::nullopt;
  return digest;
}

Dynamic digest_of(Arena& arena, const Digest& digest) {
  std::vector<Dynamic> weights;
  for (const int64_t weight : digest.weights) weights.push_back(Dynamic::of(weight));
  const Dynamic version[] = {Dynamic::of(int64_t{7})};
  const Dynamic parts[] = {make_array(arena, version), make_array(arena, digest.values), make_array(arena, weights)};
  return make_array(arena, parts);
}

void add_all(Digest& to, const Digest& from) {
  Digest all;
  size_t a = 0, b = 0;
  while (a < to.values.size() || b < from.values.size()) {
    const bool take_b = a == to.values.size() || (b < from.values.size() && digest_less(from.values[b], to.values[a]));
    const Dynamic& value = take_b ? from.values[b] : to.values[a];
    const int64_t weight = take_b ? from.weights[b++] : to.weights[a++];
    if (!all.values.empty() && !digest_less(all.values.back(), value)) {
      all.weights.back() = add_weights(all.weights.back(), weight);
    } else {
      all.values.push_back(value);
      all.weights.push_back(weight);
    }
  }
  to = std::move(all);
}

Dynamic percentile_of(const Digest& digest, double percentile) {
  double total = 0, passed = 0;
  for (const int64_t weight : digest.weights) total += static_cast<double>(weight);
  const double rank = std::max(1.0, std::ceil(percentile * total / 100));
  for (size_t i = 0; i < digest.values.size(); ++i)
    if ((passed += static_cast<double>(digest.weights[i])) >= rank) return digest.values[i];
  return digest.values.empty() ? Dynamic() : digest.values.back();
}

namespace {

using Arguments = std::span<const Vector>;

Result<Vector> dcount_hll(const CallContext&, Arguments arguments, size_t rows) {
  return optional_rows<int64_t>(Type::long_, rows, [&](size_t row) -> std::optional<int64_t> {
    const auto hashes = read_hll(dynamic_at(arguments[0], row));
    return hashes ? std::optional(static_cast<int64_t>(hashes->size())) : std::nullopt;
  });
}

Result<Vector> merge_hll(const CallContext&, Arguments arguments, size_t rows) {
  return dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    HashSet all;
    for (const Vector& argument : arguments) {
      const auto hashes = read_hll(dynamic_at(argument, row));
      if (!hashes) return Dynamic();
      add_all(all, *hashes);
    }
    return hll_of(arena, all);
  });
}

// How many values are in all of them.
Result<Vector> intersect_hll(const CallContext&, Arguments arguments, size_t rows) {
  return optional_rows<int64_t>(Type::long_, rows, [&](size_t row) -> std::optional<int64_t> {
    std::optional<HashSet> common;
    for (const Vector& argument : arguments) {
      auto hashes = read_hll(dynamic_at(argument, row));
      if (!hashes) return std::nullopt;
      if (common) {
        HashSet both;
        std::set_intersection(common->begin(), common->end(), hashes->begin(), hashes->end(), std::back_inserter(both));
        hashes = std::move(both);
      }
      common = std::move(hashes);
    }
    return static_cast<int64_t>(common->size());
  });
}

Result<Vector> merge_digests(const CallContext&, Arguments arguments, size_t rows) {
  return dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    Digest all;
    for (const Vector& argument : arguments) {
      const auto digest = read_digest(dynamic_at(argument, row));
      if (!digest) return Dynamic();
      add_all(all, *digest);
    }
    return digest_of(arena, all);
  });
}

Result<Vector> percentile(const CallContext&, Arguments arguments, size_t rows) {
  return dynamic_rows(arguments, rows, [&](Arena&, size_t row) {
    const auto digest = read_digest(dynamic_at(arguments[0], row));
    const auto wanted = real_argument(arguments[1], row);
    return digest && wanted ? percentile_of(*digest, *wanted) : Dynamic();
  });
}

// The percentiles are numbers, or an array of them.
Result<Vector> percentiles(const CallContext&, Arguments arguments, size_t rows) {
  return dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    const auto digest = read_digest(dynamic_at(arguments[0], row));
    if (!digest) return Dynamic();
    std::vector<Dynamic> out;
    for (const Vector& argument : arguments.subspan(1)) {
      if (argument.type() != Type::dynamic) {
        const auto wanted = real_argument(argument, row);
        out.push_back(wanted ? percentile_of(*digest, *wanted) : Dynamic());
        continue;
      }
      for (const Dynamic& item : dynamic_at(argument, row).items())
        out.push_back(is_number(item) ? percentile_of(*digest, real_of(item)) : Dynamic());
    }
    return make_array(arena, out);
  });
}

// How many values are not greater, and their share in percent.
enum class Rank : uint8_t { count, percent };

template <Rank R>
Result<Vector> rank(const CallContext&, Arguments arguments, size_t rows) {
  return optional_rows<double>(Type::real, rows, [&](size_t row) -> std::optional<double> {
    const auto digest = read_digest(dynamic_at(arguments[0], row));
    Arena arena;
    const Dynamic value = dynamic_view(arguments[1], row, arena);
    if (!digest || value.is_null()) return std::nullopt;
    double below = 0, total = 0;
    for (size_t i = 0; i < digest->values.size(); ++i) {
      total += static_cast<double>(digest->weights[i]);
      if (!digest_less(value, digest->values[i])) below += static_cast<double>(digest->weights[i]);
    }
    if (R == Rank::percent) return total > 0 ? std::optional(100 * below / total) : std::nullopt;
    return below;
  });
}

template <class T, std::optional<T> (*Read)(const Dynamic&)>
Result<Vector> is_valid(const CallContext&, Arguments arguments, size_t rows) {
  return optional_rows<uint8_t>(Type::bool_, rows, [&](size_t row) -> std::optional<uint8_t> {
    return Read(dynamic_at(arguments[0], row)).has_value();
  });
}

constexpr std::string_view several = "(dynamic, dynamic, dynamic?...) -> dynamic";
constexpr std::string_view ranked = "(dynamic, int|long|real|datetime|timespan) -> real";
constexpr ScalarFunction sketches_table[] = {
    {"dcount_hll", "(dynamic) -> long", dcount_hll, "How many different values an hll has."},
    {"dcount_hll of the common values", "(dynamic...) -> long", intersect_hll, "How many values several hll share."},
    {"hll_merge", several, merge_hll, "Several hll as one."},
    {"hll_isvalid", "(dynamic) -> bool", is_valid<HashSet, read_hll>, "Whether a value is an hll."},
    {"tdigest_merge", several, merge_digests, "Several tdigests as one."},
    {"merge_tdigest", several, merge_digests, "As tdigest_merge."},
    {"tdigest_isvalid", "(dynamic) -> bool", is_valid<Digest, read_digest>, "Whether a value is a tdigest."},
    {"percentile_tdigest", "(dynamic, percentile: real) -> dynamic", percentile, "A percentile of a tdigest."},
    {"percentiles_array_tdigest", "(dynamic, percentiles: dynamic) -> dynamic", percentiles,
     "Percentiles of a tdigest."},
    {"percentiles_array_tdigest", "(dynamic, percentile: real...) -> dynamic", percentiles,
     "Percentiles of a tdigest."},
    {"rank_tdigest", ranked, rank<Rank::count>, "How many values of a tdigest are not greater."},
    {"percentrank_tdigest", ranked, rank<Rank::percent>, "The share of a tdigest's values that are not greater."},
};

}  // namespace

std::span<const ScalarFunction> sketch_functions() { return sketches_table; }

}  // namespace vedette::kql
