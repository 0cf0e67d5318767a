#include "vedette/kql/exec/engine.h"

namespace vedette::kql {

base::Result<std::unique_ptr<Execution>> run(std::string_view query, const Catalog& catalog,
                                             const EngineOptions& options) {
  const Query parsed = TRY(parse_or_error(query));
  auto bound = std::make_shared<BoundQuery>(TRY(bind(parsed, catalog, {options.now, options.optimizer})));
  return start(std::move(bound), options);
}

}  // namespace vedette::kql
