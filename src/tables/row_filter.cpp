#include "row_filter.h"

#include <algorithm>
#include <numeric>

namespace vedette::tables {

using base::Result;
using VerdictKind = Verdict::Kind;

std::optional<RowFilter> RowFilter::make(const kql::Predicate& predicate, const columnar::Schema& schema) {
  RowFilter out;
  if (predicate.op != "and" && predicate.op != "or") {
    out.test_ = ColumnTest::make(predicate, schema);
    return out.test_ ? std::optional(std::move(out)) : std::nullopt;
  }
  out.kind_ = predicate.op == "and" ? Kind::all_of : Kind::any_of;
  for (const kql::Predicate& child : predicate.children) {
    auto made = make(child, schema);
    out.exact_ = out.exact_ && made && made->exact_;
    if (made)
      out.children_.push_back(std::move(*made));
    else if (out.kind_ == Kind::any_of)
      return std::nullopt;
  }
  return out.children_.empty() ? std::nullopt : std::optional(std::move(out));
}

Result<RowFilter::Judged> RowFilter::judge(const SegmentReader& reader, const kql::CallContext& context) const {
  Judged out;
  if (kind_ == Kind::test) {
    out.verdict = TRY(test_->judge(reader, context));
    return out;
  }
  // One child of this kind decides for all: none of a conjunction, all of a disjunction.
  const auto deciding = kind_ == Kind::all_of ? VerdictKind::none : VerdictKind::all;
  const auto neutral = kind_ == Kind::all_of ? VerdictKind::all : VerdictKind::none;
  bool decided = true;
  out.verdict.share = kind_ == Kind::all_of ? 1 : 0;
  for (const RowFilter& child : children_) {
    out.children.push_back(TRY(child.judge(reader, context)));
    const VerdictKind kind = out.children.back().verdict.kind;
    if (kind == deciding) {
      out.verdict.kind = deciding;
      return out;
    }
    decided = decided && kind == neutral;
    const double share = out.children.back().verdict.share;
    out.verdict.share = kind_ == Kind::all_of ? std::min(out.verdict.share, share) : out.verdict.share + share;
  }
  out.verdict.kind = decided ? neutral : VerdictKind::codes;
  out.order.resize(out.children.size());
  std::iota(out.order.begin(), out.order.end(), size_t{0});
  if (kind_ == Kind::all_of)
    std::stable_sort(out.order.begin(), out.order.end(),
                     [&](size_t a, size_t b) { return out.children[a].verdict.share < out.children[b].verdict.share; });
  return out;
}

Result<RowSet> RowFilter::rows(const SegmentReader& reader, const Judged& judged, const RowSet& within,
                               const kql::CallContext& context) const {
  if (judged.verdict.kind == VerdictKind::none) return RowSet::of({}, within.row_count());
  if (judged.verdict.kind == VerdictKind::all) return within;
  if (kind_ == Kind::test) return test_->rows(reader, judged.verdict, within, context);
  RowSet out = kind_ == Kind::all_of ? within : RowSet::of({}, within.row_count());
  for (const size_t i : judged.order) {
    const RowSet rows =
        TRY(children_[i].rows(reader, judged.children[i], kind_ == Kind::all_of ? out : within, context));
    out = kind_ == Kind::all_of ? rows : out.united(rows);
    if (kind_ == Kind::all_of && out.empty()) break;
  }
  return out;
}

}  // namespace vedette::tables
