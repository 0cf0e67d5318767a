#include "vedette/notify/subscription.h"

#include <algorithm>

#include "vedette/base/ascii_case.h"
#include "vedette/odata/behaviour.h"

namespace vedette::notify {

namespace {

bool is_true(const json::Value& document, std::string_view name) {
  const json::Value* value = json::find(document, name);
  return value && value->is_bool() && value->get_bool();
}

struct NamedType {
  std::string_view name;
  ChangeType type;
};
constexpr NamedType named_types[] = {
    {"created", change_created}, {"updated", change_updated}, {"deleted", change_deleted}};

}  // namespace

unsigned parse_change_types(std::string_view text) {
  unsigned types = 0;
  while (true) {
    const size_t comma = text.find(',');
    std::string_view name = text.substr(0, comma);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    unsigned type = 0;
    for (const NamedType& one : named_types)
      if (base::equal_ignoring_ascii_case(one.name, name)) type = one.type;
    if (type == 0) return 0;
    types |= type;
    if (comma == text.npos) return types;
    text.remove_prefix(comma + 1);
  }
}

const char* to_string(ChangeType type) {
  for (const NamedType& one : named_types)
    if (one.type == type) return one.name.data();
  return "";
}

base::Result<Subscription> read_subscription(const json::Value& document) {
  const auto text = [&](const char* name) { return std::string(json::find_string(document, name)); };
  Subscription one;
  one.id = text("id");
  one.application_id = text(odata::owner_member);
  one.resource = text("resource");
  one.root = text(root_member);
  one.notification_url = text("notificationUrl");
  one.lifecycle_url = text("lifecycleNotificationUrl");
  one.client_state = text("clientState");
  one.certificate = text(certificate_member);
  one.certificate_id = text("encryptionCertificateId");
  one.token_audience = text("notificationUrlAppId");
  if (one.token_audience.empty()) one.token_audience = one.application_id;
  one.change_types = parse_change_types(text("changeType"));
  const json::Value* from = json::find(document, from_member);
  if (from && from->is_int64()) one.from = from->get_int64();
  const auto begun = base::parse_iso_date_time(text(created_member));
  const auto expires = base::parse_iso_date_time(text("expirationDateTime"));
  if (one.notification_url.empty() || one.change_types == 0 || !expires || !begun)
    return base::fail(base::ErrorCode::corrupt_data, "The subscription '" + one.id + "' cannot be read.");
  one.begun = *begun;
  one.expires = *expires;
  one.authorised = std::max(*begun, base::parse_iso_date_time(text(reauthorized_member)).value_or(*begun));
  one.with_data = is_true(document, "includeResourceData");
  if (is_true(document, by_user_member)) one.user_id = text("creatorId");
  one.unknown_members = is_true(document, unknown_members_member);
  return one;
}

}  // namespace vedette::notify
