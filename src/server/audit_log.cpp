#include "audit_log.h"

#include <algorithm>

#include "vedette/base/guid.h"
#include "vedette/columnar/vector.h"
#include "vedette/odata/errors.h"
#include "vedette/tables/declaration.h"

namespace vedette::server {

namespace {

constexpr std::string_view table_name = "GraphApiAuditEvents";

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

std::string api_version(std::string_view path) {
  path.remove_prefix(std::min<size_t>(path.size(), 1));
  return std::string(path.substr(0, path.find('/')));
}

std::string milliseconds(base::TimeSpan span) { return std::to_string(span.ticks / base::ticks_per_millisecond); }

// At most `AuditLog::text_bytes_max`, cut between two characters.
std::string_view shortened(std::string_view text) {
  if (text.size() <= AuditLog::text_bytes_max) return text;
  size_t end = AuditLog::text_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

AuditLog::Row AuditLog::row_for(const http::Request& request, const std::string& tenant_id) const {
  return {{"IdentityProvider", address_.issuer(tenant_id)},
          {"IPAddress", request.peer_address},
          {"RequestMethod", request.method},
          {"Timestamp", base::format_date_time(clock_.now())}};
}

void AuditLog::wrote(const odata::AnsweredWrite& write) {
  const odata::Caller& caller = write.caller;
  const std::string path(write.request.split_target().path);
  const std::string id(write.response.headers.get("request-id"));
  Row row = row_for(write.request, caller.tenant_id);
  if (!caller.identity_provider.empty()) row[0].second = caller.identity_provider;
  row.insert(row.end(), {{"ApiVersion", api_version(path)},
                         {"ApplicationId", caller.app_id},
                         {"ClientRequestId", std::string(write.response.headers.get("client-request-id"))},
                         {"EntityType", caller.is_user() ? "user" : "app"},
                         {"RequestUri", address_.link_root(write.request) + path},
                         {"AccountObjectId", caller.user_id},
                         {"OperationId", write.batch_id.empty() ? id : std::string(write.batch_id)},
                         {"RequestDuration", milliseconds(write.ended - write.begun)},
                         {"RequestId", id},
                         {"ResponseStatusCode", std::to_string(write.response.status)},
                         {"Scopes", joined(caller.is_user() ? caller.scopes : caller.roles)},
                         {"UniqueTokenIdentifier", caller.token_id},
                         {"TargetWorkload", "Api"},
                         {"ServicePrincipalId", caller.service_principal_id}});
  store(caller.tenant_id, row, static_cast<int64_t>(write.response.body.size()));
}

bool AuditLog::keeps_refused(const std::string& tenant_id) {
  const int64_t second = base::to_unix_seconds(clock_.now());
  Refused before;
  bool keeps = false;
  {
    const std::lock_guard lock(mutex_);
    Refused& refused = refused_[tenant_id];
    if (refused.second != second) before = std::exchange(refused, {second, 0, 0});
    keeps = refused.rows < refused_per_second_max;
    ++(keeps ? refused.rows : refused.dropped);
  }
  tell_of(before, tenant_id);
  return keeps;
}

void AuditLog::tell_of(const Refused& refused, const std::string& tenant_id) const {
  if (refused.dropped == 0) return;
  log_.write(LogLevel::warning, "audit_sign_ins_dropped", {{"tenantId", tenant_id}, {"count", refused.dropped}});
}

AuditLog::~AuditLog() {
  for (const auto& [tenant_id, refused] : refused_) tell_of(refused, tenant_id);
}

void AuditLog::signed_in(const auth::SignIn& sign_in) {
  if (sign_in.error_code != 0 && !keeps_refused(sign_in.tenant_id)) return;
  const odata::Correlation correlation = odata::correlate(sign_in.request);
  std::string uri = address_.link_root(sign_in.request) + std::string(sign_in.request.split_target().path) +
                    "?grant_type=" + sign_in.method;
  if (sign_in.error_code != 0) uri += "&error=" + sign_in.error + "&error_code=" + std::to_string(sign_in.error_code);
  const bool by_itself = sign_in.method == "client_credentials";
  Row row = row_for(sign_in.request, sign_in.tenant_id);
  row.insert(row.end(), {{"ApplicationId", sign_in.client_id},
                         {"ClientRequestId", correlation.client_request_id},
                         {"EntityType", by_itself ? "app" : "user"},
                         {"RequestUri", uri},
                         {"AccountObjectId", sign_in.user_id},
                         {"OperationId", correlation.request_id},
                         {"RequestId", correlation.request_id},
                         {"ResponseStatusCode", std::to_string(sign_in.status)},
                         {"Scopes", joined(sign_in.scopes)},
                         {"UniqueTokenIdentifier", sign_in.token_id},
                         {"TargetWorkload", "SignIn"},
                         {"ServicePrincipalId", sign_in.service_principal_id}});
  store(sign_in.tenant_id, row, 0);
}

void AuditLog::store(const std::string& tenant_id, const Row& row, int64_t response_bytes) {
  columnar::Batch batch{.columns = {}, .rows = 1};
  for (const auto& column : tables::find_declaration(table_name)->schema) {
    if (column.type == columnar::Type::int_) {  // ResponseSize
      columnar::VectorBuilder number(column.type, 1);
      number.append<int32_t>(static_cast<int32_t>(std::min<int64_t>(response_bytes, INT32_MAX)));
      batch.columns.push_back(number.finish());
      continue;
    }
    const auto value = std::find_if(row.begin(), row.end(), [&](const auto& v) { return v.first == column.name; });
    columnar::VectorBuilder text(column.type, 1);
    text.append_copy(value == row.end() ? std::string_view() : shortened(value->second));
    batch.columns.push_back(text.finish());
  }
  tables::Commit commit;
  commit.rows.push_back({std::string(table_name), {std::move(batch)}});
  const auto to = events_.open(tenant_id);
  const auto stored = to ? (*to)->store->commit(std::move(commit)) : base::Status(to.error());
  if (!stored) log_.problem("audit_failed", stored.error(), {{"tenantId", tenant_id}});
}

}  // namespace vedette::server
