#include "literal.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "vedette/base/ascii_case.h"

namespace vedette::store {
namespace {

// 2^63: the first double that is no int64.
constexpr double int64_end = 9223372036854775808.0;

std::string_view text_of(const json::Value& value) { return {value.get_string().data(), value.get_string().size()}; }

bool is_whole(double value) { return value >= -int64_end && value < int64_end && value == std::floor(value); }

// Non-finite values stand as text in JSON (OData JSON Format 4.01, 7.1: INF, -INF, NaN).
std::optional<double> non_finite(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "INF" || text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-INF" || text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

Literal whole_number(const json::Value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_double() && is_whole(value.get_double())) return static_cast<int64_t>(value.get_double());
  return {};
}

Literal real_number(const json::Value& value) {
  if (value.is_double()) return value.get_double();
  if (value.is_int64()) return static_cast<double>(value.get_int64());
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  const auto special = value.is_string() ? non_finite(text_of(value)) : std::nullopt;
  return special ? Literal(*special) : Literal();
}

template <class T>
int three_way(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

int compare_real(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return three_way(!std::isnan(a), !std::isnan(b));
  return three_way(a, b);
}

int compare_mixed(int64_t whole, double real) {
  if (std::isnan(real) || real < -int64_end) return 1;
  if (real >= int64_end) return -1;
  const double floor = std::floor(real);
  const int order = three_way(whole, static_cast<int64_t>(floor));
  return order == 0 && real > floor ? -1 : order;
}

}  // namespace

const json::Value* follow(const json::Value* value, const std::vector<std::string>& path) {
  for (const std::string& name : path) {
    if (!value) return nullptr;
    value = json::find(*value, name == "*type" ? "@odata.type" : name);
  }
  return value;
}

Literal order_value(Literal value, const OrderBy& key) {
  const auto* text = key.ranking.empty() ? nullptr : std::get_if<std::string>(&value);
  if (!text) return value;
  return std::find(key.ranking.begin(), key.ranking.end(), *text) - key.ranking.begin();
}

Literal literal_of(const json::Value* value, ValueKind kind) {
  if (!value) return {};
  switch (kind) {
    case ValueKind::boolean:
      return value->is_bool() ? Literal(value->get_bool()) : Literal();
    case ValueKind::int64:
      return whole_number(*value);
    case ValueKind::real:
      return real_number(*value);
    case ValueKind::text:
      return value->is_string() ? Literal(std::string(text_of(*value))) : Literal();
    case ValueKind::text_ignoring_case:
      return value->is_string() ? Literal(folded(text_of(*value))) : Literal();
    case ValueKind::date_time: {
      const auto time = value->is_string() ? base::parse_iso_date_time(text_of(*value)) : std::nullopt;
      return time ? Literal(*time) : Literal();
    }
    case ValueKind::collection:
    case ValueKind::complex:
      return {};
  }
  return {};
}

bool is_null(const Literal& value) { return std::holds_alternative<std::monostate>(value); }

bool is_not_a_number(const Literal& value) {
  const auto* real = std::get_if<double>(&value);
  return real && std::isnan(*real);
}

int compare(const Literal& a, const Literal& b) {
  if (const auto* x = std::get_if<int64_t>(&a))
    if (const auto* y = std::get_if<double>(&b)) return compare_mixed(*x, *y);
  if (const auto* x = std::get_if<double>(&a)) {
    if (const auto* y = std::get_if<int64_t>(&b)) return -compare_mixed(*y, *x);
    if (const auto* y = std::get_if<double>(&b)) return compare_real(*x, *y);
  }
  if (a.index() != b.index()) return three_way(a.index(), b.index());
  return std::visit(
      [&](const auto& x) {
        using T = std::decay_t<decltype(x)>;
        if constexpr (std::is_same_v<T, std::monostate>)
          return 0;
        else if constexpr (std::is_same_v<T, std::string>)
          return x.compare(std::get<T>(b));
        else
          return three_way(x, std::get<T>(b));
      },
      a);
}

std::string folded(std::string_view text) { return base::ascii_lower(text); }

}  // namespace vedette::store
