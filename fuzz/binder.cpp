// Binding what could be parsed, with the optimizer and without it: both see the same errors.
#include "errors.h"
#include "tables.h"
#include "target.h"
#include "vedette/kql/plan/bind.h"

namespace vedette::fuzz {

std::string_view target_name() { return "binder"; }

std::string run_input(std::string_view input) {
  const auto query = kql::parse_or_error(input);
  if (!query) return "";
  for (const auto optimizer : {kql::Optimizer::on, kql::Optimizer::off}) {
    const auto bound = kql::bind(*query, tables(), {now(), optimizer});
    if (bound) continue;
    if (!bound.error().span) return "an error without a place: " + bound.error().message;
    if (auto flaw = flaw_of(bound.error(), input); !flaw.empty()) return flaw;
  }
  return "";
}

}  // namespace vedette::fuzz
