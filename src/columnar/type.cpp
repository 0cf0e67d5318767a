#include "vedette/columnar/type.h"

#include <array>

namespace vedette::columnar {
namespace {

struct Name {
  std::string_view name;
  Type type;
};

// The first name of each type is its own; the others are aliases of the documentation.
constexpr std::array names = {
    Name{"bool", Type::bool_},        Name{"int", Type::int_},          Name{"long", Type::long_},
    Name{"real", Type::real},         Name{"decimal", Type::decimal},   Name{"string", Type::string},
    Name{"datetime", Type::datetime}, Name{"timespan", Type::timespan}, Name{"guid", Type::guid},
    Name{"dynamic", Type::dynamic},   Name{"boolean", Type::bool_},     Name{"date", Type::datetime},
    Name{"time", Type::timespan},     Name{"double", Type::real},       Name{"int32", Type::int_},
    Name{"int64", Type::long_},       Name{"uniqueid", Type::guid},     Name{"uuid", Type::guid},
};

}  // namespace

std::string_view to_string(Type type) { return names[static_cast<size_t>(type)].name; }

std::optional<Type> parse_type(std::string_view kql_name) {
  for (const Name& n : names)
    if (n.name == kql_name) return n.type;
  return std::nullopt;
}

std::optional<size_t> find_column(const Schema& schema, std::string_view name) {
  for (size_t i = 0; i < schema.size(); ++i)
    if (schema[i].name == name) return i;
  return std::nullopt;
}

}  // namespace vedette::columnar
