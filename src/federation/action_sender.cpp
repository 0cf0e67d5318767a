#include "action_sender.h"

#include <algorithm>

namespace vedette::federation {

using base::ErrorCode;
using base::Result;
using base::Status;

namespace {

std::string by(const ActionResult& result) { return "connector " + result.instance; }

}  // namespace

bool ActionSender::Action::has_ended() const {
  const std::string_view status = json::find_string(document, "status");
  return status == "Completed" || status == "Failed";
}

Result<std::optional<ActionSender::Action>> ActionSender::load_action(const std::string& id) const {
  const auto entity = TRY(parts_.store.get(parts_.tenant, action_collection, id));
  if (!entity) return std::optional<Action>();
  auto value = TRY(json::parse(entity->json));
  return std::optional(Action{std::move(value.get_object()), entity->version});
}

const ActionDeclaration* ActionSender::declaration_of(const Action& action) const {
  return parts_.loaded->transport.find_action(json::find_string(action.document, "name"));
}

Status ActionSender::send(ActionResult& result, const base::StopCheck& stop) {
  const auto sent = send_open(result, stop);
  if (!sent && sent.error().code == ErrorCode::conflict) return {};  // it was cancelled meanwhile: looked at again
  return sent;
}

Status ActionSender::send_open(ActionResult& result, const base::StopCheck& stop) {
  auto action = TRY(load_action(result.action_id));
  if (!action || (!result.is_sending() && action->has_ended())) return end(result, "cancelled");
  const std::string overdue = this->overdue(result, action);
  if (result.is_sending() && !overdue.empty()) return look_once_more(result, overdue, stop);
  if (result.is_sending()) return send_requests(result, true, stop);
  if (!overdue.empty()) return base::fail(ErrorCode::limit_exceeded, overdue);
  TRY(prepare(result, *action));
  if (result.dry_run) return end(result, "completed");
  TRY(begin(result, std::move(*action)));
  return send_requests(result, false, stop);
}

std::string ActionSender::overdue(const ActionResult& result, const std::optional<Action>& action) const {
  const auto* declaration = action ? declaration_of(*action) : nullptr;
  const int64_t seconds = declaration ? declaration->timeout.count() : 0;
  if (!action || (parts_.clock.now() - result.asked).ticks <= seconds * base::ticks_per_second) return "";
  return "It was not done within " + std::to_string(seconds) + " seconds" +
         (result.error.empty() ? "." : ": " + result.error);
}

// What was sent when the time was over may have arrived: nothing is sent, but a provider that can be asked knows.
Status ActionSender::look_once_more(ActionResult& result, const std::string& overdue, const base::StopCheck& stop) {
  for (; result.step < result.requests.size(); ++result.step) {
    const ProviderRequest& wanted = result.requests[result.step];
    const bool can_ask = !wanted.read_url.empty() && !wanted.expect.is_null();
    if (!can_ask || !is_done(wanted, stop).value_or(false)) {
      TRY(stop.check());
      return base::fail(ErrorCode::limit_exceeded, overdue);
    }
  }
  return end(result, "completed");
}

// What is to be sent; an action that cannot be is refused by the parameter that is missing.
Status ActionSender::prepare(ActionResult& result, const Action& action) {
  const auto* declaration = declaration_of(action);
  if (!declaration) return base::fail(ErrorCode::bad_request, "The connector does not carry out this action.");
  json::Value document(action.document);
  document.get_object()["name"] = declaration->name;  // it may be asked for in any case
  json::Object parameters = action_parameters(document);
  for (const std::string& name : declaration->parameters)
    if (!parameters.contains(name))
      return base::fail(ErrorCode::bad_request, "The action needs the parameter '" + name + "'.");
  parameters.erase(dry_run_parameter);
  result.requests = TRY(parts_.loaded->actions->run(
      {document, parameters, visible_settings(parts_.loaded->transport, parts_.client.values())}));
  if (result.requests.empty())
    return base::fail(ErrorCode::bad_request, "The connector has no request for this action.");
  return {};
}

// conflict when the action was cancelled, or another connector began it, meanwhile.
Status ActionSender::begin(ActionResult& result, Action action) {
  result.state = "sending";
  result.step = 0;
  result.last_attempt = parts_.clock.now();
  store::Commit commit;
  commit.actor.id = actor_id;
  commit.entities.push_back({ActionResult::collection, result.id, encode(result), result.version});
  if (json::find_string(action.document, "status") == "NotStarted") {
    enter_action_status(action.document, "Running", by(result), parts_.clock.now());
    commit.entities.push_back({action_collection, result.action_id, json::to_text(action.document), action.version});
  }
  TRY(parts_.store.commit(parts_.tenant, commit));
  ++result.version;
  return {};
}

Result<bool> ActionSender::is_done(const ProviderRequest& request, const base::StopCheck& stop) {
  http::ClientRequest read;
  read.url = request.read_url;
  read.headers.set("Accept", "application/json");
  const auto answer = parts_.client.send(std::move(read), stop);
  if (!answer && answer.error().code == ErrorCode::not_found) return false;
  if (!answer) return answer.error();
  const auto value = json::parse(answer->body);
  if (!value) return base::fail(ErrorCode::unavailable, "The provider's answer is no JSON.");
  return has_all(*value, request.expect);
}

Status ActionSender::send_requests(ActionResult& result, bool may_have_arrived, const base::StopCheck& stop) {
  for (; result.step < result.requests.size(); ++result.step, may_have_arrived = false) {
    const ProviderRequest& wanted = result.requests[result.step];
    const bool is_known = may_have_arrived && !wanted.read_url.empty() && !wanted.expect.is_null();
    if (is_known && TRY(is_done(wanted, stop))) continue;
    const std::string key = idempotency_key(parts_.tenant, result.action_id, 0, wanted, result.step);
    TRY(parts_.client.send(client_request(wanted, key), stop));
    if (result.step + 1 == result.requests.size()) break;
    ActionResult next = result;
    ++next.step;
    TRY(write(next));
    result.version = next.version;
  }
  return end(result, "completed");
}

Status ActionSender::failed(ActionResult& result) {
  if (result.has_ended()) return end(result, "failed");
  if (std::string late = overdue(result, TRY(load_action(result.action_id))); !late.empty()) {
    result.error = std::move(late);
    return end(result, "failed");
  }
  return write(result);
}

Result<bool> ActionSender::have_all_ended(const Action& action, const ActionResult& last, std::string& error) const {
  if (last.state == "failed") error = last.error;
  const json::Value* ids = action.document.if_contains(results_member);
  if (!ids || !ids->is_array()) return true;
  for (const json::Value& id : ids->get_array()) {
    const std::string name(id.is_string() ? std::string_view(id.get_string()) : std::string_view());
    if (name == last.id) continue;
    const auto entity = TRY(parts_.store.get(parts_.tenant, ActionResult::collection, name));
    if (!entity) continue;
    const auto other = TRY(ActionResult::decode(*entity));
    if (!other.has_ended()) return false;
    if (other.state == "failed" && error.empty()) error = other.error;
  }
  return true;
}

// The action ends with the last of its results, in one commit.
Status ActionSender::end(ActionResult& result, const char* state) {
  result.state = state;
  result.completed = parts_.clock.now();
  result.next_attempt = {};
  if (result.state == "completed") result.error.clear();
  for (int attempt = 1;; ++attempt) {
    store::Commit commit;
    commit.actor.id = actor_id;
    commit.entities.push_back({ActionResult::collection, result.id, encode(result), result.version});
    auto action = TRY(load_action(result.action_id));
    std::string error;
    if (action && !action->has_ended()) {
      // The action is written in any case, so that of two results that end at once one sees the other.
      if (TRY(have_all_ended(*action, result, error)))
        end_action(action->document, error, by(result), parts_.clock.now());
      commit.entities.push_back(
          {action_collection, result.action_id, json::to_text(action->document), action->version});
    }
    const auto committed = parts_.store.commit(parts_.tenant, commit);
    if (committed) return {};
    if (committed.error().code != ErrorCode::conflict || attempt == commit_attempts_max) return committed.error();
  }
}

}  // namespace vedette::federation
