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
#include "delivery_sender.h"

namespace vedette::federation {

class ActionSender final : public DeliverySender<ActionResult> {
 public:
  using DeliverySender::DeliverySender;

 private:
  struct Action {
    json::Object document;
    int64_t version = 0;
    bool has_ended() const;
  };
  base::Status send(ActionResult& result, const base::StopCheck& stop) override;
  base::Status failed(ActionResult& result) override;
  base::Result<std::optional<Action>> load_action(const std::string& id) const;
  base::Status send_open(ActionResult& result, const base::StopCheck& stop);
  base::Status prepare(ActionResult& result, const Action& action);
  base::Status begin(ActionResult& result, Action action);
  base::Status send_requests(ActionResult& result, bool may_have_arrived, const base::StopCheck& stop);
  base::Status look_once_more(ActionResult& result, const std::string& overdue, const base::StopCheck& stop);
  base::Result<bool> is_done(const ProviderRequest& request, const base::StopCheck& stop);
  base::Status end(ActionResult& result, const char* state);
  base::Result<bool> have_all_ended(const Action& action, const ActionResult& last, std::string& error) const;
  const ActionDeclaration* declaration_of(const Action& action) const;
  // "" while there is time.
  std::string overdue(const ActionResult& result, const std::optional<Action>& action) const;
};

}  // namespace vedette::federation
