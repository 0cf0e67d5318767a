// new_guid, gettype, isascii, isutf8, assert, ingestion_time. Source: kusto/query, the page of each function.
#include <algorithm>

#include "families.h"
#include "vedette/base/utf8.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;

Result<Vector> new_guid(const CallContext&, std::span<const Vector>, size_t rows) {
  columnar::VectorBuilder out(Type::guid);
  auto* values = out.resize<base::Guid>(rows);
  for (size_t row = 0; row < rows; ++row) values[row] = base::random_guid();
  return out.finish();
}

Result<Vector> is_ascii(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<uint8_t>(Type::bool_, arguments, rows, [](std::string_view text) -> uint8_t {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  });
}

Result<Vector> is_utf8(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<uint8_t>(Type::bool_, arguments, rows,
                      [](std::string_view text) -> uint8_t { return base::is_valid_utf8(text); });
}

// True for every row, or what error_of() says of the first row's message where it is not.
template <class F>
Result<Vector> always_true(std::span<const Vector> arguments, size_t rows, F error_of) {
  const auto condition = arguments[0].view<uint8_t>();
  const auto message = arguments[1].view<std::string_view>();
  for (size_t row = 0; row < rows; ++row)
    if (condition.is_null(row) || !condition[row]) return error_of(std::string(message[row]));
  return columnar::constant_bool(true, rows);
}

Result<Vector> assert_true(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return always_true(arguments, rows, [](const std::string& message) {
    return base::fail(base::ErrorCode::semantic_error, "assert() has failed with message: '" + message + "'");
  });
}

Result<Vector> supported(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return always_true(arguments, rows, [](const std::string& what) {
    return base::fail(base::ErrorCode::not_supported, what + " is not supported.");
  });
}

Result<Vector> type_of_dynamic(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  using columnar::DynamicKind;
  columnar::VectorBuilder out(Type::string);
  const auto values = arguments[0].view<columnar::Dynamic>();
  const auto name_of = [](DynamicKind kind) -> std::string_view {
    switch (kind) {
      case DynamicKind::null:
        return "null";
      case DynamicKind::boolean:
        return "bool";
      case DynamicKind::int64:
        return "long";
      case DynamicKind::real:
        return "double";
      case DynamicKind::string:
        return "string";
      case DynamicKind::datetime:
        return "datetime";
      case DynamicKind::timespan:
        return "timespan";
      case DynamicKind::guid:
        return "guid";
      case DynamicKind::array:
        return "array";
      case DynamicKind::bag:
        return "dictionary";
    }
    return "";
  };
  for (size_t row = 0; row < rows; ++row)
    out.append<std::string_view>(values.is_null(row) ? "null" : name_of(values[row].kind()));
  return out.finish();
}

// Rows do not carry the time of their ingestion: only of no rows is the answer known.
Result<Vector> ingestion_time(const CallContext&, std::span<const Vector>, size_t rows) {
  if (rows > 0)
    return base::fail(base::ErrorCode::not_supported,
                      "ingestion_time() is not supported: rows do not carry the time of their ingestion.");
  return columnar::VectorBuilder(Type::datetime).finish();
}

// What a null is that has a type is not documented.
Result<Vector> type_of_value(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  for (size_t row = 0; row < rows; ++row)
    if (arguments[0].is_null(row))
      return base::fail(base::ErrorCode::not_supported, "gettype() of a null that is not dynamic is not supported.");
  return columnar::constant_string(columnar::to_string(arguments[0].type()), rows);
}

constexpr ScalarFunction misc_table[] = {
    {"ingestion_time", "() -> datetime", ingestion_time, "When a row was ingested; refused for rows, which lack it.",
     Determinism::per_row},
    {"new_guid", "() -> guid", new_guid, "A random guid, another for each row.", Determinism::per_row},
    {"gettype", "(dynamic) -> string", type_of_dynamic, "The name of the type that a value has."},
    {"gettype", "(bool|number|string|datetime|timespan|guid) -> string", type_of_value,
     "The name of the type that a value has."},
    {"isascii", "(string) -> bool", is_ascii, "Whether a text has ASCII characters alone."},
    {"isutf8", "(string) -> bool", is_utf8, "Whether a text is well-formed UTF-8."},
    {"assert", "(bool, message: string) -> bool", assert_true, "True, or the failure of the query with a message."},
    {"$supported", "(bool, what: string) -> bool", supported,
     "True, or the refusal of the query: what a plugin lacks."},
};

}  // namespace

std::span<const ScalarFunction> misc_functions() { return misc_table; }

}  // namespace vedette::kql
