#include <algorithm>

#include "vedette/ingest/connector.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;

base::Result<std::shared_ptr<const Connector>> detect_connector(const Input& input, const ReadLimits& limits) {
  constexpr size_t sample_records = 64;
  std::vector<std::string> best, general;
  size_t most = 0;
  for (const auto& name : embedded_connector_names()) {
    const auto config = TRY(embedded_connector_config(name));
    if (config.match.empty()) continue;
    ReadOptions options;
    options.format = config.format;
    options.wrapper = config.wrapper;
    options.limits = limits;
    const auto reader = RecordReader::open(input, options);
    const auto sample = reader->next(sample_records);
    const auto claimed = static_cast<size_t>(std::count_if(
        sample.records.begin(), sample.records.end(), [&](const Record& record) { return claims(config, record); }));
    if (claimed > most) best.clear(), general.clear(), most = claimed;
    if (claimed == most && most > 0) (config.general ? general : best).push_back(name);
  }
  if (best.empty()) best = general;
  if (best.empty()) return fail(ErrorCode::not_found, "No connector claims '" + input.name + "'.");
  if (best.size() > 1)
    return fail(ErrorCode::conflict,
                "The connectors '" + best[0] + "' and '" + best[1] + "' both claim '" + input.name + "'.");
  return embedded_connector(best.front());
}

}  // namespace vedette::ingest
