// What writing back and security actions have in common: which deliveries are open, how a request is sent, and what an
// error means.
#pragma once

#include <memory>
#include <string>

#include "provider_client.h"
#include "request_query.h"
#include "vedette/store/entity_store.h"

namespace vedette::federation {

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

http::ClientRequest client_request(const ProviderRequest& wanted, const std::string& key);

// Whether the same may go well later. What a provider refuses is refused again.
bool is_passing(const base::Error& error);

// Whether `value` has all that `expected` has: members of objects, each element of arrays somewhere, scalars equal.
bool has_all(const json::Value& value, const json::Value& expected);

}  // namespace vedette::federation
