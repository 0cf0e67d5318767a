#include "indicator_copies.h"

#include <algorithm>
#include <map>
#include <span>

#include "vedette/odata/behaviour.h"

namespace vedette::resources {
namespace {

using base::ErrorCode;
using base::Result;
using base::Status;

constexpr const char* indicator_collection = "tiIndicators";
constexpr size_t commit_indicators_max = 500;
constexpr int commit_attempts_max = 20;

// The copies without what differs each time they arrive.
json::Object without_times(json::Object indicator) {
  for (const char* name : {"ingestedDateTime", "expirationDateTime"}) indicator.erase(name);
  return indicator;
}

// Texts of times in wire form compare as the times do.
bool is_older(const json::Object& copy, const json::Object& stored) {
  const std::string then(json::find_string(stored, "lastReportedDateTime"));
  const std::string now(json::find_string(copy, "lastReportedDateTime"));
  return !then.empty() && !now.empty() && now < then;
}

// nullopt when the store has the same already, or a newer one.
Result<std::optional<store::EntityWrite>> write_of(const store::EntityStore& store, const std::string& tenant,
                                                   json::Object indicator) {
  indicator[odata::owner_member] = odata::every_application;
  const std::string id(json::find_string(indicator, "id"));
  const auto stored = TRY(store.get(tenant, indicator_collection, id));
  if (!stored)
    return std::optional(store::EntityWrite{indicator_collection, id, json::to_text(indicator), store::must_not_exist});
  const json::Value before = TRY(json::parse(stored->json));
  if (before.is_object()) {
    if (is_older(indicator, before.get_object()) || without_times(before.get_object()) == without_times(indicator))
      return std::optional<store::EntityWrite>();
    if (const auto* first = before.get_object().if_contains("ingestedDateTime")) indicator["ingestedDateTime"] = *first;
  }
  return std::optional(store::EntityWrite{indicator_collection, id, json::to_text(indicator), stored->version});
}

// Of several copies in one commit the last counts.
Result<store::Commit> commit_of(const store::EntityStore& store, const std::string& tenant,
                                const std::string& connector, std::span<const json::Object> indicators) {
  std::map<std::string, const json::Object*> last;
  for (const auto& indicator : indicators) last[std::string(json::find_string(indicator, "id"))] = &indicator;
  store::Commit commit;
  commit.actor = {store::Actor::Kind::connector, connector};
  for (const auto& [id, indicator] : last)
    if (auto write = TRY(write_of(store, tenant, *indicator))) commit.entities.push_back(std::move(*write));
  return commit;
}

// Who loses to another writer reads again.
Status write_some(store::EntityStore& store, const std::string& tenant, const std::string& connector,
                  std::span<const json::Object> indicators) {
  for (int attempt = 1;; ++attempt) {
    const store::Commit commit = TRY(commit_of(store, tenant, connector, indicators));
    if (commit.entities.empty()) return {};
    const auto committed = store.commit(tenant, commit);
    if (committed) return {};
    if (committed.error().code != ErrorCode::conflict || attempt == commit_attempts_max) return committed.error();
  }
}

}  // namespace

Status store_indicators(store::EntityStore& store, const std::string& tenant, const std::string& connector,
                        std::vector<json::Object> indicators) {
  std::span<const json::Object> rest(indicators);
  while (!rest.empty()) {
    const size_t count = std::min(rest.size(), commit_indicators_max);
    TRY(write_some(store, tenant, connector, rest.first(count)));
    rest = rest.subspan(count);
  }
  return {};
}

}  // namespace vedette::resources
