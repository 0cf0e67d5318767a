// Sends the security actions that are due at one instance.
//
// An action turns Running in the commit that begins to send it; one that was cancelled before is not sent, nor one
// whose time is over. Where the connector says how to see that a request is done (ReadUrl, Expect), that is looked at
// before it is sent again.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "action_result.h"
#include "provider_client.h"
#include "vedette/federation/connector_library.h"

namespace vedette::federation {

struct ActionParts {
  std::string tenant, instance;
  std::shared_ptr<const LoadedConnector> loaded;
  store::EntityStore& store;
  ProviderClient& client;
  const base::Clock& clock;
  std::chrono::milliseconds retry_min, retry_max;
};

// Belongs to one thread.
class ActionSender {
 public:
  explicit ActionSender(ActionParts parts) : parts_(std::move(parts)) {}

  // Those that are due; how many there were. An error that may pass ends it.
  base::Result<size_t> send_due(const base::StopCheck& stop);

 private:
  struct Action {
    json::Object document;
    int64_t version = 0;
    bool has_ended() const;
  };
  base::Result<std::vector<ActionResult>> due() const;
  base::Result<std::optional<Action>> load(const std::string& id) const;
  base::Status send(ActionResult& result, const base::StopCheck& stop);
  base::Status prepare(ActionResult& result, const Action& action);
  base::Status begin(ActionResult& result, Action action);
  base::Status send_requests(ActionResult& result, bool may_have_arrived, const base::StopCheck& stop);
  base::Status look_once_more(ActionResult& result, const std::string& overdue, const base::StopCheck& stop);
  base::Result<bool> is_done(const ProviderRequest& request, const base::StopCheck& stop);
  base::Status fail(ActionResult& result, const base::Error& error);
  base::Status end(ActionResult& result, const char* state);
  base::Status write(ActionResult& result);
  base::Result<bool> have_all_ended(const Action& action, const ActionResult& last, std::string& error) const;
  const ActionDeclaration* declaration_of(const Action& action) const;
  // "" while there is time.
  std::string overdue(const ActionResult& result, const std::optional<Action>& action) const;

  const ActionParts parts_;
};

}  // namespace vedette::federation
