#include "unicode_category.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "ascii_fold.h"

namespace vedette::kql {
namespace {

// In lower case and without '_', '-' and blanks, which loose matching leaves out.
struct Category {
  std::string_view name, short_name;
};
constexpr Category categories[] = {
    {"letter", "L"},
    {"uppercaseletter", "Lu"},
    {"lowercaseletter", "Ll"},
    {"titlecaseletter", "Lt"},
    {"modifierletter", "Lm"},
    {"otherletter", "Lo"},
    {"mark", "M"},
    {"nonspacingmark", "Mn"},
    {"spacingmark", "Mc"},
    {"enclosingmark", "Me"},
    {"number", "N"},
    {"decimalnumber", "Nd"},
    {"letternumber", "Nl"},
    {"othernumber", "No"},
    {"punctuation", "P"},
    {"connectorpunctuation", "Pc"},
    {"dashpunctuation", "Pd"},
    {"openpunctuation", "Ps"},
    {"closepunctuation", "Pe"},
    {"initialpunctuation", "Pi"},
    {"finalpunctuation", "Pf"},
    {"otherpunctuation", "Po"},
    {"symbol", "S"},
    {"mathsymbol", "Sm"},
    {"currencysymbol", "Sc"},
    {"modifiersymbol", "Sk"},
    {"othersymbol", "So"},
    {"separator", "Z"},
    {"spaceseparator", "Zs"},
    {"lineseparator", "Zl"},
    {"paragraphseparator", "Zp"},
    {"control", "Cc"},
    {"format", "Cf"},
    {"privateuse", "Co"},
};

}  // namespace

std::string_view short_category(std::string_view name) {
  std::string loose;
  for (const char c : name)
    if (c != '_' && c != '-' && c != ' ') loose += fold_ascii(c);
  const auto found = std::find_if(std::begin(categories), std::end(categories),
                                  [&](const Category& category) { return category.name == loose; });
  return found == std::end(categories) ? std::string_view() : found->short_name;
}

}  // namespace vedette::kql
