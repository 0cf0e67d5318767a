// KQL's scalar types, and how each stands in memory.
// Source: kusto/query/scalar-data-types of the KQL documentation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/guid.h"

namespace vedette::columnar {

class Dynamic;
struct Decimal;

//  type      native type        null
//  bool_     uint8_t (0, 1)     validity
//  int_      int32_t            validity
//  long_     int64_t            validity
//  real      double             validity (NaN is a value)
//  decimal   Decimal            validity
//  string    std::string_view   none: "" stands for it
//  datetime  int64_t, ticks of 100 ns since 0001-01-01 UTC      validity
//  timespan  int64_t, ticks of 100 ns                           validity
//  guid      base::Guid         validity
//  dynamic   Dynamic            validity, and Dynamic's own null counts as null too
enum class Type : uint8_t { bool_, int_, long_, real, decimal, string, datetime, timespan, guid, dynamic };

inline constexpr int type_count = 10;

std::string_view to_string(Type type);  // "bool", "int", "long", …: KQL's names
std::optional<Type> parse_type(
    std::string_view kql_name);  // also the aliases boolean, date, time, double, int64, uniqueid

struct Column {
  std::string name;
  Type type = Type::string;
  bool operator==(const Column&) const = default;
};
using Schema = std::vector<Column>;

std::optional<size_t> find_column(const Schema& schema, std::string_view name);  // case-sensitive, as KQL is

}  // namespace vedette::columnar
