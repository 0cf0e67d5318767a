// What `vedette serve` runs with: defaults, then vedette.toml, then the command line.
//
//   listen = "127.0.0.1:8080"
//   data = "./vedette-data"
//   public_url = "https://graph.example.org"   # what links and tokens name; empty: the address that is listened on
//   api_limits = "none"                        # how often an application may call; "graph": as Microsoft limits it
//   [tls]
//   certificate = "server.pem"                 # the chain, leaf first
//   key = "server.key"
//   [correlation]
//   shared_infrastructure = ["ip 203.0.113.7"] # further lines of schema/correlation/shared_infrastructure.list
//   [retention]
//   events_days = 30                           # how long hunting rows are kept, from when they came in; 0: for ever
//   [hunting]                                  # what a tenant may use of runHuntingQuery; 0: no limit
//   requests_per_minute = 45
//   requests_per_hour = 1500
//   running_seconds_per_hour = 600
//   running_seconds_per_day = 10800
//   [external_data]                            # what externaldata may read: nothing, unless hosts are named, and only
//   hosts = ["feeds.example.org"]              # at public addresses; "*.example.org": those below. Further keys as
//   allow_http = false                         # in [notifications]
//   [notifications]                            # receivers of change notifications: https at public addresses, and
//   allowed_ranges = ["10.1.0.0/16"]           # those at addresses in these ranges
//   allow_http = false                         # also without TLS
//   ca_file = "receivers.pem"                  # who signs their certificates; empty: the system's
//   [connectors]                               # providers that are polled or written to, as [notifications]
//   allowed_ranges = ["10.2.0.0/16"]
//   [[identity_provider]]                      # an OpenID provider whose tokens are accepted; any number of them
//   issuer = "https://login.example.org/realms/soc"
//   audience = ["vedette"]                     # one of them is in the token
//   tenant = "contoso"                         # or tenant_claim = "org": the claim that says it
//   jwks_uri = ""                              # where its keys are; empty: found by discovery
//   roles_claim = "roles"                      # a path: "realm_access.roles"
//   scopes_claim = "scp"                       # `scope` when a token has none
//   private_addresses = false                  # it may be at an address that is not public, and without TLS
//   ca_file = ""                               # PEM authorities for it; empty: the system's
//   [identity_provider.names]                  # what its roles and scopes are called here
//   analyst = "Security Operator"
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/auth/outside_provider.h"
#include "vedette/base/result.h"
#include "vedette/http/client.h"
#include "vedette/resources/hunting/quota.h"

namespace vedette::server {

struct TlsPaths {
  std::string certificate;
  std::string key;
};

// Which addresses requests of our own may go to, beside public ones.
struct OutboundReach {
  std::vector<std::string> allowed_ranges;
  bool allow_http = false;
  std::string ca_file;
};

enum class ApiLimits : uint8_t { none, graph };

struct Configuration {
  std::string host = "127.0.0.1";
  uint16_t port = 8080;
  std::string data = "./vedette-data";
  std::string public_url;
  ApiLimits api_limits = ApiLimits::none;
  std::optional<TlsPaths> tls;
  std::vector<std::string> shared_infrastructure;
  int events_days = 30;
  resources::HuntingQuota hunting;
  std::vector<std::string> external_data_hosts;
  OutboundReach external_data, notifications, connectors;
  std::vector<auth::OutsideProviderSettings> identity_providers;
};

// bad_request for a range that is none.
base::Result<http::ClientOptions> client_options(const OutboundReach& reach);

// "HOST:PORT", "[::1]:8080", ":8080". bad_request naming what is wrong.
base::Status set_listen(Configuration& configuration, std::string_view listen);

// bad_request naming the line and the key; unknown keys are wrong.
base::Status apply_toml(Configuration& configuration, std::string_view toml);

// As a vedette.toml that gives this configuration.
std::string to_toml(const Configuration& configuration);

}  // namespace vedette::server
