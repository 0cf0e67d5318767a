// mv-expand: one row per element of dynamic arrays and bags. Source: kusto/query: mv-expand-operator.
#include <algorithm>

#include "dynamic_values.h"
#include "evaluator.h"
#include "operators.h"

namespace vedette::kql {
namespace {

using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;

// How many rows a value asks for. A null asks for one, to be null in.
size_t length_of(const Dynamic* value) {
  if (!value || value->is_null()) return 1;
  if (value->kind() == DynamicKind::array) return value->items().size();
  if (value->kind() == DynamicKind::bag) return value->members().size();
  return 1;
}

Dynamic member_as_element(const columnar::DynamicMember& member, BagExpansion expansion, Arena& arena) {
  if (expansion == BagExpansion::array) {
    auto* pair = arena.allocate_array<Dynamic>(2);
    pair[0] = Dynamic::string(member.key);
    pair[1] = member.value;
    return Dynamic::array({pair, 2});
  }
  auto* one = arena.allocate_array<columnar::DynamicMember>(1);
  *one = member;
  return Dynamic::bag({one, 1});
}

Dynamic element_of(const Dynamic* value, size_t index, BagExpansion expansion, Arena& arena) {
  if (!value || value->is_null()) return {};
  if (value->kind() == DynamicKind::array) return index < value->items().size() ? value->items()[index] : Dynamic();
  if (value->kind() == DynamicKind::bag)
    return index < value->members().size() ? member_as_element(value->members()[index], expansion, arena) : Dynamic();
  return index == 0 ? *value : Dynamic();
}

class MvExpandStream final : public BatchStream {
 public:
  MvExpandStream(const MvExpandNode& node, StreamPtr input, QueryContext& query)
      : node_(node), input_(std::move(input)), query_(query) {
    for (const MvExpansion& expansion : node.expansions) evaluators_.emplace_back(expansion.value, query);
  }

  base::Result<std::optional<Batch>> next() override {
    if (node_.row_limit && !limit_) limit_ = TRY(evaluate_row_count(*node_.row_limit, query_));
    while (true) {
      TRY(query_.stop.check());
      if (row_ < batch_.rows)
        if (auto out = expand()) return out;
      auto batch = TRY(input_->next());
      if (!batch) return std::nullopt;
      batch_ = std::move(*batch);
      values_ = TRY(evaluate_all(evaluators_, batch_));
      row_ = element_ = 0;
    }
  }

 private:
  const Dynamic* value_at(size_t expansion, size_t row) const {
    return values_[expansion].is_null(row) ? nullptr : &values_[expansion].view<Dynamic>()[row];
  }

  size_t elements_of(size_t row) const {
    size_t length = 0;
    for (size_t i = 0; i < values_.size(); ++i) length = std::max(length, length_of(value_at(i, row)));
    return limit_ ? std::min(length, *limit_) : length;
  }

  // As many rows as a batch takes, from where the last call ended.
  std::optional<Batch> expand() {
    auto rows = std::make_shared<std::vector<uint32_t>>();
    std::vector<int64_t> indexes;
    for (; row_ < batch_.rows && rows->size() < query_.batch_rows; ++row_, element_ = 0) {
      const size_t length = elements_of(row_);
      for (; element_ < length && rows->size() < query_.batch_rows; ++element_) {
        rows->push_back(static_cast<uint32_t>(row_));
        indexes.push_back(static_cast<int64_t>(element_));
      }
      if (element_ < length) break;
    }
    if (rows->empty()) return std::nullopt;
    return output(rows, indexes);
  }

  Batch output(const Selection& rows, const std::vector<int64_t>& indexes) const {
    Batch out;
    out.rows = rows->size();
    out.columns.resize(node_.output.size());
    for (const auto& carried : node_.carried)
      out.columns[carried.output_column] = batch_.columns[carried.input_column].select(rows);
    for (size_t i = 0; i < node_.expansions.size(); ++i)
      out.columns[node_.expansions[i].output_column] = elements(i, *rows, indexes);
    if (node_.index_output_column) {
      columnar::VectorBuilder index(Type::long_);
      std::copy(indexes.begin(), indexes.end(), index.resize<int64_t>(indexes.size()));
      out.columns[*node_.index_output_column] = index.finish();
    }
    return out;
  }

  Vector elements(size_t expansion, const std::vector<uint32_t>& rows, const std::vector<int64_t>& indexes) const {
    columnar::VectorBuilder out(Type::dynamic, rows.size());
    out.keep_alive(values_[expansion]);
    for (size_t i = 0; i < rows.size(); ++i) {
      const Dynamic element =
          element_of(value_at(expansion, rows[i]), static_cast<size_t>(indexes[i]), node_.bag_expansion, out.arena());
      if (element.is_null())
        out.append_null();
      else
        out.append(element);
    }
    return cast_dynamics(out.finish(), node_.expansions[expansion].type);
  }

  const MvExpandNode& node_;
  const StreamPtr input_;
  QueryContext& query_;
  std::vector<Evaluator> evaluators_;
  std::optional<size_t> limit_;
  Batch batch_;
  std::vector<Vector> values_;
  size_t row_ = 0, element_ = 0;  // to come next
};

}  // namespace

StreamPtr make_mv_expand(const MvExpandNode& node, StreamPtr input, QueryContext& query) {
  return std::make_unique<MvExpandStream>(node, std::move(input), query);
}

}  // namespace vedette::kql
