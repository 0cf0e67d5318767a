#include "dynamic_values.h"

#include <cmath>
#include <limits>

#include "vedette/base/time.h"
#include "vedette/columnar/real_text.h"

namespace vedette::kql {

using columnar::Arena;
using columnar::Decimal;
using columnar::Dynamic;
using columnar::DynamicKind;
using columnar::Type;
using columnar::Vector;
using columnar::VectorBuilder;

namespace {

bool is_kind(const Dynamic& value, DynamicKind kind) { return value.kind() == kind; }

template <class T>
bool append_integer(VectorBuilder& out, const Dynamic& value) {
  int64_t integer = 0;
  if (is_kind(value, DynamicKind::int64))
    integer = value.integer();
  else if (is_kind(value, DynamicKind::real) && value.real() == std::trunc(value.real()) &&
           std::fabs(value.real()) < 9.2e18)
    integer = static_cast<int64_t>(value.real());
  else
    return false;
  if (integer < std::numeric_limits<T>::min() || integer > std::numeric_limits<T>::max()) return false;
  out.append(static_cast<T>(integer));
  return true;
}

bool append_text(VectorBuilder& out, const Dynamic& value) {
  if (is_kind(value, DynamicKind::string)) {
    out.append_copy(value.text());
    return true;
  }
  std::string text;
  append_engine_json(text, value);
  if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
  out.append_copy(text);
  return true;
}

bool append_real(VectorBuilder& out, const Dynamic& value) {
  if (is_kind(value, DynamicKind::real))
    out.append(value.real());
  else if (is_kind(value, DynamicKind::int64))
    out.append(static_cast<double>(value.integer()));
  else
    return false;
  return true;
}

bool append_decimal(VectorBuilder& out, const Dynamic& value) {
  std::optional<Decimal> decimal;
  if (is_kind(value, DynamicKind::int64)) decimal = columnar::decimal_from_long(value.integer());
  if (is_kind(value, DynamicKind::real)) decimal = columnar::decimal_from_real(value.real());
  if (decimal) out.append(*decimal);
  return decimal.has_value();
}

bool append_datetime(VectorBuilder& out, const Dynamic& value) {
  std::optional<base::DateTime> time;
  if (is_kind(value, DynamicKind::datetime)) time = base::DateTime{value.integer()};
  if (is_kind(value, DynamicKind::string)) time = base::parse_iso_date_time(value.text());
  if (time) out.append(time->ticks);
  return time.has_value();
}

bool append_guid(VectorBuilder& out, const Dynamic& value) {
  std::optional<base::Guid> guid;
  if (is_kind(value, DynamicKind::guid)) guid = value.guid();
  if (is_kind(value, DynamicKind::string)) guid = base::parse_guid(value.text());
  if (guid) out.append(*guid);
  return guid.has_value();
}

bool append_cast(VectorBuilder& out, const Dynamic& value) {
  switch (out.type()) {
    case Type::bool_:
      if (!is_kind(value, DynamicKind::boolean)) return false;
      out.append(static_cast<uint8_t>(value.boolean()));
      return true;
    case Type::int_:
      return append_integer<int32_t>(out, value);
    case Type::long_:
      return append_integer<int64_t>(out, value);
    case Type::real:
      return append_real(out, value);
    case Type::decimal:
      return append_decimal(out, value);
    case Type::string:
      return append_text(out, value);
    case Type::datetime:
      return append_datetime(out, value);
    case Type::timespan:
      if (!is_kind(value, DynamicKind::timespan)) return false;
      out.append(value.integer());
      return true;
    case Type::guid:
      return append_guid(out, value);
    case Type::dynamic:
      out.append(value);
      return true;
  }
  return false;
}

}  // namespace

Vector cast_dynamics(const Vector& dynamics, Type type) {
  if (type == Type::dynamic) return dynamics;
  VectorBuilder out(type, dynamics.size());
  const auto view = dynamics.view<Dynamic>();
  for (size_t row = 0; row < dynamics.size(); ++row)
    if (view.is_null(row) || view[row].is_null() || !append_cast(out, view[row])) out.append_null();
  return out.finish();
}

}  // namespace vedette::kql
