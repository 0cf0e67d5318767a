// One running Vedette: its stores, its identity, its API, put together. Requests come in as values; sockets are
// command_serve's.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit_log.h"
#include "configuration.h"
#include "correlation_worker.h"
#include "federation_worker.h"
#include "log.h"
#include "metrics.h"
#include "notification_worker.h"
#include "retention_worker.h"
#include "signed_push.h"
#include "tenant_events.h"
#include "vedette/auth/authenticate.h"
#include "vedette/auth/token_endpoint.h"
#include "vedette/federation/connector_library.h"
#include "vedette/odata/service.h"
#include "vedette/resources/subscriptions/subscriptions.h"

namespace vedette::server {

inline constexpr uint64_t anonymous_body_bytes_max = 64 << 10;
inline constexpr uint64_t api_body_bytes_max = 4 << 20;  // a query of 1 MB, escaped

// Threads: handle(), admit_body() and refuse() from any; the others from one.
class Installation {
 public:
  // Opens what the data folder holds, and creates what it lacks. `listen_url` is where the server is reached when the
  // configuration names no public URL. `clock` and `log` outlive it.
  static base::Result<std::unique_ptr<Installation>> open(const Configuration& configuration, std::string listen_url,
                                                          const base::Clock& clock, Log& log);
  ~Installation();

  http::Response handle(const http::Request& request);
  // The response when it is at hand, without waiting: for io threads.
  std::optional<http::Response> answer_at_once(const http::Request& request);
  // How large the body of a request may be whose head this is, or why it is refused unread. Only who has a token may
  // send much.
  tl::expected<uint64_t, http::Response> admit_body(const http::Request& head);
  // What failed before a handler saw it, in the form of the API.
  http::Response refuse(int status, std::string_view message) const;

  auth::Directory& directory() { return *directory_; }
  store::EntityStore& store() { return *store_; }
  EventFolders& events() { return events_; }
  CorrelationWorker& correlation() { return *correlation_; }
  RetentionWorker& retention() { return *retention_; }
  NotificationWorker& notifications() { return *notifications_; }
  FederationWorker& federation() { return *federation_; }
  const auth::ServerAddress& address() const { return address_; }

 private:
  Installation(const Configuration& configuration, std::string listen_url, const base::Clock& clock, Log& log);
  base::Status open_stores(const Configuration& configuration);
  resources::SubscriptionDependencies subscription_dependencies(const Configuration& configuration,
                                                                http::ClientOptions client) const;
  using Time = std::chrono::steady_clock::time_point;

  http::Response route(const http::Request& request);
  http::Response call_api(const http::Request& request);
  http::Response take_push(const PushAddress& address, const http::Request& request);
  tl::expected<odata::Caller, http::Response> authenticate(const http::Request& request);
  http::Response counted(const http::Request& request, http::Response response, Time begun);

  const base::Clock& clock_;
  Log& log_;
  const std::string data_;
  const auth::ServerAddress address_;
  Metrics metrics_;
  EventFolders events_;
  const federation::ConnectorLibrary connectors_{data_};
  AuditLog audit_{events_, address_, clock_, log_};
  base::Places pushes_{pushes_max, "bodies are being stored"};
  base::DividedPlaces writes_{{writes_max, "requests that may write are under way"},
                              {tenant_writes_max, "requests of the tenant that may write are under way"}};
  std::unique_ptr<store::EntityStore> store_;
  std::unique_ptr<auth::Directory> directory_;
  std::unique_ptr<auth::Users> users_;
  std::unique_ptr<auth::SigningKeys> keys_;
  std::unique_ptr<auth::TokenEndpoint> tokens_;
  std::unique_ptr<auth::Authenticator> authenticator_;
  std::unique_ptr<odata::Service> service_;
  std::unique_ptr<CorrelationWorker> correlation_;
  std::unique_ptr<RetentionWorker> retention_;
  std::unique_ptr<NotificationWorker> notifications_;
  std::unique_ptr<FederationWorker> federation_;
};

}  // namespace vedette::server
