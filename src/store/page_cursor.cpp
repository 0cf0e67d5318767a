#include "page_cursor.h"

#include <xxhash.h>

#include <array>
#include <charconv>

#include "literal.h"
#include "vedette/base/base64.h"
#include "vedette/json/value.h"

namespace vedette::store {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

std::string to_text(const Literal& value) {
  struct Writer {
    std::string operator()(std::monostate) const { return "n"; }
    std::string operator()(bool value) const { return value ? "b1" : "b0"; }
    std::string operator()(int64_t value) const { return "i" + std::to_string(value); }
    std::string operator()(double value) const {
      std::array<char, 64> text{};
      const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
      return 'r' + std::string(text.data(), end);
    }
    std::string operator()(const std::string& value) const { return "s" + value; }
    std::string operator()(base::DateTime value) const { return "t" + std::to_string(value.ticks); }
  };
  return std::visit(Writer{}, value);
}

template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// nullopt unless it is null or a value that literal_of gives for `kind`.
std::optional<Literal> literal(std::string_view text, ValueKind kind) {
  if (text == "n") return Literal();
  if (text.empty()) return std::nullopt;
  const std::string_view rest = text.substr(1);
  switch (kind) {
    case ValueKind::boolean:
      return text == "b0" || text == "b1" ? std::optional(Literal(text == "b1")) : std::nullopt;
    case ValueKind::int64: {
      const auto value = number<int64_t>(rest);
      return text[0] == 'i' && value ? std::optional(Literal(*value)) : std::nullopt;
    }
    case ValueKind::real: {
      const auto value = number<double>(rest);
      return text[0] == 'r' && value ? std::optional(Literal(*value)) : std::nullopt;
    }
    case ValueKind::text:
    case ValueKind::text_ignoring_case:
      return text[0] == 's' ? std::optional(Literal(std::string(rest))) : std::nullopt;
    case ValueKind::date_time: {
      const auto value = number<int64_t>(rest);
      return text[0] == 't' && value ? std::optional(Literal(base::DateTime{*value})) : std::nullopt;
    }
    case ValueKind::collection:
    case ValueKind::complex:
      break;
  }
  return std::nullopt;
}

void add(std::string& out, std::string_view text) { out += std::to_string(text.size()) + ':' + std::string(text); }

void add(std::string& out, const std::vector<std::string>& path) {
  out += std::to_string(path.size());
  for (const std::string& name : path) add(out, name);
}

void describe(std::string& out, const Expression& expression) {
  for (const auto part : {static_cast<int>(expression.op), static_cast<int>(expression.function),
                          static_cast<int>(expression.kind), static_cast<int>(expression.operands.size())})
    out += std::to_string(part) + ' ';
  add(out, to_text(expression.value));
  add(out, expression.variable);
  add(out, expression.path);
  for (const Expression& operand : expression.operands) describe(out, operand);
}

std::string fingerprint(const Query& query) {
  std::string text = "2";  // of cursors
  add(text, query.collection);
  text += std::to_string(query.order.size());
  for (const OrderBy& key : query.order) {
    text += key.direction == Direction::ascending ? '+' : '-';
    text += std::to_string(static_cast<int>(key.kind)) + ' ';
    add(text, key.path);
    add(text, key.ranking);
  }
  if (query.filter) describe(text, *query.filter);
  return std::to_string(XXH3_64bits(text.data(), text.size()));
}

base::Error damaged() { return {ErrorCode::bad_request, "The skip token is not one that this query was given."}; }

constexpr size_t values_at = 3;  // behind hash, sequence and count

std::string digits(const std::optional<int64_t>& value) { return value ? std::to_string(*value) : std::string(); }

Result<std::optional<int64_t>> whole(std::string_view text) {
  const auto value = number<int64_t>(text);
  if (!text.empty() && !value) return damaged();
  return value;
}

}  // namespace

std::string encode_cursor(const Query& query, const Cursor& cursor) {
  const auto& [position, snapshot] = cursor;
  json::Array parts{boost::json::string(fingerprint(query)),
                    boost::json::string(snapshot ? digits(snapshot->sequence) : std::string()),
                    boost::json::string(snapshot ? digits(snapshot->count) : std::string())};
  for (const Literal& value : position.values) parts.emplace_back(boost::json::string(to_text(value)));
  parts.emplace_back(boost::json::string(digits(position.number)));
  return base::encode_base64url(json::to_text(parts));
}

Result<Cursor> decode_cursor(const Query& query) {
  const auto text = base::decode_base64url(query.after);
  const auto parsed = text ? json::parse(*text) : Result<json::Value>(damaged());
  if (!parsed || !parsed->is_array()) return damaged();
  std::vector<std::string_view> parts;
  for (const json::Value& part : parsed->get_array()) {
    if (!part.is_string()) return damaged();
    parts.emplace_back(part.get_string().data(), part.get_string().size());
  }
  if (parts.size() != values_at + query.order.size() + 1 || parts[0] != fingerprint(query)) return damaged();
  Cursor cursor;
  const auto sequence = TRY(whole(parts[1])), count = TRY(whole(parts[2]));
  if (sequence) cursor.snapshot = Snapshot{*sequence, count};
  for (size_t i = 0; i < query.order.size(); ++i) {
    const OrderBy& key = query.order[i];
    const auto value = literal(parts[values_at + i], key.ranking.empty() ? key.kind : ValueKind::int64);
    if (!value) return damaged();
    cursor.position.values.push_back(*value);
  }
  const auto number = TRY(whole(parts.back()));
  if (!number) return damaged();
  cursor.position.number = *number;
  return cursor;
}

Direction number_direction(const std::vector<OrderBy>& order) {
  return order.empty() ? Direction::ascending : order[0].direction;
}

bool comes_after(const std::vector<OrderBy>& order, const Position& position, const Position& other) {
  for (size_t i = 0; i < order.size(); ++i) {
    const int difference = compare(position.values[i], other.values[i]);
    if (difference != 0) return order[i].direction == Direction::ascending ? difference > 0 : difference < 0;
  }
  return number_direction(order) == Direction::ascending ? position.number > other.number
                                                         : position.number < other.number;
}

}  // namespace vedette::store
