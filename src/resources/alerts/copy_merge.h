// An alert and the newest copy of it that a provider sent (alert_sink.h says the rules).
#pragma once

#include <string>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/json/value.h"

namespace vedette::resources {

// The member of the alert's document that holds StoredAlert::copy. What the provider was told since is in the state.
inline constexpr const char* copy_member = "@copy";
inline std::string copy_state(std::string_view alert_id) { return "alerts.copy." + std::string(alert_id); }

// StoredAlert::copy by both. A state of another copy than the document's, and of an alert that was deleted, is void.
json::Object known_copy(const json::Object& document, const json::Object& state);

struct AlertCopy {
  json::Object alert;
  std::string hash;  // SHA-256 of its text
  int64_t bytes = 0;
};

struct StoredAlert {
  json::Object document;
  // Of the newest copy: hash, bytes, lastUpdateDateTime, lastActivityDateTime, what it said of the properties that
  // users may change, and its comments. Empty when there was none.
  json::Object copy;
};

// False when the stored alert is as new or newer: nothing is changed then.
bool merge_copy(StoredAlert& stored, const AlertCopy& copy);

// The first copy.
StoredAlert first_copy(const AlertCopy& copy);

}  // namespace vedette::resources
