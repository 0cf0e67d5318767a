#include "member_path.h"

namespace vedette::kql {

using columnar::Dynamic;
using columnar::DynamicKind;

namespace {

const Dynamic* item_at(const Dynamic& array, int64_t index) {
  if (array.kind() != DynamicKind::array) return nullptr;
  const auto items = array.items();
  if (index < 0) index += static_cast<int64_t>(items.size());
  if (index < 0 || index >= static_cast<int64_t>(items.size())) return nullptr;
  return &items[static_cast<size_t>(index)];
}

const Dynamic* computed_step(const Dynamic& value, const Vector& operand, size_t row) {
  if (operand.is_null(row)) return nullptr;
  if (operand.type() == Type::string) return value.find(operand.view<std::string_view>()[row]);
  return item_at(value, operand.view<int64_t>()[row]);
}

const Dynamic* step_into(const Dynamic& value, const PathStep& step, std::span<const Vector> arguments, size_t row) {
  switch (step.kind) {
    case PathStep::Kind::key:
      return value.find(step.key);
    case PathStep::Kind::index:
      return item_at(value, step.index);
    case PathStep::Kind::computed:
      return computed_step(value, arguments[step.argument], row);
  }
  return nullptr;
}

}  // namespace

Vector evaluate_member_path(const BoundExpression& member, std::span<const Vector> arguments, size_t rows) {
  columnar::VectorBuilder out(Type::dynamic);
  auto* values = out.resize<Dynamic>(rows);
  out.keep_alive(arguments[0]);
  const auto view = arguments[0].view<Dynamic>();
  for (size_t row = 0; row < rows; ++row) {
    const Dynamic* value = view.is_null(row) ? nullptr : &view[row];
    for (const PathStep& step : member.path) {
      if (!value) break;
      value = step_into(*value, step, arguments, row);
    }
    if (value && !value->is_null())
      values[row] = *value;
    else
      out.set_null(row);
  }
  return out.finish();
}

}  // namespace vedette::kql
