#include "search_terms.h"

#include "term_index.h"

namespace vedette::tables {
namespace {

// Whether a match cannot have more of a term before, or after, the constant.
struct Bounds {
  bool start = false, end = false;
};

Bounds bounds_of(std::string_view op) {
  if (op.ends_with("_cs")) op.remove_suffix(3);
  if (op == "has" || op == "has_any" || op == "has_all" || op == "==" || op == "=~" || op == "in" || op == "in~")
    return {true, true};
  if (op == "startswith" || op == "hasprefix") return {true, false};
  if (op == "endswith" || op == "hassuffix") return {false, true};
  return {};
}

}  // namespace

std::vector<std::string_view> required_terms(std::string_view op, std::string_view constant) {
  const Bounds bounds = bounds_of(op);
  std::vector<std::string_view> out;
  for_each_term(constant, [&](std::string_view term) {
    if (term.size() < term_bytes_min) return;
    const bool at_start = term.data() == constant.data();
    const bool at_end = term.data() + term.size() == constant.data() + constant.size();
    if ((!at_start || bounds.start) && (!at_end || bounds.end)) out.push_back(term);
  });
  return out;
}

}  // namespace vedette::tables
