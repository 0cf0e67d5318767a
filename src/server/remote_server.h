// Another Vedette, or Microsoft Graph itself, as a client of its API: `hunt --server URL`.
#pragma once

#include <memory>
#include <string>

#include "vedette/base/result.h"
#include "vedette/kql/plan/table_source.h"

namespace vedette::server {

struct RemoteOptions {
  std::string url;       // https://host[:port]
  std::string app_file;  // tenantId, clientId, clientSecret and perhaps tokenEndpoint as JSON, as demo.json has them;
                         // "": from VEDETTE_TENANT_ID, VEDETTE_CLIENT_ID and VEDETTE_CLIENT_SECRET
  std::string ca_file;   // PEM; "": the system's
};

// The answer to one query: the rows as a table `Answer` with one column `Record`, and the query that makes columns of
// the right types out of it.
struct RemoteAnswer {
  std::shared_ptr<const kql::Catalog> tables;
  std::string query;
};

// Errors: bad_request for the application, unauthenticated, unavailable, and what the server says of the query.
base::Result<RemoteAnswer> hunt_remotely(const RemoteOptions& options, const std::string& query);

}  // namespace vedette::server
