#include <new>

#include "vedette/columnar/vector.h"

namespace vedette::columnar {

Dynamic to_dynamic(const Vector& column, size_t row, Arena& arena) {
  return copy(dynamic_view(column, row, arena), arena);
}

Dynamic dynamic_view(const Vector& column, size_t row, Arena& arena) {
  if (column.is_null(row)) return {};
  switch (column.type()) {
    case Type::bool_:
      return Dynamic::of(column.view<uint8_t>()[row] != 0);
    case Type::int_:
      return Dynamic::of(int64_t{column.view<int32_t>()[row]});
    case Type::long_:
      return Dynamic::of(column.view<int64_t>()[row]);
    case Type::real:
      return Dynamic::of(column.view<double>()[row]);
    case Type::decimal:
      return Dynamic::of(columnar::to_real(column.view<Decimal>()[row]));
    case Type::string:
      return Dynamic::string(column.view<std::string_view>()[row]);
    case Type::datetime:
      return Dynamic::datetime(column.view<int64_t>()[row]);
    case Type::timespan:
      return Dynamic::timespan(column.view<int64_t>()[row]);
    case Type::guid:
      return Dynamic::guid(new (arena.allocate(sizeof(base::Guid), alignof(base::Guid)))
                               base::Guid(column.view<base::Guid>()[row]));
    case Type::dynamic:
      return column.view<Dynamic>()[row];
  }
  return {};
}

}  // namespace vedette::columnar
