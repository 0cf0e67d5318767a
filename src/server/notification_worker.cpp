#include "notification_worker.h"

#include "vedette/auth/token.h"

namespace vedette::server {

namespace {

// Graph's own application for change tracking: receivers look for it in `appid`.
constexpr const char* change_tracking_app_id = "0bf30f3b-4a52-48df-9a82-234910c4a086";

notify::NotifierDependencies dependencies_of(NotificationWorker::Parts parts) {
  const auth::Directory& directory = parts.directory;
  notify::NotifierDependencies out{
      parts.store, parts.clock, std::move(parts.models), std::move(parts.views), {}, {}, {}, {}, {}};
  out.tenants = [&directory]() -> base::Result<std::vector<std::string>> {
    std::vector<std::string> ids;
    for (const auto& tenant : TRY(directory.tenants())) ids.push_back(tenant.id);
    return ids;
  };
  out.application_of =
      [&directory](const std::string& tenant,
                   const std::string& application) -> base::Result<std::optional<notify::ApplicationPermissions>> {
    auto found = TRY(directory.find_application(tenant, application));
    if (!found) return std::optional<notify::ApplicationPermissions>();
    return std::optional(notify::ApplicationPermissions{std::move(found->roles), std::move(found->scopes)});
  };
  out.user_of = [&users = parts.users](const std::string& tenant,
                                       const std::string& user) -> base::Result<std::optional<notify::UserStanding>> {
    auto found = TRY(users.find(tenant, user));
    if (!found) return std::optional<notify::UserStanding>();
    return std::optional(notify::UserStanding{found->enabled, found->sessions_valid_from, std::move(found->roles)});
  };
  for (const auto& collection : auth::directory_collections()) out.principal_collections.push_back(collection.name);
  out.validation_token = [&address = parts.address, &keys = parts.keys, &clock = parts.clock](
                             const std::string& tenant, const std::string& audience) {
    const auth::Application sender{change_tracking_app_id, change_tracking_app_id, "Change tracking", {}, {}, {}};
    return auth::issue_token({tenant, sender, audience, std::nullopt}, address, keys, clock);
  };
  out.on_problem = [&log = parts.log](const base::Error& error, const std::string& tenant) {
    log.problem("notifications_failed", error, {{"tenantId", tenant}});
  };
  out.on_outcome = [&metrics = parts.metrics](const char* outcome, uint64_t count) {
    metrics.count_notifications(outcome, count);
  };
  return out;
}

notify::NotifierOptions options_with(http::ClientOptions client) {
  notify::NotifierOptions options;
  options.client = std::move(client);
  return options;
}

}  // namespace

NotificationWorker::NotificationWorker(Parts parts, http::ClientOptions client)
    : notifier_(dependencies_of(std::move(parts)), options_with(std::move(client))) {}

void NotificationWorker::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { notifier_.run(stop); });
}

void NotificationWorker::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

}  // namespace vedette::server
