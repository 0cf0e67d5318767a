// Parsing never fails but by diagnostics, each with a place.
#include "errors.h"
#include "target.h"
#include "vedette/kql/syntax/parse.h"

namespace vedette::fuzz {

std::string_view target_name() { return "parser"; }

std::string run_input(std::string_view input) {
  const kql::ParseResult parsed = kql::parse(input);
  if (parsed.diagnostics.size() > kql::SyntaxLimits::diagnostics_max) return "too many diagnostics";
  for (const kql::Diagnostic& diagnostic : parsed.diagnostics) {
    if (!diagnostic.error.span) return "a diagnostic without a place: " + diagnostic.error.message;
    if (auto flaw = flaw_of(diagnostic.error, input); !flaw.empty()) return flaw;
  }
  return "";
}

}  // namespace vedette::fuzz
