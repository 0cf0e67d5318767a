#include "join_keys.h"

#include <algorithm>

#include "vedette/columnar/native_type.h"

namespace vedette::kql {

using columnar::VectorBuilder;

namespace {

template <class T>
Vector bits_of(const Vector& values) {
  const auto view = values.view<T>();
  VectorBuilder out(Type::long_);
  auto* numbers = out.resize<int64_t>(values.size());
  for (size_t row = 0; row < values.size(); ++row) numbers[row] = static_cast<int64_t>(view[row]);
  if (view.may_have_nulls())
    for (size_t row = 0; row < values.size(); ++row)
      if (view.is_null(row)) out.set_null(row);
  return out.finish();
}

}  // namespace

// Hands on a side's batches with the numbers of their keys behind their columns.
class NumberedKeys final : public BatchStream {
 public:
  NumberedKeys(JoinKeys& keys, JoinSide side, StreamPtr input) : keys_(keys), side_(side), input_(std::move(input)) {
    memory_.dictionaries.resize(keys.width());
  }

  base::Result<std::optional<Batch>> next() override {
    auto batch = TRY(input_->next());
    if (!batch) return batch;
    const size_t width = batch->columns.size();
    for (size_t i = 0; i < keys_.width(); ++i) {
      const JoinKey& key = keys_.node_.keys[i];
      const Vector& values = batch->columns[side_ == JoinSide::left ? key.left : key.right];
      batch->columns.push_back(keys_.numbers(*keys_.columns_[i], values, memory_.dictionaries[i]));
    }
    const auto& left_out = keys_.left_out(side_);
    for (size_t i = 0; i < width; ++i)
      if (left_out[i]) batch->columns[i] = columnar::constant_null(batch->columns[i].type(), batch->rows);
    return batch;
  }

 private:
  JoinKeys& keys_;
  const JoinSide side_;
  const StreamPtr input_;
  JoinKeys::Memory memory_;
};

JoinKeys::JoinKeys(const JoinNode& node) : node_(node) {
  for (const JoinKey& key : node.keys) {
    auto& column = *columns_.emplace_back(std::make_unique<Column>());
    column.type = node.inputs[0]->output[key.left].type;
    column.by_bits = column.type == Type::bool_ || column.type == Type::int_ || column.type == Type::long_ ||
                     column.type == Type::datetime || column.type == Type::timespan;
    if (!column.by_bits) column.ids = ValueIds::make(column.type);
  }
  for (size_t side = 0; side < 2; ++side) left_out_[side].assign(node.inputs[side]->output.size(), true);
  for (const JoinOutput& output : node.outputs) left_out_[output.side == JoinSide::left ? 0 : 1][output.column] = false;
}

columnar::Schema JoinKeys::held_schema(JoinSide side) const {
  columnar::Schema schema = node_.inputs[side == JoinSide::left ? 0 : 1]->output;
  for (size_t i = 0; i < columns_.size(); ++i) schema.push_back({"", Type::long_});
  return schema;
}

StreamPtr JoinKeys::numbered(JoinSide side, StreamPtr input) {
  return std::make_unique<NumberedKeys>(*this, side, std::move(input));
}

Vector JoinKeys::numbers(Column& column, const Vector& values, DictionaryIds& memory) const {
  if (column.type == Type::bool_) return bits_of<uint8_t>(values);
  if (column.type == Type::int_) return bits_of<int32_t>(values);
  if (column.by_bits) return bits_of<int64_t>(values);
  VectorBuilder out(Type::long_);
  auto* numbers = out.resize<int64_t>(values.size());
  const auto look_up = [&](const Vector& some) {
    std::vector<uint32_t> ids(some.size());
    const std::lock_guard lock(column.mutex);
    column.ids->find_or_add(some, ids.data());
    return ids;
  };
  if (values.is_selected() && memory.remembers(values)) {
    const auto view = values.view<std::string_view>();  // for the places in the dictionary alone
    for (size_t row = 0; row < values.size(); ++row)
      numbers[row] = memory.get(view.index(row), [&] { return look_up(values.slice(row, 1))[0]; });
  } else {
    const std::vector<uint32_t> ids = look_up(values);
    std::copy(ids.begin(), ids.end(), numbers);
  }
  if (column.type != Type::string)
    for (size_t row = 0; row < values.size(); ++row)
      if (values.is_null(row)) out.set_null(row);
  return out.finish();
}

}  // namespace vedette::kql
