// A subscription as it is stored: the entity of /subscriptions, and hidden members beside what clients see.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/json/value.h"

namespace vedette::notify {

inline constexpr const char* subscription_type = "microsoft.graph.subscription";
inline constexpr const char* subscription_collection = "subscriptions";

// Hidden members.
inline constexpr const char* root_member = "@root";                       // "v1.0": the model of `resource`
inline constexpr const char* from_member = "@from";                       // changes after this one count
inline constexpr const char* created_member = "@createdDateTime";         // or renewed: when the lifetime began
inline constexpr const char* certificate_member = "@certificate";         // base64 of the DER
inline constexpr const char* by_user_member = "@byUser";                  // not by an application for itself
inline constexpr const char* unknown_members_member = "@unknownMembers";  // Prefer: include-unknown-enum-members
inline constexpr const char* reauthorized_member = "@reauthorizedDateTime";

enum ChangeType : unsigned { change_created = 1, change_updated = 2, change_deleted = 4 };

struct Subscription {
  std::string id, application_id, resource, root;
  std::string user_id;  // in whose name; "" for the application's own
  std::string notification_url, lifecycle_url, client_state;
  std::string certificate, certificate_id;  // with resource data
  std::string token_audience;               // of its validation tokens
  unsigned change_types = 0;                // of ChangeType
  int64_t from = 0;
  base::DateTime begun{}, expires{};
  base::DateTime authorised{};  // when it was made, renewed or reauthorised
  bool with_data = false, unknown_members = false;
};

// "created,Updated" as ChangeTypes; 0 for what is none.
unsigned parse_change_types(std::string_view text);
const char* to_string(ChangeType type);

// corrupt_data for a document that is none.
base::Result<Subscription> read_subscription(const json::Value& document);

}  // namespace vedette::notify
