// The addresses that `externaldata` names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"

namespace vedette::resources {

struct ExternalAddress {
  std::string url;
  bool is_https = true;
  std::string host;   // in lower case, without port
  std::string shown;  // the url without query and fragment, which may hold a secret
  std::string file;   // the last segment of the path
};

// bad_request for what is no http(s) URL; user names and Kusto's connection strings (`…;credential`) are not_supported.
base::Result<ExternalAddress> parse_external_address(std::string_view url);
// Where a Location header leads from there.
std::string resolved(const ExternalAddress& from, std::string_view location);
bool matches_host(const std::vector<std::string>& patterns, std::string_view host);

}  // namespace vedette::resources
