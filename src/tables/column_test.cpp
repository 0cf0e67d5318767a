#include "column_test.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "integer_block.h"
#include "search_terms.h"
#include "segment_file.h"
#include "vedette/base/prefetch.h"
#include "vedette/kql/functions/signature.h"

namespace vedette::tables {

using base::Result;
using columnar::Type;
using columnar::Vector;

namespace {

constexpr std::array negatable =
    std::to_array<std::string_view>({"!=", "!~", "!has", "!has_cs", "!contains", "!contains_cs", "!startswith",
                                     "!startswith_cs", "!endswith", "!endswith_cs", "!in", "!in~"});

bool is_list(std::string_view op) { return op == "in" || op == "in~"; }

std::string folded(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  return out;
}

std::string_view text_of(const Vector& constant) { return constant.view<std::string_view>()[0]; }

// One lookup costs about as much as this many values.
constexpr size_t lookup_values = 256;

// The sets of terms one of which a value must have; empty when some constant asks for none.
std::vector<std::vector<std::string>> terms_of(std::string_view op, const std::vector<Vector>& constants) {
  std::vector<std::vector<std::string>> out;
  const bool any = is_list(op) || op == "has_any";
  for (const Vector& constant : constants) {
    const auto required = required_terms(op, text_of(constant));
    if (any && required.empty()) return {};
    if (any || out.empty()) out.emplace_back();
    out.back().insert(out.back().end(), required.begin(), required.end());
  }
  if (out.size() == 1 && out[0].empty()) out.clear();
  return out;
}

std::vector<uint32_t> intersection(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) {
  std::vector<uint32_t> out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

void prefetch_texts(const Vector& texts) {
  constexpr size_t line_bytes = 64;
  const auto view = texts.view<std::string_view>();
  for (size_t i = 0; i < texts.size(); ++i) {
    base::prefetch(view[i].data());
    base::prefetch(view[i].data() + line_bytes);
  }
}

int64_t integer_of(const Vector& constant) {
  if (constant.type() == Type::bool_) return constant.view<uint8_t>()[0];
  if (constant.type() == Type::int_) return constant.view<int32_t>()[0];
  return constant.view<int64_t>()[0];
}

}  // namespace

std::optional<ColumnTest> ColumnTest::make(const kql::Predicate& leaf, const columnar::Schema& schema) {
  ColumnTest out;
  out.column_ = schema[leaf.column];
  out.op_ = leaf.op;
  out.constants_ = leaf.constants;
  const Type type = out.column_.type;
  if (type == Type::string && std::find(negatable.begin(), negatable.end(), leaf.op) != negatable.end()) {
    out.negated_ = true;
    out.op_ = leaf.op == "!=" ? "==" : leaf.op == "!~" ? "=~" : leaf.op.substr(1);
  }
  std::vector<kql::ArgumentType> arguments{{.type = type}};
  for (const Vector& constant : out.constants_) arguments.push_back({.type = constant.type()});
  const auto overload = kql::resolve_scalar(out.op_, arguments);
  if (!overload.function || overload.types.argument_types[0] != type) return std::nullopt;
  out.kernel_ = overload.function->kernel;
  if (type != Type::string) return out;
  if (is_list(out.op_)) {
    auto list = std::make_shared<std::unordered_set<std::string>>();
    for (const Vector& constant : out.constants_)
      list->insert(out.op_ == "in~" ? folded(text_of(constant)) : std::string(text_of(constant)));
    out.list_ = std::move(list);
  }
  if (out.op_ != "matches regex") out.terms_ = terms_of(out.op_, out.constants_);
  return out;
}

Result<std::vector<uint8_t>> ColumnTest::truths(const Vector& values, Layout layout,
                                                const kql::CallContext& context) const {
  std::vector<uint8_t> out(values.size());
  if (list_) {
    const auto view = values.view<std::string_view>();
    const bool fold = op_ == "in~";
    std::string text;
    for (size_t i = 0; i < out.size(); ++i) {
      text = fold ? folded(view[i]) : std::string(view[i]);
      out[i] = list_->contains(text) != negated_;
    }
    return out;
  }
  // Scattered texts of a few rows are on their way from memory before they are searched.
  const bool scattered = layout == Layout::scattered && values.type() == Type::string;
  const size_t step = scattered ? 128 : std::max<size_t>(out.size(), 1);
  for (size_t begin = 0; begin < out.size(); begin += step) {
    const Vector part = values.slice(begin, std::min(step, out.size() - begin));
    if (scattered) prefetch_texts(part);
    std::vector<Vector> arguments{part};
    for (const Vector& constant : constants_) arguments.push_back(constant.repeated(part.size()));
    const Vector result = TRY(kernel_(context, arguments, part.size()));
    const auto view = result.view<uint8_t>();
    for (size_t i = 0; i < part.size(); ++i) out[begin + i] = !view.is_null(i) && (view[i] != 0) != negated_;
  }
  return out;
}

Result<Verdict> ColumnTest::judge(const SegmentReader& reader, const kql::CallContext& context) const {
  const StoredColumn* stored = reader.find(column_);
  if (stored && has_dictionary(*stored)) return judge_dictionary(reader, *stored, context);
  if (stored) return judge_blocks(*stored);
  Verdict out;
  const auto truth = TRY(truths(columnar::constant_null(column_.type), Layout::dense, context));
  out.kind = truth[0] ? Verdict::Kind::all : Verdict::Kind::none;
  out.share = truth[0];
  return out;
}

// The codes that the term index leaves; nullopt when it cannot say.
Result<std::optional<std::vector<uint32_t>>> ColumnTest::candidates(const SegmentReader& reader,
                                                                    const StoredColumn& stored) const {
  using Codes = std::optional<std::vector<uint32_t>>;
  if (!stored.terms || terms_.empty() || terms_.size() * lookup_values > stored.value_count) return Codes();
  std::vector<uint32_t> all;
  for (const auto& set : terms_) {
    Codes left;
    for (const std::string& term : set) {
      auto codes = TRY(reader.codes_with_term(stored, term));
      if (codes) left = left ? intersection(*left, *codes) : std::move(*codes);
      if (left && left->empty()) break;
    }
    if (!left) return Codes();
    all.insert(all.end(), left->begin(), left->end());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return Codes(std::move(all));
}

Result<Verdict> ColumnTest::judge_dictionary(const SegmentReader& reader, const StoredColumn& stored,
                                             const kql::CallContext& context) const {
  constexpr size_t few_max = 32, checked_later_min = 256;
  Verdict out;
  const auto candidates = TRY(this->candidates(reader, stored));
  const size_t count = stored.value_count;
  const bool listed = candidates && !negated_;  // all that matches is among the candidates
  if (listed && candidates->empty()) return out.kind = Verdict::Kind::none, out;
  if (candidates) {
    out.matches = CodeSet(count, negated_);
    out.unchecked = listed && candidates->size() >= checked_later_min;
    std::vector<uint8_t> truth(candidates->size(), 1);
    if (!out.unchecked && !candidates->empty())
      truth = TRY(truths(TRY(reader.values(stored, *candidates)), Layout::scattered, context));
    for (size_t i = 0; i < truth.size(); ++i)
      truth[i] ? out.matches.insert((*candidates)[i]) : out.matches.erase((*candidates)[i]);
  } else {
    out.matches = CodeSet::where(TRY(truths(TRY(reader.values(stored)), Layout::dense, context)));
  }
  const size_t matching = out.matches.count();
  out.share = count == 0 ? 0 : static_cast<double>(matching) / static_cast<double>(count);
  out.kind = matching == 0                         ? Verdict::Kind::none
             : matching == count && !out.unchecked ? Verdict::Kind::all
                                                   : Verdict::Kind::codes;
  if (out.kind == Verdict::Kind::codes && matching <= few_max) out.few = out.matches.codes();
  return out;
}

Verdict::Block ColumnTest::judge_block(const RangeBlock& block, bool nulls) const {
  using Block = Verdict::Block;
  if (constants_.size() != 1 || constants_[0].type() != column_.type) return Block::some;
  const int64_t constant = integer_of(constants_[0]), least = block.least, most = block.most;
  const auto of = [&](bool none, bool all) { return none ? Block::none : all && !nulls ? Block::all : Block::some; };
  if (op_ == "==") return of(constant < least || constant > most, least == most && least == constant);
  if (op_ == "<") return of(least >= constant, most < constant);
  if (op_ == "<=") return of(least > constant, most <= constant);
  if (op_ == ">") return of(most <= constant, least > constant);
  if (op_ == ">=") return of(most < constant, least >= constant);
  return Block::some;
}

Verdict ColumnTest::judge_blocks(const StoredColumn& stored) const {
  Verdict out;
  out.kind = Verdict::Kind::blocks;
  out.share = 1;
  if (stored.encoding != Encoding::integers) return out;
  size_t none = 0, all = 0;
  for (const RangeBlock& block : stored.blocks) {
    out.blocks.push_back(judge_block(block, stored.null_count > 0));
    none += out.blocks.back() == Verdict::Block::none;
    all += out.blocks.back() == Verdict::Block::all;
  }
  if (none == out.blocks.size()) out.kind = Verdict::Kind::none;
  if (all == out.blocks.size()) out.kind = Verdict::Kind::all;
  // Blocks that are decided cost nothing: a condition that leaves others out comes before what must look at rows.
  const size_t some = out.blocks.size() - none - all;
  out.share = static_cast<double>(all + some) / static_cast<double>(std::max<size_t>(out.blocks.size(), 1));
  if (some <= 1 && none > 0) out.share /= 100;
  return out;
}

}  // namespace vedette::tables
