// top-nested: the best values of each level within those of the level above.
// Source: kusto/query: top-nested-operator.
//
// Said in KQL: the levels' values as columns __k1, __k2, …, summarized and cut level by level, then joined. Values join
// by their text, so that null finds null. `with others` adds, within each value of the levels above, one row for the
// rest of the rows; the levels below show their own label where they have one, else nothing.
#include "inner_text.h"
#include "operators.h"
#include "result_names.h"

namespace vedette::kql {
namespace {

using Level = ast::TopNested::Level;

std::string number(size_t value) { return std::to_string(value); }

class TopNestedText {
 public:
  TopNestedText(const Binding& binding, const ast::TopNested& op) : query_(*binding.query), levels_(op.levels) {}

  // One level without `with others` is one pipe.
  RowReads reads() const {
    return levels_.size() == 1 && level(1).others == nullptr ? RowReads::once : RowReads::several;
  }

  std::string text() {
    std::string out = "let __E = __T";
    for (size_t k = 1; k <= levels_.size(); ++k)
      out += " | extend __k" + number(k) + " = " + source(*level(k).of.expr) + " | extend __t" + number(k) +
             " = tostring(__k" + number(k) + ")";
    out += ";";
    for (size_t k = 1; k <= levels_.size(); ++k) out += best_of_level(k);
    std::string all = rows_of_best();
    for (size_t k = 1; k <= levels_.size(); ++k)
      if (level(k).others != nullptr) all = "union (" + all + "), (" + others_of_level(k) + ")";
    return out + " " + all + " | sort by " + order() + " | project " + results();
  }

 private:
  const Level& level(size_t k) const { return levels_[k - 1]; }
  std::string source(const ast::Expr& expr) const { return "(" + std::string(query_.text(expr.span)) + ")"; }
  std::string aggregate(size_t k) const { return "__a" + number(k) + " = " + source(*level(k).by.value.expr); }

  // "__t1, __t2" up to k.
  static std::string texts(size_t k) {
    std::string out;
    for (size_t i = 1; i <= k; ++i) out += (i > 1 ? ", __t" : "__t") + number(i);
    return out;
  }
  static std::string by(std::string names) { return names.empty() ? "" : " by " + std::move(names); }
  // The rows within the chosen values of the levels above k.
  static std::string rows_within(size_t k) {
    return k == 1 ? "__E" : "__E | join kind=leftsemi __L" + number(k - 1) + " on " + texts(k - 1);
  }
  std::string direction(size_t k) const { return level(k).by.direction == ast::Direction::asc ? " asc" : " desc"; }

  std::string best_of_level(size_t k) const {
    std::string out = "let __L" + number(k) + " = " + rows_within(k) + " | summarize " + aggregate(k) + ", __k" +
                      number(k) + " = take_any(__k" + number(k) + ") by " + texts(k);
    if (level(k).count != nullptr) {
      std::string changed = "false";
      for (size_t i = 1; i < k; ++i) changed += " or __t" + number(i) + " != prev(__t" + number(i) + ")";
      out += " | sort by " + (k > 1 ? texts(k - 1) + ", " : "") + "__a" + number(k) + direction(k) + ", __k" +
             number(k) + " desc | extend __n = row_number(1, " + changed +
             ") | where __n <= " + source(*level(k).count->expr) + " | project-away __n";
    }
    return out + ";";
  }

  std::string rows_of_best() const {
    std::string out = "__L1";
    for (size_t k = 2; k <= levels_.size(); ++k)
      out += " | join kind=inner __L" + number(k) + " on " + texts(k - 1) + " | project-away " + repeated(k);
    return out;
  }
  // The right side's copies of the keys.
  static std::string repeated(size_t k) {
    std::string out;
    for (size_t i = 1; i < k; ++i) out += (i > 1 ? ", __t" : "__t") + number(i) + "1";
    return out;
  }

  std::string others_of_level(size_t k) const {
    std::string out = rows_within(k) + " | join kind=leftanti __L" + number(k) + " on " + texts(k) +
                      " | summarize __r = count(), " + aggregate(k);
    for (size_t below = k + 1; below <= levels_.size(); ++below)
      if (level(below).others != nullptr) out += ", " + aggregate(below);
    out += by(texts(k - 1)) + " | where __r > 0 | project-away __r | extend __k" + number(k) + " = " +
           source(*level(k).others->expr);
    for (size_t below = k + 1; below <= levels_.size(); ++below)
      if (level(below).others != nullptr) out += ", __k" + number(below) + " = " + source(*level(below).others->expr);
    for (size_t above = 1; above < k; ++above)
      out +=
          " | join kind=inner __L" + number(above) + " on " + texts(above) + " | project-away " + repeated(above + 1);
    return out;
  }

  std::string order() const {
    std::string out;
    for (size_t k = 1; k <= levels_.size(); ++k)
      out += (k > 1 ? ", __a" : "__a") + number(k) + direction(k) + ", __k" + number(k) + " desc";
    return out;
  }

  std::string results() const {
    std::string out;
    for (size_t k = 1; k <= levels_.size(); ++k) {
      const std::string value = result_name(level(k).of).value_or("Column" + number(k));
      const auto& names = level(k).by.value.names;
      const std::string aggregated = names.empty() ? "aggregated_" + value : std::string(names[0].text);
      out += (k > 1 ? ", " : "") + column_text(value) + " = __k" + number(k) + ", " + column_text(aggregated) +
             " = __a" + number(k);
    }
    return out;
  }

  const Query& query_;
  ast::List<Level> levels_;
};

}  // namespace

Result<PlanPtr> bind_top_nested(Binding& binding, const ast::TopNested& op, PlanPtr input) {
  TRY(check_options(op, {}));
  if (binding.query == nullptr) return not_supported("'top-nested' here", op.keyword.span);
  TopNestedText levels(binding, op);
  InnerText text(binding, "top-nested", op.keyword.span, binding.scope);
  TRY(text.add_rows("__T", std::move(input), levels.reads()));
  return text.bind(levels.text());
}

}  // namespace vedette::kql
