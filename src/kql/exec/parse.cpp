// parse and parse-where.
#include "evaluator.h"
#include "operators.h"
#include "parse_pattern.h"
#include "text_conversion.h"

namespace vedette::kql {
namespace {

class ParseStream final : public BatchStream {
 public:
  ParseStream(const ParseNode& node, StreamPtr input, QueryContext& query)
      : node_(node), input_(std::move(input)), query_(query), source_(node.source, query) {
    for (const ParseStep& step : node.steps)
      if (step.kind == ParseStep::Kind::capture) captures_.push_back(&step);
  }

  base::Result<std::optional<Batch>> next() override {
    if (!pattern_) pattern_ = TRY(ParsePattern::make(node_));
    while (auto batch = TRY(input_->next())) {
      TRY(query_.stop.check());
      const Batch parsed = TRY(parse(*batch));
      if (node_.mismatch == ParseMismatch::keep_row) return parsed;
      auto rows = std::make_shared<std::vector<uint32_t>>();
      for (uint32_t row = 0; row < parsed.rows; ++row)
        if (matched_[row]) rows->push_back(row);
      if (!rows->empty()) return parsed.select(rows);
    }
    return std::nullopt;
  }

 private:
  base::Result<Batch> parse(Batch& batch) {
    const Vector source = TRY(source_.evaluate(batch));
    const std::vector<Vector> texts = find_captures(source, batch.rows);
    std::vector<Vector> values;
    for (size_t i = 0; i < captures_.size(); ++i) {
      values.push_back(TRY(convert_text(texts[i], captures_[i]->type, query_)));
      if (node_.parse_kind == ParseKind::relaxed || captures_[i]->type == Type::string) continue;
      for (size_t row = 0; row < batch.rows; ++row)
        if (values[i].is_null(row)) matched_[row] = 0;
    }
    batch.columns.resize(node_.output.size());
    for (size_t i = 0; i < captures_.size(); ++i) batch.columns[captures_[i]->output_column] = matching_only(values[i]);
    return std::move(batch);
  }

  // The text of each capture; "" where the row does not match.
  std::vector<Vector> find_captures(const Vector& source, size_t rows) {
    std::vector<columnar::VectorBuilder> builders;
    for (size_t i = 0; i < captures_.size(); ++i) {
      builders.emplace_back(Type::string, rows);
      builders.back().keep_alive(source);
    }
    matched_.assign(rows, 0);
    const auto view = source.view<std::string_view>();
    std::vector<std::string_view> found;
    for (size_t row = 0; row < rows; ++row) {
      matched_[row] = pattern_->match(view[row], found);
      for (size_t i = 0; i < builders.size(); ++i) builders[i].append(matched_[row] ? found[i] : std::string_view());
    }
    std::vector<Vector> texts;
    for (columnar::VectorBuilder& builder : builders) texts.push_back(builder.finish());
    return texts;
  }

  Vector matching_only(const Vector& values) const {
    columnar::VectorBuilder out(values.type(), values.size());
    for (size_t row = 0; row < values.size(); ++row) {
      if (matched_[row])
        out.append_from(values, row);
      else
        out.append_null();
    }
    return out.finish();
  }

  const ParseNode& node_;
  const StreamPtr input_;
  QueryContext& query_;
  Evaluator source_;
  std::vector<const ParseStep*> captures_;
  std::unique_ptr<ParsePattern> pattern_;
  std::vector<uint8_t> matched_;  // of the batch at hand
};

}  // namespace

StreamPtr make_parse(const ParseNode& node, StreamPtr input, QueryContext& query) {
  return std::make_unique<ParseStream>(node, std::move(input), query);
}

}  // namespace vedette::kql
