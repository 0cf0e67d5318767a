#include <algorithm>

#include "vedette/ingest/connector.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

constexpr size_t sample_records = 64;

// How many of the input's first records the connector claims.
size_t claimed_of(const Input& input, const ReadLimits& limits, const ConnectorConfig& config) {
  if (config.match.empty()) return 0;
  ReadOptions options;
  options.format = config.format;
  options.wrapper = config.wrapper;
  options.limits = limits;
  const auto sample = RecordReader::open(input, options)->next(sample_records);
  return static_cast<size_t>(std::count_if(sample.records.begin(), sample.records.end(),
                                           [&](const Record& record) { return claims(config, record); }));
}

}  // namespace

Result<std::shared_ptr<const Connector>> detect_connector(const Input& input, const ReadLimits& limits,
                                                          std::span<const std::shared_ptr<const Connector>> more) {
  std::vector<ConnectorConfig> configs;
  for (const auto& name : embedded_connector_names()) configs.push_back(TRY(embedded_connector_config(name)));
  const size_t embedded = configs.size();
  for (const auto& connector : more) configs.push_back(connector->config());
  std::vector<size_t> best, general;
  size_t most = 0;
  for (size_t i = 0; i < configs.size(); ++i) {
    const size_t claimed = claimed_of(input, limits, configs[i]);
    if (claimed > most) best.clear(), general.clear(), most = claimed;
    if (claimed == most && most > 0) (configs[i].general ? general : best).push_back(i);
  }
  if (best.empty()) best = general;
  if (best.empty()) return fail(ErrorCode::not_found, "No connector claims '" + input.name + "'.");
  if (best.size() > 1)
    return fail(ErrorCode::conflict, "The connectors '" + configs[best[0]].name + "' and '" + configs[best[1]].name +
                                         "' both claim '" + input.name + "'.");
  return best[0] < embedded ? embedded_connector(configs[best[0]].name) : more[best[0] - embedded];
}

}  // namespace vedette::ingest
