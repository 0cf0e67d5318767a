// What writing back and security actions have in common: how far a delivery is, which ones are open, how a request is
// sent, and what an error means.
#pragma once

#include <memory>
#include <string>

#include "provider_client.h"
#include "request_query.h"
#include "vedette/base/time.h"
#include "vedette/json/value.h"
#include "vedette/store/entity_store.h"

namespace vedette::federation {

// How far something is that goes to an instance's provider: what the entities of all of them say.
struct Delivery {
  std::string id, instance;
  std::string state = "pending";  // open while it is pending or sending
  int64_t attempts = 0;           // in a row
  base::DateTime last_attempt{}, next_attempt{};
  std::string error;
  int64_t version = store::must_not_exist;

  bool is_sending() const { return state == "sending"; }
  void forget_failures();
};

// What users changed, which the feed marks; it may be marked again while it is sent.
struct ChangeDelivery : Delivery {
  int64_t requested = 0;  // the number of the change that is to be written
  base::DateTime synchronized{};

  // False when that change, or a later one, was asked for before.
  bool request(int64_t change);
};

void add_members(json::Object& document, const Delivery& delivery);
void add_members(json::Object& document, const ChangeDelivery& delivery);
void read_members(const store::Entity& entity, const json::Value& document, Delivery& delivery);
void read_members(const store::Entity& entity, const json::Value& document, ChangeDelivery& delivery);

// A condition on entities: the text of a member.
std::shared_ptr<const store::Expression> equals(const char* name, const std::string& value);

// Of a collection of entities with `connector`, `state` and `nextAttemptDateTime`: up to `top` of an instance that are
// pending or sending, in the order in which they are due.
store::Query open_deliveries(std::string collection, const std::string& instance, int64_t top);

// Of the bag of settings that a query of requests sees: no secrets.
json::Value visible_settings(const ConnectorTransport& transport, const SettingValues& values);

// The same for the same request of the same change, and for no other.
std::string idempotency_key(const std::string& tenant, const std::string& about, int64_t change,
                            const ProviderRequest& request, size_t step);

// Whoever reads one alert reads it as polls do.
void set_read_headers(http::ClientRequest& request, const ConnectorTransport& transport);

// For the alert as its provider has it ([write_back] current). bad_request when it is not known what it is called
// there.
base::Result<http::ClientRequest> current_request(const ConnectorTransport& transport, const ProviderClient& client,
                                                  const json::Object& alert);

http::ClientRequest client_request(const ProviderRequest& wanted, const std::string& key);

// Whether the same may go well later. What a provider refuses is refused again.
bool is_passing(const base::Error& error);

struct RetryPauses {
  std::chrono::milliseconds least, most;
};
// After a failure: due again after a pause when it may pass, else `failed`.
void count_failure(Delivery& delivery, const base::Error& error, base::DateTime now, const RetryPauses& pauses);

// Whether `value` has all that `expected` has: members of objects, each element of arrays somewhere, scalars equal.
bool has_all(const json::Value& value, const json::Value& expected);

}  // namespace vedette::federation
