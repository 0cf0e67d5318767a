// has, contains, startswith, endswith and their forms. Source: kusto/query, "String operators".
//
// Without _cs, ASCII case is ignored.
#include <algorithm>

#include "ascii_fold.h"
#include "dynamic_rows.h"
#include "families.h"
#include "term_bounds.h"
#include "text_finder.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;

enum class Place : uint8_t { anywhere, start, end };
enum class Bounds : uint8_t { none, term, term_start, term_end };

template <Case Fold>
bool matches_at(std::string_view text, size_t at, std::string_view wanted) {
  if constexpr (Fold == Case::exact)
    return text.compare(at, wanted.size(), wanted) == 0;
  else
    return equal_ignoring_case(text.substr(at, wanted.size()), wanted);
}

// A bound lies where no term goes on. It only counts at an end of `wanted` that is itself part of a term.
bool starts_term(std::string_view text, size_t at) { return !is_term_before(text, at) || !is_term_at(text, at); }
bool ends_term(std::string_view text, size_t end) { return !is_term_at(text, end) || !is_term_before(text, end); }

template <Bounds Wanted, Case Fold>
bool found_anywhere(std::string_view text, std::string_view wanted) {
  if (wanted.empty()) return true;
  const TextFinder<Fold> finder(wanted);
  for (size_t at = 0; (at = finder.find(text, at)) != TextFinder<Fold>::npos; ++at) {
    const size_t end = at + wanted.size();
    if ((Wanted == Bounds::term || Wanted == Bounds::term_start) && !starts_term(text, at)) continue;
    if ((Wanted == Bounds::term || Wanted == Bounds::term_end) && !ends_term(text, end)) continue;
    return true;
  }
  return false;
}

template <Bounds Wanted, Case Fold, bool Negated>
Result<Vector> search(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<uint8_t>(Type::bool_, arguments, rows, [](std::string_view text, std::string_view wanted) -> uint8_t {
    return found_anywhere<Wanted, Fold>(text, wanted) != Negated;
  });
}

template <Place Where, Case Fold, bool Negated>
Result<Vector> at_edge(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<uint8_t>(Type::bool_, arguments, rows, [](std::string_view text, std::string_view wanted) -> uint8_t {
    if (wanted.size() > text.size()) return Negated;
    return matches_at<Fold>(text, Where == Place::start ? 0 : text.size() - wanted.size(), wanted) != Negated;
  });
}

// text has_any (a, b, …), has_all (a, b, …): items of a list.
template <bool All>
Result<Vector> has_items(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  const auto text = arguments[0].view<std::string_view>();
  columnar::VectorBuilder out(Type::bool_);
  auto* values = out.resize<uint8_t>(rows);
  RowWatch watch;
  for (size_t row = 0; row < rows; ++row) {
    TRY(watch.before(row, out.arena(), steps_of_row(arguments, row)));
    values[row] = All;
    for (const Vector& item : arguments.subspan(1)) {
      const auto wanted = item.view<std::string_view>();
      if (found_anywhere<Bounds::term, Case::ignored>(text[row], wanted[row]) != All) {
        values[row] = !All;
        break;
      }
    }
  }
  return out.finish();
}

// Whether any, or All, of the list's elements are terms of the text: as text, arrays flattened, null left out.
template <bool All>
bool has_elements(std::string_view text, const columnar::Dynamic& list, std::string& wanted) {
  if (list.kind() == columnar::DynamicKind::array) {
    const auto has = [&](const columnar::Dynamic& item) { return has_elements<All>(text, item, wanted); };
    return All ? std::all_of(list.items().begin(), list.items().end(), has)
               : std::any_of(list.items().begin(), list.items().end(), has);
  }
  if (list.is_null()) return All;
  wanted.clear();
  append_text(wanted, list);
  return found_anywhere<Bounds::term, Case::ignored>(text, wanted);
}

template <bool All>
Result<Vector> has_array(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  std::string wanted;
  return map<uint8_t>(Type::bool_, arguments, rows,
                      [&](std::string_view text, const columnar::Dynamic& list) -> uint8_t {
                        return has_elements<All>(text, list, wanted);
                      });
}

// The first element that the text has as a term, by its place; -1 when it has none.
Result<Vector> has_any_index(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  std::string wanted;
  return map<int64_t>(Type::long_, arguments, rows,
                      [&](std::string_view text, const columnar::Dynamic& list) -> int64_t {
                        for (const columnar::Dynamic& item : list.items()) {
                          wanted.clear();
                          append_text(wanted, item);
                          if (found_anywhere<Bounds::term, Case::ignored>(text, wanted))
                            return &item - list.items().data();
                        }
                        return -1;
                      });
}

constexpr std::string_view texts = "(string, string) -> bool";
constexpr ScalarFunction string_search_table[] = {
    {"has", texts, search<Bounds::term, Case::ignored, false>, "Whether a text has a term."},
    {"!has", texts, search<Bounds::term, Case::ignored, true>, "Whether a text lacks a term."},
    {"has_cs", texts, search<Bounds::term, Case::exact, false>, "As has, minding case."},
    {"!has_cs", texts, search<Bounds::term, Case::exact, true>, "As !has, minding case."},
    {"hasprefix", texts, search<Bounds::term_start, Case::ignored, false>, "Whether a term starts so."},
    {"!hasprefix", texts, search<Bounds::term_start, Case::ignored, true>, "Whether no term starts so."},
    {"hasprefix_cs", texts, search<Bounds::term_start, Case::exact, false>, "As hasprefix, minding case."},
    {"!hasprefix_cs", texts, search<Bounds::term_start, Case::exact, true>, "As !hasprefix, minding case."},
    {"hassuffix", texts, search<Bounds::term_end, Case::ignored, false>, "Whether a term ends so."},
    {"!hassuffix", texts, search<Bounds::term_end, Case::ignored, true>, "Whether no term ends so."},
    {"hassuffix_cs", texts, search<Bounds::term_end, Case::exact, false>, "As hassuffix, minding case."},
    {"!hassuffix_cs", texts, search<Bounds::term_end, Case::exact, true>, "As !hassuffix, minding case."},
    {"contains", texts, search<Bounds::none, Case::ignored, false>, "Whether a text contains another."},
    {"!contains", texts, search<Bounds::none, Case::ignored, true>, "Whether a text does not contain another."},
    {"contains_cs", texts, search<Bounds::none, Case::exact, false>, "As contains, minding case."},
    {"!contains_cs", texts, search<Bounds::none, Case::exact, true>, "As !contains, minding case."},
    {"startswith", texts, at_edge<Place::start, Case::ignored, false>, "Whether a text starts so."},
    {"!startswith", texts, at_edge<Place::start, Case::ignored, true>, "Whether a text does not start so."},
    {"startswith_cs", texts, at_edge<Place::start, Case::exact, false>, "As startswith, minding case."},
    {"!startswith_cs", texts, at_edge<Place::start, Case::exact, true>, "As !startswith, minding case."},
    {"endswith", texts, at_edge<Place::end, Case::ignored, false>, "Whether a text ends so."},
    {"!endswith", texts, at_edge<Place::end, Case::ignored, true>, "Whether a text does not end so."},
    {"endswith_cs", texts, at_edge<Place::end, Case::exact, false>, "As endswith, minding case."},
    {"!endswith_cs", texts, at_edge<Place::end, Case::exact, true>, "As !endswith, minding case."},
    {"has_any", "(string, string...) -> bool", has_items<false>, "Whether a text has any of the terms."},
    {"has_any", "(string, dynamic) -> bool", has_array<false>, "Whether a text has any of an array's terms."},
    {"has_all", "(string, string...) -> bool", has_items<true>, "Whether a text has all of the terms."},
    {"has_all", "(string, dynamic) -> bool", has_array<true>, "Whether a text has all of an array's terms."},
    {"has_any_index", "(string, dynamic) -> long", has_any_index, "Which of an array's terms a text has first."},
};

}  // namespace

std::span<const ScalarFunction> string_search_functions() { return string_search_table; }

}  // namespace vedette::kql
