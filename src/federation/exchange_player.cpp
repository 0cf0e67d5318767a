#include <algorithm>
#include <filesystem>

#include "action_result.h"
#include "delivery.h"
#include "document_members.h"
#include "exchange_server.h"
#include "exchange_world.h"
#include "vedette/federation/exchange.h"
#include "vedette/federation/instance.h"
#include "vedette/io/file_system.h"
#include "vedette/resources/alerts/alerts.h"
#include "write_back_entry.h"

namespace vedette::federation {

namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;
using Differences = std::vector<std::string>;

constexpr const char* user_name = "ann";
constexpr const char* suffix = ".exchange.json";
constexpr std::chrono::seconds a_moment{3};
constexpr base::TimeSpan between_steps{base::ticks_per_minute};

std::string with_server(std::string text, const std::string& url) {
  constexpr std::string_view place = "{server}";
  for (size_t at = text.find(place); at != text.npos; at = text.find(place, at + url.size()))
    text.replace(at, place.size(), url);
  return text;
}

// The steps of a file, one after the other.
class Player {
 public:
  Player(ExchangeFile file, ExchangeServer& server, ExchangeWorld& world)
      : file_(std::move(file)), server_(server), world_(world) {}

  Result<Differences> play();

 private:
  Status do_step(const ExchangeStep& step);
  Status poll();
  Status change(const ExchangeStep& step);
  Status act(const ExchangeStep& step);
  bool is_over() const { return server_.has_seen_all() || server_.has_seen_others(); }
  void skip_pause(const std::string& id);
  // Until the member says one of two ends of what the step asked for.
  void await_end(std::string_view collection, const std::string& id, const char* member, const char* good,
                 const char* bad, const std::string& wanted);
  Result<Differences> state_differences(const ExchangeStep& step) const;
  Result<Differences> step_differences(const ExchangeStep& step);

  const ExchangeFile file_;
  ExchangeServer& server_;
  ExchangeWorld& world_;
  int actions_ = 0;
  Differences outcome_;  // of the step under way, where it is not as wanted
};

// The first sweep is the start's. The federation itself asks again where a provider failed.
Status Player::poll() {
  if (!world_.is_started()) {
    TRY(world_.start());
    wait_until([&] {
      const auto health = world_.read(health_collection, ExchangeWorld::instance);
      return is_over() && health && json::find_string(*health, "health") != "starting";
    });
    return {};
  }
  world_.poll();
  wait_until([&] { return is_over(); });
  return {};
}

// The clock stands still: who waits for an attempt that failed to be made again waits no longer.
void Player::skip_pause(const std::string& id) {
  const auto skip = [&](const char* collection, const std::string& name) {
    const auto delivery = world_.read(collection, name);
    const auto next = delivery ? time_in(*delivery, "nextAttemptDateTime") : base::DateTime{};
    if (next > world_.clock().now()) world_.clock().set(next);
  };
  skip(WriteBackEntry::collection, id);
  skip(ActionResult::collection, action_result_id(id, ExchangeWorld::instance));
}

void Player::await_end(std::string_view collection, const std::string& id, const char* member, const char* good,
                       const char* bad, const std::string& wanted) {
  std::string last, error;
  wait_until([&] {
    const auto document = world_.read(collection, id);
    if (!document) return false;
    skip_pause(id);
    last = json::find_string(*document, member);
    error = json::find_string(*document, "error");
    if (const json::Value* info = json::find(*document, "errorInfo")) error = json::find_string(*info, "message");
    return last == good || last == bad;
  });
  if (last != (wanted.empty() ? good : wanted))
    outcome_.push_back("ended as '" + last + "'" + (error.empty() ? "" : ": " + error));
}

// As the API does it for a user.
Status Player::change(const ExchangeStep& step) {
  std::string id;
  const std::string_view wanted = json::find_string(step.what, "alert");
  for (const json::Value& alert : TRY(world_.alerts()))
    if (json::find_string(alert, "providerAlertId") == wanted) id = json::find_string(alert, "id");
  const auto entity = TRY(world_.store().get(ExchangeWorld::tenant, resources::alert_collection, id));
  if (!entity) return fail(ErrorCode::not_found, "There is no alert '" + std::string(wanted) + "' to change.");
  json::Value document = TRY(json::parse(entity->json));
  json::Object& alert = document.get_object();
  const std::string now = base::format_date_time(world_.clock().now());
  if (const json::Value* set = step.what.if_contains("set"))
    for (const auto& member : set->get_object()) alert[member.key()] = member.value();
  if (const json::Value* comment = step.what.if_contains("comment")) {
    json::Value& comments = alert["comments"];
    if (!comments.is_array()) comments.emplace_array();
    comments.get_array().push_back(
        json::Object{{"comment", *comment}, {"createdByDisplayName", user_name}, {"createdDateTime", now}});
  }
  alert["lastUpdateDateTime"] = now;
  store::Commit commit;
  commit.actor = {store::Actor::Kind::user, user_name};
  commit.entities.push_back({std::string(resources::alert_collection), id, json::to_text(document), entity->version});
  TRY(world_.store().commit(ExchangeWorld::tenant, commit));
  wait_until([&] {
    return world_.store().get(ExchangeWorld::tenant, WriteBackEntry::collection, id).value_or(std::nullopt).has_value();
  });
  // An alert that was changed before is synchronized until the feed was read.
  wait_until([&] { return skip_pause(id), is_over(); });
  await_end(WriteBackEntry::collection, id, "state", "synchronized", "failed", step.status);
  return {};
}

// As the API does it for an application.
Status Player::act(const ExchangeStep& step) {
  const std::string id = "action-" + std::to_string(++actions_);
  json::Array parameters;
  if (const json::Value* given = step.what.if_contains("parameters"))
    for (const auto& parameter : given->get_object())
      parameters.push_back(json::Object{{"name", parameter.key()}, {"value", parameter.value()}});
  const json::Value health = TRY(world_.read(health_collection, ExchangeWorld::instance));
  const json::Object action{{"id", id},
                            {"name", json::find_string(step.what, "name")},
                            {"actionReason", json::find_string(step.what, "reason")},
                            {"parameters", std::move(parameters)},
                            {"status", "NotStarted"},
                            {"createdDateTime", base::format_date_time(world_.clock().now())},
                            {"vendorInformation", json::Object{{"vendor", json::find_string(health, "vendor")},
                                                               {"provider", json::find_string(health, "provider")}}}};
  store::Commit commit;
  commit.actor = {store::Actor::Kind::application, "soar"};
  commit.entities.push_back({action_collection, id, json::to_text(action), store::must_not_exist});
  TRY(world_.store().commit(ExchangeWorld::tenant, commit));
  await_end(action_collection, id, "status", "Completed", "Failed", step.status);
  return {};
}

Status Player::do_step(const ExchangeStep& step) {
  if (step.kind == ExchangeStep::Kind::poll) return poll();
  if (!world_.is_started()) TRY(world_.start());
  return step.kind == ExchangeStep::Kind::change ? change(step) : act(step);
}

// Alerts and rows against what the step says of them.
Result<Differences> Player::state_differences(const ExchangeStep& step) const {
  Differences differences;
  for (const auto& wanted : step.rows) {
    const std::string table(wanted.key()), count = json::to_text(wanted.value());
    const std::string stored = std::to_string(world_.row_count(table));
    if (stored != count) differences.push_back("left " + stored + " rows in " + table + " instead of " + count + ".");
  }
  if (!step.alerts) return differences;
  const auto stored = TRY(world_.alerts());
  if (stored.size() != step.alerts->size())
    differences.push_back("left " + std::to_string(stored.size()) + " alerts instead of " +
                          std::to_string(step.alerts->size()) + ".");
  for (const json::Value& wanted : *step.alerts) {
    const std::string id(json::find_string(wanted, "providerAlertId"));
    const auto found = std::find_if(stored.begin(), stored.end(), [&](const json::Value& alert) {
      return json::find_string(alert, "providerAlertId") == id;
    });
    if (found == stored.end())
      differences.push_back("left no alert '" + id + "'.");
    else if (!has_all(*found, wanted))
      differences.push_back("left the alert " + json::to_text(*found) + ", which has not all of " +
                            json::to_text(wanted) + ".");
  }
  return differences;
}

// What is stored follows what was answered, a moment later.
Result<Differences> Player::step_differences(const ExchangeStep& step) {
  wait_until(
      [&] {
        const auto now = state_differences(step);
        return server_.has_seen_others() || !outcome_.empty() || (now && now->empty());
      },
      a_moment);
  Differences differences = server_.take_differences();
  for (std::string& outcome : std::exchange(outcome_, {})) differences.push_back(std::move(outcome));
  for (std::string& difference : TRY(state_differences(step))) differences.push_back(std::move(difference));
  for (const std::string& problem : world_.take_problems())
    if (!differences.empty()) differences.push_back("met a problem: " + problem);
  return differences;
}

Result<Differences> Player::play() {
  server_.expect_any_time(file_.any_time);
  for (size_t i = 0; i < file_.steps.size(); ++i) {
    const ExchangeStep& step = file_.steps[i];
    if (step.now) world_.clock().set(*step.now);
    server_.expect(step.exchange);
    TRY(do_step(step));
    Differences differences = TRY(step_differences(step));
    for (std::string& difference : differences) difference = "steps[" + std::to_string(i) + "] " + difference;
    if (!differences.empty()) return differences;  // what follows builds on it
    world_.clock().advance(between_steps);
  }
  world_.stop();
  Differences late = server_.take_differences();
  for (std::string& unasked : server_.unasked()) late.push_back(std::move(unasked));
  return late;
}

}  // namespace

std::vector<std::string> exchange_files(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator at(fs::path(folder) / "tests", error), end; !error && at != end; at.increment(error))
    if (at->path().string().ends_with(suffix)) files.push_back(at->path());
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::vector<std::string>> play_exchange(const std::string& folder, const std::string& file,
                                               const std::vector<store::Collection>& collections) {
  const auto server = TRY(ExchangeServer::start());
  const std::string text = TRY(io::read_file(io::posix_file_system(), file));
  auto parsed = parse_exchange_file(with_server(text, server->url()));
  if (!parsed) {
    base::Error error = std::move(parsed).error();
    error.message = file + ": " + error.message;
    return error;
  }
  const auto world = TRY(ExchangeWorld::make(folder, *parsed, collections));
  return Player(std::move(*parsed), *server, *world).play();
}

}  // namespace vedette::federation
