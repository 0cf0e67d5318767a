#include "demo.h"

#include "known_roles.h"
#include "vedette/base/ip_address.h"
#include "vedette/io/file_system.h"
#include "vedette/resources/alerts/alert_sink.h"
#include "vedette/scenario/scenario.h"

namespace vedette::server {

using base::ErrorCode;
using base::fail;

namespace {

constexpr std::string_view tenant_name = "demo";
constexpr std::string_view scenario_name = "overdue-invoice";
// When the scenario ends, fixed at the first start: an interrupted load goes on with the same bytes.
constexpr std::string_view scenario_end_state = "demo.scenarioEnd";

base::Result<auth::Tenant> demo_tenant(auth::Directory& directory) {
  if (auto tenant = TRY(directory.find_tenant(tenant_name))) return std::move(*tenant);
  return directory.create_tenant(tenant_name);
}

base::Result<base::DateTime> scenario_end(store::EntityStore& store, const std::string& tenant_id, base::DateTime now) {
  if (const auto state = TRY(store.state(tenant_id, scenario_end_state)))
    if (const auto end = base::parse_iso_date_time(state->value)) return *end;
  TRY(store.commit(
      tenant_id, {.actor = {store::Actor::Kind::system, "demo"},
                  .entities = {},
                  .states = {{std::string(scenario_end_state), base::format_date_time(now), store::must_not_exist}}}));
  return now;
}

base::Status load_scenario(Installation& installation, const std::string& tenant_id, const base::Clock& clock) {
  const auto scenario = TRY(scenario::embedded_scenario(scenario_name));
  const base::DateTime end = TRY(scenario_end(installation.store(), tenant_id, clock.now()));
  TenantEvents* const events = TRY(installation.events().open(tenant_id));
  const auto alerts = resources::make_alert_sink(installation.store(), tenant_id, "demo");
  const auto sink = ingest::make_sink(*events->store, alerts.get(), io::posix_file_system(),
                                      installation.events().quarantine_folder(tenant_id));
  ingest::IngestOptions options;
  options.tenant_id = tenant_id;
  ingest::Pipeline pipeline(*sink, clock, std::move(options));
  TRY(scenario::play(scenario, end, pipeline));
  return events->store->merge_small_segments();
}

// The application of demo.json when it still exists, else a new one.
base::Result<DemoAccess> demo_application(auth::Directory& directory, const std::string& tenant_id,
                                          const std::string& file) {
  DemoAccess access;
  access.tenant_id = tenant_id;
  if (io::posix_file_system().exists(file)) {
    const auto before = TRY(json::parse(TRY(io::read_file(io::posix_file_system(), file))));
    access.client_id = json::find_string(before, "clientId");
    access.client_secret = json::find_string(before, "clientSecret");
    if (json::find_string(before, "tenantId") == tenant_id &&
        TRY(directory.find_application(tenant_id, access.client_id)))
      return access;
  }
  auto created = TRY(directory.create_application(tenant_id, "Vedette demo", TRY(known_roles())));
  access.client_id = created.application.client_id;
  access.client_secret = created.client_secret;
  return access;
}

}  // namespace

bool is_loopback(std::string_view host) {
  if (host == "::1" || host == "localhost") return true;
  const auto address = base::parse_ip_address(host);
  return address && is_v4(*address) && address->bytes[base::v4_offset] == 127;
}

base::Result<DemoAccess> prepare_demo(Installation& installation, const std::string& data, const base::Clock& clock) {
  const auto tenant = TRY(demo_tenant(installation.directory()));
  TRY(load_scenario(installation, tenant.id, clock));
  const std::string file = data + "/demo.json";
  DemoAccess access = TRY(demo_application(installation.directory(), tenant.id, file));
  access.base_url = installation.address().root();
  access.token_endpoint = access.base_url + "/" + tenant.id + "/oauth2/v2.0/token";
  const json::Object document{{"baseUrl", access.base_url},
                              {"tenantId", access.tenant_id},
                              {"clientId", access.client_id},
                              {"clientSecret", access.client_secret},
                              {"tokenEndpoint", access.token_endpoint}};
  TRY(io::write_file_durably(io::posix_file_system(), file, json::to_text(document) + "\n", io::FileMode::owner_only));
  return access;
}

std::string introduction(const DemoAccess& access) {
  const std::string authorization = "  -H \"Authorization: Bearer $TOKEN\"";
  return "Vedette listens on " + access.base_url + " with a demo tenant.\n\n  tenant  " + access.tenant_id +
         "\n  client  " + access.client_id + "\n  secret  " + access.client_secret +
         "\n\nThree requests to try:\n\n"
         "TOKEN=$(curl -s " +
         access.token_endpoint +
         " \\\n"
         "  -d grant_type=client_credentials -d scope=https://graph.microsoft.com/.default \\\n"
         "  -d client_id=" +
         access.client_id + " -d client_secret=" + access.client_secret +
         " | sed 's/.*\"access_token\":\"\\([^\"]*\\).*/\\1/')\n\n"
         "curl -s '" +
         access.base_url + "/v1.0/security/incidents?$expand=alerts' \\\n" + authorization +
         "\n\n"
         "curl -s " +
         access.base_url + "/v1.0/security/runHuntingQuery \\\n" + authorization +
         " -H 'Content-Type: application/json' \\\n"
         "  -d '{\"Query\": \"DeviceProcessEvents | summarize count() by FileName | top 5 by count_\"}'\n\n"
         "Press Ctrl-C to stop.\n";
}

}  // namespace vedette::server
