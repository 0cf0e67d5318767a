// What becomes of a security action at one provider: an entity of /vedette/actionResults, and the queue of what is to
// be sent. pending → sending → completed or failed; cancelled when the action was before anything was sent.
#pragma once

#include <string>
#include <vector>

#include "delivery.h"

namespace vedette::federation {

inline constexpr const char* action_collection = "securityActions";
// Of an action's document: the ids of its results.
inline constexpr const char* results_member = "@results";
// The parameter that asks for the requests only: "true", and nothing is sent.
inline constexpr const char* dry_run_parameter = "vedette.dryRun";

struct ActionResult : Delivery {
  static constexpr const char* collection = "actionResults";
  static base::Result<ActionResult> decode(const store::Entity& entity);

  std::string action_id;
  bool dry_run = false;
  base::DateTime asked{}, completed{};
  std::vector<ProviderRequest> requests;  // once they are known; shown without headers
  size_t step = 0;                        // the first of them that was not answered

  bool has_ended() const { return state != "pending" && state != "sending"; }
};

std::string encode(const ActionResult& result);

std::string action_result_id(const std::string& action_id, const std::string& instance);

// The parameters of an action by name.
json::Object action_parameters(const json::Value& action);

// The state of an action changes, and says by whom.
void enter_action_status(json::Object& action, const char* status, const std::string& by, base::DateTime now);
void end_action(json::Object& action, const std::string& error, const std::string& by, base::DateTime now);

}  // namespace vedette::federation
