// `externaldata` over HTTP, at the hosts that the operator allows.
// Source: kusto/query/externaldata-operator.md; formats: kusto/ingestion-supported-formats.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "vedette/http/client.h"
#include "vedette/kql/plan/external_data.h"

namespace vedette::resources {

inline constexpr uint64_t external_data_bytes_max = 64 << 20;          // of all that a query fetches, as sent
inline constexpr uint64_t external_data_decompressed_max = 256 << 20;  // of one address
inline constexpr uint64_t external_data_raw_max = 64 << 20;            // of one text (format raw)
inline constexpr int external_data_redirects_max = 5;
inline constexpr size_t external_data_addresses_max = 100;  // of a query

struct ExternalDataOptions {
  std::vector<std::string> hosts;  // "feeds.example.org", or "*.example.org" for those below; none: all is refused
  bool allow_http = false;         // also without TLS
  http::ClientOptions client;      // its time-out is that of one fetch
};

// For one query, which fetches each address once. Formats: csv, tsv, psv, scsv, sohsv, txt, json, multijson; plain,
// gzip, zstd, zip. Errors name the address without its query, which may hold a secret: external_data_disabled,
// not_supported (formats, mappings), bad_request (records), unavailable and not_found (answers), limit_exceeded.
std::shared_ptr<const kql::ExternalData> external_data(ExternalDataOptions options);

// Whether `text` could stand among ExternalDataOptions::hosts.
bool is_host_pattern(std::string_view text);

}  // namespace vedette::resources
