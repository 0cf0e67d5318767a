#include "vedette/odata/service.h"

#include <algorithm>

#include "apply.h"
#include "batch.h"
#include "brief_requests.h"
#include "call.h"
#include "documents.h"
#include "entities.h"
#include "operate.h"
#include "query.h"
#include "read.h"
#include "remembered_answers.h"
#include "selection.h"
#include "shown_entities.h"
#include "vedette/odata/errors.h"
#include "write.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

base::Status check_format(const Call& call) {
  const std::string* format = call.options.find("format");
  if (!format || call.route.kind == RouteKind::metadata || edm::equal_names(format->substr(0, 4), "json") ||
      format->starts_with("application/json"))
    return {};
  return fail(ErrorCode::bad_request, "The $format '" + *format + "' is not supported.").with_target("$format");
}

Result<http::Response> read(const Call& call) {
  TRY(check_format(call));
  if (call.route.count) return read_count(call);
  switch (call.route.kind) {
    case RouteKind::service_document:
      return service_document(call);
    case RouteKind::metadata:
      return metadata_document(call);
    case RouteKind::collection:
      return call.options.find("apply") ? read_aggregates(call) : read_collection(call);
    case RouteKind::entity:
      return read_entity(call);
    case RouteKind::property:
      return read_property(call);
    case RouteKind::operation:
      return run_operation(call);
    case RouteKind::singleton:
    case RouteKind::openapi:
    case RouteKind::batch:
      break;
  }
  return fail(ErrorCode::not_found, "There is nothing to read at this URL.");
}

Result<http::Response> post(const Call& call) {
  switch (call.route.kind) {
    case RouteKind::operation:
      return run_operation(call);
    case RouteKind::property:
      return append_item(call);
    case RouteKind::entity:
      return run_deposit(call);
    default:
      return insert_entity(call);
  }
}

// What the model allows of a resource that nothing stores yet.
base::Status require_stored(const Call& call) {
  const edm::Capabilities* capabilities = call.route.capabilities;
  if (!capabilities || call.route.kind == RouteKind::operation) return {};
  if (capabilities->deposit && call.request.method == "POST") return {};
  const auto& not_yet = capabilities->not_yet;
  const bool later = std::find(not_yet.begin(), not_yet.end(), call.request.method) != not_yet.end();
  if (!capabilities->collection.empty() && !later) return {};
  return fail(ErrorCode::not_implemented, call.request.method + " of '" + call.route.path + "' is not supported yet.");
}

Result<http::Response> dispatch(const Call& call) {
  TRY(require_stored(call));
  const std::string& method = call.request.method;
  if (method == "GET" || method == "HEAD") return read(call);
  TRY(refuse_others(call.options, {"format"}));
  if (method == "POST") return post(call);
  return method == "PATCH" ? update_entity(call) : remove_entity(call);
}

std::string allow_text(const std::vector<Method>& methods) {
  std::string text;
  for (const Method& method : methods) text += std::string(method.name) + ", ";
  return text + "OPTIONS";
}

http::Response not_allowed(const http::Request& request, const std::vector<Method>& methods,
                           const Correlation& correlation, base::DateTime now) {
  const std::string allowed = allow_text(methods);
  http::Response response =
      error_response(fail(ErrorCode::method_not_allowed,
                          "The method '" + request.method + "' is not allowed here. Allowed are: " + allowed + "."),
                     correlation, now);
  response.headers.set("Allow", allowed);
  return response;
}

// A PATCH of a view with a body in the form of what is stored goes to the set that has it.
Result<Route> resolve_request(const std::vector<const edm::Model*>& models, const http::Request& request,
                              const Behaviours& behaviours) {
  Route route = TRY(resolve(models, request.split_target().path));
  if (request.method != "PATCH" || route.kind != RouteKind::entity) return route;
  const ViewBehaviour* view = find_view(behaviours, *route.type);
  const auto body = view ? json::parse(request.body) : base::Result<json::Value>(json::Value());
  if (!body || !body->is_object() || !view->is_stored_form(body->get_object())) return route;
  return resolve(models, "/" + route.model->root() + "/" + view->stored_set + "/" + percent_encode(route.id));
}

}  // namespace

struct Service::Addressed {
  Route route;
  Result<QueryOptions> options;  // an error counts only for who may ask
};

Service::Service(std::vector<const edm::Model*> models, store::EntityStore& store, const base::Clock& clock,
                 Behaviours behaviours, ServiceOptions options)
    : models_(std::move(models)),
      store_(store),
      clock_(clock),
      behaviours_(std::move(behaviours)),
      options_(std::move(options)),
      throttle_(options_.throttle.empty() ? nullptr : std::make_unique<Throttle>(options_.throttle)),
      shown_(std::make_unique<ShownEntities>()),
      answers_(std::make_unique<RememberedAnswers>()),
      brief_(std::make_unique<BriefRequests>()),
      openapi_(std::make_unique<OpenApiDocuments>()) {}

Service::~Service() = default;

bool Service::serves(const http::Request& request) const {
  return find_root(models_, request.split_target().path) != nullptr;
}

bool Service::is_public(const http::Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") return false;
  const auto route = resolve(models_, request.split_target().path);
  return route && (route->kind == RouteKind::service_document || route->kind == RouteKind::metadata ||
                   route->kind == RouteKind::openapi);
}

Result<Service::Body> Service::expected_body(const http::Request& head, const Caller& caller) const {
  const Route route = TRY(resolve(models_, head.split_target().path));
  for (const Method& method : allowed_methods(route, behaviours_)) {
    if (method.name != head.method) continue;
    if (method.permissions) TRY(authorise(caller, *method.permissions));
    const bool deposit = route.capabilities && route.capabilities->deposit && method.name == "POST";
    return deposit ? Body::deposit : Body::document;
  }
  return Body::document;  // handle() says which methods there are
}

bool Service::is_write(const http::Request& request) const {
  if (request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS") return false;
  const auto route = resolve_request(models_, request, behaviours_);
  if (!route) return true;                            // it was meant to be one
  if (route->kind == RouteKind::batch) return false;  // its parts are
  for (const Method& method : allowed_methods(*route, behaviours_))
    if (method.name == request.method && method.permissions) return !only_reads(*method.permissions);
  return true;
}

http::Response Service::handle(const http::Request& request, const Caller& caller) const {
  return answer(request, caller, "");
}

std::optional<http::Response> Service::recall(const http::Request& request, const Caller& caller) const {
  if (throttle_) return std::nullopt;  // every call counts
  if (auto response = answers_->find(request, caller, options_.public_url, store_)) {
    add_common_headers(*response, correlate(request));
    return response;
  }
  if (request.method != "GET") return std::nullopt;
  auto addressed = address_of(request);
  if (!addressed || !addressed->options) return std::nullopt;
  const auto brief = brief_->find(addressed->route, *addressed->options, caller, behaviours_);
  if (!brief) return std::nullopt;
  const base::DateTime begun = clock_.now();
  const Correlation correlation = correlate(request);
  auto result = run({request, caller, correlation, Pace::at_once}, std::move(*addressed), {});
  if (!result && result.error().code == ErrorCode::limit_exceeded) brief_->was_slow(*brief);
  if (!result && (result.error().code == ErrorCode::limit_exceeded || result.error().code == ErrorCode::cancelled))
    return std::nullopt;
  return finished(std::move(result), correlation, begun);
}

http::Response Service::answer(const http::Request& request, const Caller& caller, std::string_view batch_id) const {
  const base::DateTime begun = clock_.now();
  const Correlation correlation = correlate(request);
  const auto part = [&](const http::Request& one) { return answer(one, caller, correlation.request_id); };
  const bool writes = options_.on_write && is_write(request);
  const auto place = writes && options_.admit_write ? options_.admit_write(caller) : Result<WritePlace>(nullptr);
  http::Response response =
      finished(place ? run({request, caller, correlation, Pace::any}, address_of(request), part) : place.error(),
               correlation, begun);
  if (writes && place) options_.on_write({request, caller, response, batch_id, begun, clock_.now()});
  return response;
}

http::Response Service::finished(Result<http::Response> result, const Correlation& correlation,
                                 base::DateTime begun) const {
  if (!result && options_.on_problem && http_status(result.error().code) == 500) options_.on_problem(result.error());
  if (!result) result = error_response(result.error(), correlation, begun);
  add_common_headers(*result, correlation);
  return std::move(*result);
}

Result<Service::Addressed> Service::address_of(const http::Request& request) const {
  return Addressed{TRY(resolve_request(models_, request, behaviours_)),
                   parse_query(request.split_target().query.value_or(""))};
}

Result<http::Response> Service::run(const Asked& asked, Result<Addressed> addressed, const Answer& answer_part) const {
  const http::Request& request = asked.request;
  const Caller& caller = asked.caller;
  const base::DateTime now = clock_.now();
  auto [route, sent_options] = TRY(std::move(addressed));
  const std::vector<Method> methods = allowed_methods(route, behaviours_);
  if (methods.empty()) return fail(ErrorCode::not_found, "There is nothing at this URL.");
  const auto method =
      std::find_if(methods.begin(), methods.end(), [&](const Method& m) { return m.name == request.method; });
  if (request.method == "OPTIONS") {
    http::Response response = no_content();
    response.headers.set("Allow", allow_text(methods));
    return response;
  }
  if (method == methods.end()) return not_allowed(request, methods, asked.correlation, now);
  std::optional<Throttle::Pass> pass;
  if (throttle_ && method->permissions) pass.emplace(TRY(throttle_->admit(caller, route.path, now)));
  if (method->permissions) TRY(authorise(caller, *method->permissions));
  TRY(find_linked_parents(route, caller.tenant_id, store_));
  const QueryOptions options = TRY(std::move(sent_options));
  const std::string root_url = origin_of(request, options_.public_url) + "/" + route.model->root();
  const Call call{request, caller,      route,   options,   read_preferences(request), now, root_url,
                  store_,  behaviours_, *shown_, asked.pace};
  if (method->permissions && RememberedAnswers::may_be_remembered(call)) {
    const std::string key = RememberedAnswers::key_of(call);
    const std::optional<int64_t> sequence =
        answers_->was_asked(key) ? std::optional(TRY(store_.newest_sequence(caller.tenant_id))) : std::nullopt;
    http::Response response = TRY(dispatch(call));
    answers_->remember(key, *method->permissions, sequence, response);
    return response;
  }
  if (route.kind == RouteKind::openapi) return openapi_response(openapi_->of(*route.model, behaviours_));
  if (route.kind != RouteKind::batch) return dispatch(call);
  return json_response(call, TRY(run_batch(request, route.model->root(), models_, answer_part)));
}

http::Response Service::refuse(const http::Request& request, const base::Error& error) const {
  return error_response(error, correlate(request), clock_.now());
}

}  // namespace vedette::odata
