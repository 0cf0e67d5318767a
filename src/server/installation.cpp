#include "installation.h"

#include "entities.h"
#include "push_ingest.h"
#include "pushed_body.h"
#include "signed_push.h"
#include "vedette/resources/behaviours.h"

namespace vedette::server {

using base::ErrorCode;
using base::fail;

namespace {

http::Response plain(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  response.body = std::move(body);
  return response;
}

// The first segment when it is one of ours, so that peers cannot make labels of their own.
std::string_view root_of(std::string_view path) {
  for (const std::string_view root : {"v1.0", "beta", "vedette", "healthz", "readyz", "metrics"})
    if (path.substr(1).starts_with(root)) return root;
  return "identity";
}

ErrorCode code_of(int status) {
  switch (status) {
    case 408:
    case 503:
      return ErrorCode::unavailable;
    case 413:
      return ErrorCode::payload_too_large;
    case 431:
      return ErrorCode::headers_too_large;
    case 500:
      return ErrorCode::internal;
    default:
      return ErrorCode::bad_request;
  }
}

}  // namespace

Installation::Installation(const Configuration& configuration, std::string listen_url, const base::Clock& clock,
                           Log& log)
    : clock_(clock),
      log_(log),
      data_(configuration.data),
      address_{configuration.public_url, std::move(listen_url)},
      events_(configuration.data, clock) {}

Installation::~Installation() = default;

base::Status Installation::open_stores(const Configuration& configuration) {
  store_ = TRY(open_entities(data_, clock_));
  directory_ = std::make_unique<auth::Directory>(*store_, clock_);
  users_ = std::make_unique<auth::Users>(*store_, clock_);
  keys_ = TRY(auth::SigningKeys::open(*store_, clock_));
  for (const auto& tenant : TRY(directory_->tenants())) TRY(events_.open(tenant.id));
  correlate::CorrelatorOptions options;
  for (const auto& line : configuration.shared_infrastructure) options.shared_infrastructure += line + "\n";
  correlation_ = std::make_unique<CorrelationWorker>(*store_, *directory_, clock_, std::move(options), log_);
  retention_ = std::make_unique<RetentionWorker>(events_, *directory_, clock_, configuration.events_days, log_);
  return {};
}

resources::SubscriptionDependencies Installation::subscription_dependencies(const Configuration& configuration,
                                                                            http::ClientOptions client) const {
  resources::SubscriptionDependencies out;
  out.handshake = [options = notify::handshake_options(std::move(client))](const http::ClientRequest& request) {
    return http::send(request, options);
  };
  if (configuration.notifications.allow_http) out.schemes = notify::Schemes::https_and_http;
  out.handshakes_max = handshakes_max;
  out.principal_of = [&directory = *directory_](const odata::Caller& caller) {
    const auto application = directory.find_application(caller.tenant_id, caller.app_id);
    return application && *application ? (*application)->object_id : caller.app_id;
  };
  out.is_own_audience = [&address = address_](const std::string& audience) { return address.is_audience(audience); };
  return out;
}

base::Result<std::unique_ptr<Installation>> Installation::open(const Configuration& configuration,
                                                               std::string listen_url, const base::Clock& clock,
                                                               Log& log) {
  std::unique_ptr<Installation> self(new Installation(configuration, std::move(listen_url), clock, log));
  TRY(self->open_stores(configuration));
  const auto log_problem = [&log](const base::Error& error) { log.problem("request_failed", error); };
  const auth::Identity identity{self->address_, *self->store_, *self->directory_, *self->users_, *self->keys_, clock};
  self->tokens_ = std::make_unique<auth::TokenEndpoint>(identity, secret_checks, sign_ins_max);
  self->tokens_->set_on_problem(log_problem);
  self->tokens_->set_on_sign_in([&audit = self->audit_](const auth::SignIn& sign_in) { audit.signed_in(sign_in); });
  self->authenticator_ = std::make_unique<auth::Authenticator>(identity);
  for (const auto& settings : configuration.identity_providers)
    self->authenticator_->accept(std::make_unique<auth::OutsideProvider>(settings, clock));
  self->federation_ = TRY(FederationWorker::create(
      {*self->store_, clock, *self->directory_, self->events_, log, self->metrics_, self->data_},
      configuration.connectors));
  resources::Dependencies dependencies;
  dependencies.gather_alerts = [&federation = *self->federation_](odata::Context& context) {
    return federation.gather_alerts(context.caller.tenant_id, context.request.stop);
  };
  dependencies.hunting.event_tables =
      [&events = self->events_](std::string_view tenant_id) -> base::Result<std::shared_ptr<const kql::Catalog>> {
    return TRY(events.open(std::string(tenant_id)))->store->snapshot();
  };
  dependencies.hunting.queries_max = hunts_max;
  dependencies.hunting.queries_waiting_max = hunts_waiting_max;
  dependencies.hunting.tenant_queries_max = tenant_hunts_max;
  dependencies.hunting.quota = configuration.hunting;
  dependencies.hunting.external_data = {configuration.external_data_hosts, configuration.external_data.allow_http,
                                        TRY(client_options(configuration.external_data))};
  const http::ClientOptions client = TRY(client_options(configuration.notifications));
  dependencies.subscriptions = self->subscription_dependencies(configuration, client);
  auto behaviours = resources::behaviours(dependencies);
  behaviours.deposits.push_back(
      push_ingest(self->events_, self->connectors_, self->pushes_, clock, self->metrics_, log));
  const auto log_write = [&audit = self->audit_](const odata::AnsweredWrite& write) { audit.wrote(write); };
  const auto admit_write = [&writes = self->writes_](const odata::Caller& caller) -> base::Result<odata::WritePlace> {
    auto place = TRY(writes.take(caller.tenant_id));
    return std::make_shared<const base::DividedPlaces::Place>(std::move(place));
  };
  const auto all_models = TRY(models());
  odata::Behaviours views;
  views.views = behaviours.views;
  self->notifications_ = std::make_unique<NotificationWorker>(
      NotificationWorker::Parts{*self->store_, clock, *self->directory_, *self->users_, self->address_, *self->keys_,
                                log, self->metrics_, all_models, std::move(views)},
      client);
  odata::ServiceOptions options{configuration.public_url, log_problem, log_write, admit_write};
  if (configuration.api_limits == ApiLimits::graph) options.throttle = odata::graph_throttle_rules();
  self->service_ = std::make_unique<odata::Service>(all_models, *self->store_, clock, std::move(behaviours), options);
  return self;
}

http::Response Installation::handle(const http::Request& request) {
  const auto begun = std::chrono::steady_clock::now();
  return counted(request, route(request), begun);
}

std::optional<http::Response> Installation::answer_at_once(const http::Request& request) {
  if (request.method != "GET") return std::nullopt;
  const auto begun = std::chrono::steady_clock::now();
  const auto caller = authenticator_->recall(request);
  auto response = caller ? service_->recall(request, *caller) : std::nullopt;
  if (!response) return std::nullopt;
  return counted(request, std::move(*response), begun);
}

tl::expected<uint64_t, http::Response> Installation::admit_body(const http::Request& head) {
  const auto begun = std::chrono::steady_clock::now();
  const auto refused = [&](http::Response response) {
    return tl::unexpected(counted(head, std::move(response), begun));
  };
  if (const auto address = push_address(head.split_target().path))
    return federation_->connectors().takes_pushes(address->tenant, address->connector) ? signed_push_bytes_max
                                                                                       : anonymous_body_bytes_max;
  if (!service_->serves(head) || service_->is_public(head)) return anonymous_body_bytes_max;
  auto caller = authenticate(head);
  if (!caller) return refused(std::move(caller.error()));
  const auto body = service_->expected_body(head, *caller);
  if (!body) {
    const auto place = writes_.take(caller->tenant_id);
    auto response = service_->refuse(head, place ? body.error() : place.error());
    if (place) audit_.wrote({head, *caller, response, "", clock_.now(), clock_.now()});
    return refused(std::move(response));
  }
  return *body == odata::Service::Body::deposit ? push_body_bytes_max : api_body_bytes_max;
}

http::Response Installation::counted(const http::Request& request, http::Response response, Time begun) {
  const auto took = std::chrono::steady_clock::now() - begun;
  const std::string_view path = request.split_target().path;
  metrics_.count_request(root_of(path), response.status, took);
  log_.write(response.status >= 500 ? LogLevel::warning : LogLevel::info, "request",
             {{"method", request.method},
              {"path", path},
              {"status", response.status},
              {"ms", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()},
              {"requestId", response.headers.get("request-id")},
              {"peer", request.peer_address}});
  return response;
}

http::Response Installation::route(const http::Request& request) {
  const std::string_view path = request.split_target().path;
  if (path == "/healthz" || path == "/readyz") return plain(200, "ok\n");
  if (path == "/metrics") return plain(200, metrics_.text());
  if (const auto address = push_address(path)) return take_push(*address, request);
  if (service_->serves(request)) return call_api(request);
  if (auto answer = tokens_->answer(request)) return std::move(*answer);
  return service_->refuse(request, fail(ErrorCode::not_found,
                                        "There is nothing at this address. The API begins at "
                                        "/v1.0 and /beta."));
}

http::Response Installation::take_push(const PushAddress& address, const http::Request& request) {
  const auto taken = take_signed_push({*federation_, events_, pushes_, log_}, address, request);
  if (!taken) return service_->refuse(request, taken.error());
  http::Response response;
  response.headers.set("Content-Type", "application/json");
  response.body = json::to_text(*taken);
  return response;
}

http::Response Installation::call_api(const http::Request& request) {
  if (service_->is_public(request)) return service_->handle(request, {});
  auto caller = authenticate(request);
  return caller ? service_->handle(request, *caller) : std::move(caller.error());
}

tl::expected<odata::Caller, http::Response> Installation::authenticate(const http::Request& request) {
  auto caller = authenticator_->authenticate(request);
  if (caller) return std::move(*caller);
  if (caller.error().code != ErrorCode::unauthenticated) log_.problem("authentication_failed", caller.error());
  auto response = service_->refuse(request, caller.error());
  if (response.status == 401) response.headers.set("WWW-Authenticate", auth::www_authenticate(request, caller.error()));
  return tl::unexpected(std::move(response));
}

http::Response Installation::refuse(int status, std::string_view message) const {
  auto response = service_->refuse({}, fail(code_of(status), std::string(message)));
  response.status = status;
  return response;
}

}  // namespace vedette::server
