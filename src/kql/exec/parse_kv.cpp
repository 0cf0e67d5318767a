// parse-kv: key-value pairs in a text as columns. Of a key that comes several times the first counts.
#include <re2/re2.h>

#include "evaluator.h"
#include "key_value_text.h"
#include "operators.h"
#include "text_conversion.h"

namespace vedette::kql {
namespace {

class ParseKvStream final : public BatchStream {
 public:
  ParseKvStream(const ParseKvNode& node, StreamPtr input, QueryContext& query)
      : node_(node), input_(std::move(input)), query_(query), source_(node.source, query) {}

  base::Result<std::optional<Batch>> next() override {
    if (!node_.regex.empty() && !regex_) TRY(compile());
    auto batch = TRY(input_->next());
    if (!batch) return std::nullopt;
    TRY(query_.stop.check());
    const Vector source = TRY(source_.evaluate(*batch));
    const std::vector<Vector> texts = find_values(source, batch->rows);
    batch->columns.resize(node_.output.size());
    for (size_t i = 0; i < node_.captures.size(); ++i)
      batch->columns[node_.captures[i].output_column] = TRY(convert_text(texts[i], node_.captures[i].type, query_));
    return batch;
  }

 private:
  base::Status compile() {
    regex_ = std::make_unique<re2::RE2>(node_.regex, re2::RE2::Quiet);
    if (regex_->ok() && regex_->NumberOfCapturingGroups() >= 2) return {};
    return base::Error(base::ErrorCode::semantic_error,
                       "The regex of parse-kv must be valid and have two groups: the key and the value.", node_.span);
  }

  void for_each(std::string_view text, const OnPair& on_pair) const {
    if (!regex_) return for_each_pair(node_, text, on_pair);
    re2::StringPiece rest(text.data(), text.size()), key, value;
    while (re2::RE2::FindAndConsume(&rest, *regex_, &key, &value)) {
      on_pair({key.data(), key.size()}, {value.data(), value.size()});
      if (key.empty() && value.empty()) {
        if (rest.empty()) return;
        rest.remove_prefix(1);
      }
    }
  }

  std::vector<Vector> find_values(const Vector& source, size_t rows) const {
    const size_t count = node_.captures.size();
    std::vector<columnar::VectorBuilder> builders;
    for (size_t i = 0; i < count; ++i) builders.emplace_back(Type::string, rows);
    const auto view = source.view<std::string_view>();
    std::vector<std::optional<std::string>> found(count);
    for (size_t row = 0; row < rows; ++row) {
      for (auto& value : found) value.reset();
      for_each(view[row], [&](std::string_view key, std::string_view value) {
        for (size_t i = 0; i < count; ++i)
          if (!found[i] && node_.captures[i].key == key) found[i] = std::string(value);
      });
      for (size_t i = 0; i < count; ++i) builders[i].append_copy(found[i] ? std::string_view(*found[i]) : "");
    }
    std::vector<Vector> texts;
    for (columnar::VectorBuilder& builder : builders) texts.push_back(builder.finish());
    return texts;
  }

  const ParseKvNode& node_;
  const StreamPtr input_;
  QueryContext& query_;
  Evaluator source_;
  std::unique_ptr<re2::RE2> regex_;
};

}  // namespace

StreamPtr make_parse_kv(const ParseKvNode& node, StreamPtr input, QueryContext& query) {
  return std::make_unique<ParseKvStream>(node, std::move(input), query);
}

}  // namespace vedette::kql
