// subscription: who may watch what, where it is sent, for how long. Sources: resources/subscription,
// subscription-post-subscriptions, -update, -reauthorize of the Graph documentation. Delivery is notify's.
#include "vedette/resources/subscriptions/subscriptions.h"

#include "quotas.h"
#include "vedette/base/ascii_case.h"
#include "vedette/base/guid.h"
#include "vedette/base/places.h"
#include "vedette/notify/encryption.h"
#include "vedette/notify/subscription.h"
#include "vedette/notify/vapid.h"
#include "vedette/notify/watched.h"

namespace vedette::resources {
namespace {

using base::ErrorCode;
using base::Result;
using base::Status;
using namespace notify;

constexpr size_t client_state_bytes_max = 255;

base::Error wrong(const char* property, const std::string& message) {
  return base::fail(ErrorCode::bad_request, message).with_target(property);
}

std::string text(const json::Object& document, std::string_view name) {
  return std::string(json::find_string(document, name));
}

bool is_given(const json::Object& document, std::string_view name) {
  const json::Value* value = document.if_contains(name);
  return value && !value->is_null() && !(value->is_string() && value->get_string().empty());
}

// What stands before a subscription and its rules: shared by the calls of a behaviour.
class Rules {
 public:
  Rules(SubscriptionDependencies dependencies, odata::Behaviours views)
      : dependencies_(std::move(dependencies)), views_(std::move(views)) {}

  Result<odata::Changed> create(const json::Object& document, odata::Context& context) const;
  Result<odata::Changed> renew(const json::Object& document, const json::Object& body, odata::Context& context) const;
  Result<odata::Changed> reauthorize(const json::Object& document, odata::Context& context) const;

 private:
  Result<odata::Reference> watched(const json::Object& document, odata::Context& context) const;
  Status check_lifetime(const json::Object& document, const odata::Reference& reference, base::DateTime now) const;
  Status check_urls(const json::Object& document) const;
  Status handshake(const json::Object& document, odata::Context& context) const;

  const SubscriptionDependencies dependencies_;
  const odata::Behaviours views_;
  const std::shared_ptr<base::Places> places_ =
      std::make_shared<base::Places>(dependencies_.handshakes_max, "receivers are being validated");
};

// What somebody else vouches for: whether they may still read, when it is sent, nobody here knows.
Status refuse_outsiders(const odata::Caller& caller) {
  if (caller.identity_provider.empty()) return {};
  return base::fail(ErrorCode::forbidden,
                    "Subscriptions are for applications and users of this server; the token is "
                    "of the identity provider '" +
                        caller.identity_provider + "'.");
}

// What a user let an application be told, nobody else prolongs.
Status check_same_user(const json::Object& document, const odata::Caller& caller) {
  const json::Value* by_user = document.if_contains(by_user_member);
  if (!by_user || !by_user->is_bool() || !by_user->get_bool()) return {};
  if (text(document, "creatorId") == caller.user_id) return {};
  return base::fail(ErrorCode::forbidden, "The subscription was made for another user, who alone can renew it.");
}

// A subscription asks the permission to read its resource.
Result<odata::Reference> Rules::watched(const json::Object& document, odata::Context& context) const {
  auto reference = TRY(resolve_watched(context.model, views_, text(document, "resource"), context.now));
  TRY(odata::authorise(context.caller, *reference.read));
  return reference;
}

Status Rules::check_lifetime(const json::Object& document, const odata::Reference& reference,
                             base::DateTime now) const {
  const auto expires = base::parse_iso_date_time(text(document, "expirationDateTime"));
  if (!expires || *expires <= now) return wrong("expirationDateTime", "'expirationDateTime' must be in the future.");
  const base::TimeSpan longest = lifetime_max(reference);
  if (*expires > now + longest)
    return wrong("expirationDateTime", "Subscription expiration can only be " +
                                           std::to_string(longest.ticks / base::ticks_per_minute) +
                                           " minutes in the future for this resource.");
  return {};
}

Status Rules::check_urls(const json::Object& document) const {
  TRY(check_url(text(document, "notificationUrl"), dependencies_.schemes, "notificationUrl"));
  if (is_given(document, "lifecycleNotificationUrl"))
    TRY(check_url(text(document, "lifecycleNotificationUrl"), dependencies_.schemes, "lifecycleNotificationUrl"));
  return {};
}

// Both URLs are asked, even when they are equal.
Status Rules::handshake(const json::Object& document, odata::Context& context) const {
  if (!dependencies_.handshake)
    return base::fail(ErrorCode::not_implemented, "This server sends nothing to receivers.");
  const auto place = TRY(places_->take());
  TRY(validate_endpoint(text(document, "notificationUrl"), "notificationUrl", dependencies_.handshake,
                        context.request.stop));
  if (is_given(document, "lifecycleNotificationUrl"))
    TRY(validate_endpoint(text(document, "lifecycleNotificationUrl"), "lifecycleNotificationUrl",
                          dependencies_.handshake, context.request.stop));
  return {};
}

// What is declared and not offered is refused, not dropped.
Status check_offered(const json::Object& document) {
  for (const char* name :
       {"notificationQueryOptions", "vapidPublicKey", "webPushEncryptionP256dhPublicKey", "webPushEncryptionSecret"})
    if (is_given(document, name)) return wrong(name, std::string("'") + name + "' is not supported.");
  const std::string tls = text(document, "latestSupportedTlsVersion");
  if (!tls.empty() && tls != "v1_2" && tls != "v1_3")
    return wrong("latestSupportedTlsVersion", "Receivers are spoken to by TLS 1.2 or 1.3: 'v1_2' or 'v1_3'.");
  const std::string content_type = text(document, "notificationContentType");
  if (!content_type.empty() && content_type != "application/json")
    return wrong("notificationContentType", "Notifications are 'application/json'.");
  return {};
}

Status check_members(const json::Object& document) {
  if (parse_change_types(text(document, "changeType")) == 0)
    return wrong("changeType", "'changeType' is one or several of created, updated and deleted, with commas between.");
  if (text(document, "clientState").size() > client_state_bytes_max)
    return wrong("clientState", "'clientState' has more than " + std::to_string(client_state_bytes_max) + " bytes.");
  return check_offered(document);
}

// The certificate is kept where nothing shows it.
Status take_certificate(json::Object& document) {
  const json::Value* include = document.if_contains("includeResourceData");
  const bool with_data = include && include->is_bool() && include->get_bool();
  const std::string id = text(document, "encryptionCertificateId");
  if (with_data && !is_given(document, "encryptionCertificate"))
    return wrong("encryptionCertificate", "With 'includeResourceData', 'encryptionCertificate' is required.");
  if (with_data && id.empty())
    return wrong("encryptionCertificateId", "With 'includeResourceData', 'encryptionCertificateId' is required.");
  if (id.size() > certificate_id_bytes_max)
    return wrong("encryptionCertificateId",
                 "'encryptionCertificateId' has more than " + std::to_string(certificate_id_bytes_max) + " bytes.");
  if (!is_given(document, "encryptionCertificate")) return {};
  const std::string certificate = text(document, "encryptionCertificate");
  TRY(read_certificate(certificate));
  document[certificate_member] = certificate;
  document.erase("encryptionCertificate");
  return {};
}

// A text that names another audience of this server would make a token for it.
Status check_audience(const json::Object& document, const SubscriptionDependencies& dependencies) {
  const std::string app = text(document, "notificationUrlAppId");
  if (app.empty()) return {};
  const auto guid = base::parse_guid(app);
  if (guid && !(dependencies.is_own_audience && dependencies.is_own_audience(base::to_string(*guid)))) return {};
  return wrong("notificationUrlAppId", "'notificationUrlAppId' must be the id of the receiver's application.");
}

bool wants_unknown_members(const http::Request& request) {
  for (const auto& field : request.headers)
    if (base::equal_ignoring_ascii_case(field.name, "Prefer") &&
        field.value.find("include-unknown-enum-members") != std::string::npos)
      return true;
  return false;
}

Result<odata::Changed> Rules::create(const json::Object& given, odata::Context& context) const {
  TRY(refuse_outsiders(context.caller));
  json::Object document = given;
  const odata::Reference reference = TRY(watched(document, context));
  TRY(check_members(document));
  TRY(check_lifetime(document, reference, context.now));
  TRY(check_urls(document));
  TRY(check_audience(document, dependencies_));
  TRY(take_certificate(document));
  TRY(check_quotas(context));
  const bool user = context.caller.is_user();
  document["applicationId"] = context.caller.app_id;
  document["creatorId"] = user                         ? context.caller.user_id
                          : dependencies_.principal_of ? dependencies_.principal_of(context.caller)
                                                       : context.caller.app_id;
  if (!is_given(document, "includeResourceData")) document["includeResourceData"] = false;
  document["notificationContentType"] = "application/json";
  document[root_member] = context.model.root();
  document[created_member] = base::format_date_time(context.now);
  document[by_user_member] = user;
  document[unknown_members_member] = wants_unknown_members(context.request);
  document[from_member] = TRY(context.store.newest_sequence(context.caller.tenant_id));
  TRY(handshake(document, context));
  return odata::Changed{std::move(document), {}};
}

Status require_alive(const json::Object& document, base::DateTime now) {
  const auto expires = base::parse_iso_date_time(text(document, "expirationDateTime"));
  if (expires && *expires > now) return {};
  return base::fail(ErrorCode::not_found, "The resource '" + text(document, "id") + "' does not exist: it expired.");
}

// A renewal is a reauthorisation too.
Result<odata::Changed> Rules::renew(const json::Object& document, const json::Object& body,
                                    odata::Context& context) const {
  TRY(require_alive(document, context.now));
  TRY(check_same_user(document, context.caller));
  odata::Changed changed{document, {}};
  odata::merge_patch(changed.document, body);
  const odata::Reference reference = TRY(watched(document, context));
  TRY(check_lifetime(changed.document, reference, context.now));
  changed.document[created_member] = base::format_date_time(context.now);
  changed.document[reauthorized_member] = base::format_date_time(context.now);
  return changed;
}

Result<odata::Changed> Rules::reauthorize(const json::Object& document, odata::Context& context) const {
  TRY(require_alive(document, context.now));
  TRY(check_same_user(document, context.caller));
  TRY(watched(document, context));
  odata::Changed changed{document, {}};
  changed.document[reauthorized_member] = base::format_date_time(context.now);
  return changed;
}

// Whoever made a subscription knows its secret; nobody reads it.
json::Object without_secrets(const json::Object& stored) {
  json::Object shown = stored;
  shown.erase("clientState");
  return shown;
}

bool names(const store::Expression& expression, std::string_view property) {
  if (expression.op == store::Operator::property && !expression.path.empty() && expression.path[0] == property)
    return true;
  for (const store::Expression& operand : expression.operands)
    if (names(operand, property)) return true;
  return false;
}

Result<store::Expression> without_secrets_filter(const store::Expression& shown) {
  if (names(shown, "clientState")) return wrong("$filter", "Filtering by 'clientState' is not supported.");
  return shown;
}

Result<store::OrderBy> without_secrets_order(store::OrderBy shown) {
  if (shown.path[0] == "clientState") return wrong("$orderby", "Ordering by 'clientState' is not supported.");
  return shown;
}

Result<odata::OperationResult> show_vapid_key(const json::Object&, odata::Context& context) {
  odata::OperationResult result;
  result.value = TRY(vapid_public_key(context.store, context.caller.tenant_id));
  return result;
}

}  // namespace

odata::Behaviours subscription_behaviours(const SubscriptionDependencies& dependencies,
                                          const std::vector<odata::ViewBehaviour>& views) {
  odata::Behaviours watched;
  watched.views = views;
  const auto rules = std::make_shared<const Rules>(dependencies, std::move(watched));
  odata::Behaviours behaviours;
  behaviours.views = {{subscription_type, without_secrets, without_secrets_filter, without_secrets_order,
                       [](const json::Object&) { return false; }, "subscriptions"}};
  behaviours.inserts = {
      {subscription_type,
       [rules](const json::Object& document, odata::Context& context) { return rules->create(document, context); },
       odata::InsertFrom::document}};
  behaviours.changes = {{subscription_type, "",
                         [rules](const json::Object& document, const json::Object& body, odata::Context& context) {
                           return rules->renew(document, body, context);
                         }},
                        {subscription_type, "reauthorize",
                         [rules](const json::Object& document, const json::Object&, odata::Context& context) {
                           return rules->reauthorize(document, context);
                         }}};
  behaviours.operations = {{"microsoft.graph.getVapidPublicKey", show_vapid_key}};
  return behaviours;
}

}  // namespace vedette::resources
