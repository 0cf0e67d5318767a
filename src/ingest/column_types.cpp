#include "column_types.h"

#include <charconv>
#include <cmath>
#include <optional>

#include "vedette/base/time.h"

namespace vedette::ingest {

using columnar::Dynamic;
using columnar::DynamicKind;
using columnar::Type;
using columnar::VectorBuilder;

namespace {

template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// A date alone is no time: identifiers look like that.
std::optional<base::DateTime> time(std::string_view text) {
  constexpr size_t shortest = std::string_view("2024-03-26T09:39").size();
  if (text.size() < shortest || text[4] != '-' || (text[10] != 'T' && text[10] != ' ')) return std::nullopt;
  return base::parse_iso_date_time(text);
}

bool spells_integer(std::string_view text) {
  const auto value = number<int64_t>(text);
  return value && std::to_string(*value) == text;  // "007" is a name
}

bool spells_real(std::string_view text) {
  const auto value = number<double>(text);
  const bool leading_zero = text.size() > 1 && text[0] == '0' && text[1] != '.';
  return value && std::isfinite(*value) && !leading_zero;
}

std::optional<bool> boolean(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

template <class T>
void append_or_null(VectorBuilder& out, const std::optional<T>& value) {
  if (value)
    out.append(*value);
  else
    out.append_null();
}

std::optional<int64_t> as_long(const Dynamic& value) {
  if (value.kind() == DynamicKind::int64) return value.integer();
  if (value.kind() == DynamicKind::boolean) return value.boolean() ? 1 : 0;
  return value.kind() == DynamicKind::string ? number<int64_t>(value.text()) : std::nullopt;
}

std::optional<double> as_real(const Dynamic& value) {
  if (value.kind() == DynamicKind::int64) return static_cast<double>(value.integer());
  if (value.kind() == DynamicKind::real) return value.real();
  return value.kind() == DynamicKind::string ? number<double>(value.text()) : std::nullopt;
}

std::optional<uint8_t> as_bool(const Dynamic& value) {
  if (value.kind() == DynamicKind::boolean) return value.boolean();
  if (value.kind() != DynamicKind::string) return std::nullopt;
  const auto spelled = boolean(value.text());
  return spelled ? std::optional<uint8_t>(*spelled) : std::nullopt;
}

std::optional<int64_t> as_ticks(const Dynamic& value) {
  if (value.kind() != DynamicKind::string) return std::nullopt;
  const auto spelled = base::parse_iso_date_time(value.text());
  return spelled ? std::optional<int64_t>(spelled->ticks) : std::nullopt;
}

}  // namespace

void ColumnTypes::add(std::string_view name, const Dynamic& value, Texts texts) {
  const auto [at, fresh] = columns_.try_emplace(std::string(name), names_.size());
  if (fresh) {
    names_.emplace_back(name);
    seen_.emplace_back();
  }
  Seen& seen = seen_[at->second];
  switch (value.kind()) {
    case DynamicKind::null:
      return;
    case DynamicKind::boolean:
      seen.boolean = true;
      return;
    case DynamicKind::int64:
      seen.integer = true;
      return;
    case DynamicKind::real:
      seen.real = true;
      return;
    case DynamicKind::string: {
      const std::string_view text = value.text();
      if (text.empty()) return;
      seen.texts = texts;
      const bool spells = texts == Texts::spell_values;
      if (time(text))
        seen.time = true;
      else if (spells && boolean(text))
        seen.boolean = true;
      else if (spells && spells_integer(text))
        seen.integer = true;
      else if (spells && spells_real(text))
        seen.real = true;
      else
        seen.text = true;
      return;
    }
    case DynamicKind::datetime:
    case DynamicKind::timespan:
    case DynamicKind::guid:
    case DynamicKind::array:
    case DynamicKind::bag:
      seen.nested = true;
  }
}

Type ColumnTypes::type_of(const Seen& seen) {
  if (seen.nested) return Type::dynamic;
  const bool number = seen.integer || seen.real;
  const int kinds = seen.boolean + number + (seen.time || seen.text);
  if (kinds == 0) return Type::string;
  if (kinds > 1) return seen.texts == Texts::spell_values ? Type::string : Type::dynamic;
  if (seen.boolean) return Type::bool_;
  if (number) return seen.real ? Type::real : Type::long_;
  return seen.text ? Type::string : Type::datetime;
}

columnar::Schema ColumnTypes::schema() const {
  columnar::Schema schema;
  for (size_t i = 0; i < names_.size(); ++i) schema.push_back({names_[i], type_of(seen_[i])});
  return schema;
}

void append_converted(VectorBuilder& out, const Dynamic& value) {
  switch (out.type()) {
    case Type::bool_:
      return append_or_null(out, as_bool(value));
    case Type::int_: {
      const auto number = as_long(value);
      const bool fits = number && *number >= INT32_MIN && *number <= INT32_MAX;
      return append_or_null(out, fits ? std::optional<int32_t>(static_cast<int32_t>(*number)) : std::nullopt);
    }
    case Type::long_:
      return append_or_null(out, as_long(value));
    case Type::real:
      return append_or_null(out, as_real(value));
    case Type::datetime:
      return append_or_null(out, as_ticks(value));
    case Type::string: {
      if (value.kind() == DynamicKind::string) return out.append(value.text());
      if (value.is_null()) return out.append_null();
      std::string text;
      append_json(text, value);
      return out.append_copy(std::string_view(text));
    }
    case Type::dynamic:
      return value.is_null() ? out.append_null() : out.append(value);
    case Type::decimal:
    case Type::timespan:
    case Type::guid:  // no table and no file has such columns
      return out.append_null();
  }
}

}  // namespace vedette::ingest
