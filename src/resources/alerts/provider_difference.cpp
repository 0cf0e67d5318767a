#include "vedette/resources/alerts/provider_difference.h"

#include <algorithm>

#include "copy_merge.h"
#include "vedette/resources/alerts/alerts.h"
#include "vedette/store/change_times.h"

namespace vedette::resources {
namespace {

constexpr base::TimeSpan clocks_differ_max{5 * base::ticks_per_minute};
constexpr int commit_attempts_max = 20;

json::Value member_of(const json::Object& object, std::string_view name) {
  const json::Value* value = object.if_contains(name);
  return value == nullptr ? json::Value() : *value;
}

json::Array comments_of(const json::Object& object) {
  const json::Value* value = object.if_contains("comments");
  return value != nullptr && value->is_array() ? value->get_array() : json::Array();
}

base::DateTime written_at(const json::Value& comment) {
  return base::parse_iso_date_time(json::find_string(comment, "createdDateTime")).value_or(base::min_date_time);
}

bool is_echo(const json::Value& ours, const json::Value& theirs) {
  return json::find_string(ours, "comment") == json::find_string(theirs, "comment") &&
         written_at(theirs) + clocks_differ_max >= written_at(ours);
}

// The newest copy with what the provider was told since, and the version of the state that says this.
struct ToldCopy {
  json::Object copy;
  int64_t version = store::must_not_exist;
};

base::Result<json::Object> parse_object(std::string_view text) {
  json::Value value = TRY(json::parse(text));
  return value.is_object() ? std::move(value.get_object()) : json::Object();
}

base::Result<ToldCopy> read_told_copy(const store::EntityStore& store, std::string_view tenant,
                                      std::string_view alert_id) {
  const auto alert = TRY(store.get(tenant, alert_collection, alert_id));
  const auto state = TRY(store.state(tenant, copy_state(alert_id)));
  const json::Object told = state ? TRY(parse_object(state->value)) : json::Object();
  const json::Object document = alert ? TRY(parse_object(alert->json)) : json::Object();
  return ToldCopy{known_copy(document, told), state ? state->version : store::must_not_exist};
}

}  // namespace

std::vector<const json::Value*> without_echoes(const std::vector<const json::Value*>& ours, const json::Array& theirs,
                                               std::vector<size_t>* echoes) {
  std::vector<const json::Value*> left;
  std::vector<bool> used(theirs.size());
  for (const json::Value* comment : ours) {
    size_t at = 0;
    while (at < theirs.size() && (used[at] || !is_echo(*comment, theirs[at]))) ++at;
    if (at == theirs.size()) {
      left.push_back(comment);
      continue;
    }
    used[at] = true;
    if (echoes) echoes->push_back(at);
  }
  return left;
}

AlertDifference difference_from(const json::Object& document, const json::Object& provider) {
  if (provider.contains(store::changes_member)) {
    Difference later = later_changes(document, provider, alert_properties);
    if (const json::Value* changed = later.changes.if_contains(odata::tags_member)) {
      json::Value tags = *changed;
      later.changes.erase(odata::tags_member);
      later.changes[odata::tags_annotation] = std::move(tags);
    }
    return {std::move(later.changes), std::move(later.comments)};
  }
  AlertDifference out;
  for (const std::string_view name : alert_user_properties) {
    json::Value here = member_of(document, name);
    if (here != member_of(provider, name)) out.changes[name] = std::move(here);
  }
  const json::Array here = comments_of(document);
  json::Array there = comments_of(provider);
  std::vector<const json::Value*> ours;
  for (const json::Value& comment : here) {
    const auto same = std::find(there.begin(), there.end(), comment);
    if (same == there.end())
      ours.push_back(&comment);
    else
      there.erase(same);
  }
  for (const json::Value* comment : without_echoes(ours, there)) out.comments.push_back(*comment);
  return out;
}

base::Result<json::Object> newest_copy(const store::EntityStore& store, std::string_view tenant,
                                       std::string_view alert_id) {
  return TRY(read_told_copy(store, tenant, alert_id)).copy;
}

base::Status mark_written(store::EntityStore& store, std::string_view tenant, std::string_view alert_id,
                          const json::Object& changes) {
  for (int attempt = 1;; ++attempt) {
    ToldCopy told = TRY(read_told_copy(store, tenant, alert_id));
    if (told.copy.empty() || changes.empty()) return {};
    for (const auto& change : changes)
      if (!std::string_view(change.key()).starts_with('@')) told.copy[change.key()] = change.value();
    store::Commit commit;
    commit.states.push_back({copy_state(alert_id), json::to_text(told.copy), told.version});
    const auto committed = store.commit(tenant, commit);
    if (committed) return {};
    if (committed.error().code != base::ErrorCode::conflict || attempt == commit_attempts_max) return committed.error();
  }
}

}  // namespace vedette::resources
