#include "copy_merge.h"

#include <algorithm>
#include <tuple>

#include "alert_parts.h"
#include "vedette/resources/alerts/alerts.h"
#include "vedette/resources/alerts/provider_difference.h"
#include "vedette/store/change_times.h"

namespace vedette::resources {
namespace {

using base::DateTime;

DateTime time_of(const json::Object& object, std::string_view name) {
  const json::Value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return base::min_date_time;
  return base::parse_iso_date_time(std::string_view(value->get_string())).value_or(base::min_date_time);
}

// Absent is null.
json::Value value_of(const json::Object& object, std::string_view name) {
  const json::Value* value = object.if_contains(name);
  return value == nullptr ? json::Value() : *value;
}

json::Array array_of(const json::Object& object, std::string_view name) {
  const json::Value* value = object.if_contains(name);
  return value != nullptr && value->is_array() ? value->get_array() : json::Array();
}

// It is written with every alert: without what is null or empty, and of the hash what tells copies apart.
json::Object describe(const AlertCopy& copy) {
  constexpr size_t hash_digits = 32;
  json::Object described{{"hash", copy.hash.substr(0, hash_digits)}, {"bytes", copy.bytes}};
  const auto keep = [&](std::string_view name) {
    if (json::Value value = value_of(copy.alert, name); !value.is_null()) described[name] = std::move(value);
  };
  for (const std::string_view name : {"lastUpdateDateTime", "lastActivityDateTime"}) keep(name);
  for (const std::string_view name : alert_user_properties) keep(name);
  if (json::Array comments = array_of(copy.alert, "comments"); !comments.empty())
    described["comments"] = std::move(comments);
  return described;
}

auto rank(const json::Object& described) {
  const json::Value* bytes = described.if_contains("bytes");
  const json::Value* hash = described.if_contains("hash");
  return std::tuple(time_of(described, "lastUpdateDateTime"), time_of(described, "lastActivityDateTime"),
                    bytes != nullptr && bytes->is_int64() ? bytes->get_int64() : 0,
                    hash != nullptr && hash->is_string() ? std::string(hash->get_string()) : std::string());
}

void take(json::Object& into, const json::Object& from, std::string_view name) {
  if (const json::Value* value = from.if_contains(name))
    into[name] = *value;
  else
    into.erase(name);
}

bool is_from_vedette(const json::Object& copy) { return copy.contains(store::changes_member); }

// Adds the comments of the document that the copy before did not have: they were made here. What was written to the
// provider comes back with another author and time, and stays as it is here; from another Vedette it comes as it was.
void keep_comments(json::Object& merged, const StoredAlert& stored, const json::Object& copy) {
  if (is_from_vedette(copy)) {
    unite_comments(merged, stored.document);
    return;
  }
  const json::Array theirs = array_of(merged, "comments"), before = array_of(stored.copy, "comments");
  const json::Array here = array_of(stored.document, "comments");
  const auto has = [](const json::Array& array, const json::Value& comment) {
    return std::find(array.begin(), array.end(), comment) != array.end();
  };
  std::vector<const json::Value*> ours;
  for (const json::Value& comment : here)
    if (!has(before, comment) && !has(theirs, comment)) ours.push_back(&comment);
  if (ours.empty()) return;
  std::vector<size_t> echoes;
  without_echoes(ours, theirs, &echoes);
  json::Array comments;
  for (size_t at = 0; at < theirs.size(); ++at)
    if (std::find(echoes.begin(), echoes.end(), at) == echoes.end()) comments.push_back(theirs[at]);
  for (const json::Value* comment : ours) comments.push_back(*comment);
  const auto written = [](const json::Value& comment) {
    return comment.is_object() ? time_of(comment.get_object(), "createdDateTime") : DateTime{};
  };
  std::stable_sort(comments.begin(), comments.end(),
                   [&](const json::Value& a, const json::Value& b) { return written(a) < written(b); });
  merged["comments"] = std::move(comments);
}

// What the document says of a property differs from what the copy before said: when it was changed. Of alerts from
// before changes had times, some time until their last update.
store::ChangeTime own_change(const StoredAlert& stored, std::string_view name) {
  const store::ChangeTime time = store::change_time(stored.document, name);
  if (time.is_known() || value_of(stored.document, name) == value_of(stored.copy, name)) return time;
  return {time_of(stored.document, "lastUpdateDateTime"), ""};
}

// A provider that does not say when it changed what has changed it, where it says otherwise than before, when it
// updated the alert.
bool keeps(const StoredAlert& stored, const json::Object& copy, std::string_view name) {
  const store::ChangeTime own = own_change(stored, name), theirs = store::change_time(copy, name);
  if (theirs.is_known()) return own > theirs || is_later(stored.document, copy, name);
  const json::Value before = value_of(stored.copy, name);
  const bool may_be_older = is_from_vedette(copy) && own.is_known();
  if (value_of(stored.document, name) == before && !may_be_older) return false;
  const bool changed_there = value_of(copy, name) != before;
  return !changed_there || time_of(copy, "lastUpdateDateTime") <= own.at;
}

void take_time(json::Object& merged, const StoredAlert& stored, std::string_view name, bool kept) {
  const store::ChangeTime own = own_change(stored, name);
  if (kept && own.is_known()) store::set_change_time(merged, name, own);
  if (kept || store::change_time(merged, name).is_known() || !own.is_known()) return;
  const bool changed_there = value_of(merged, name) != value_of(stored.document, name);
  const store::ChangeTime there{time_of(merged, "lastUpdateDateTime"), ""};
  store::set_change_time(merged, name, changed_there ? there : own);
}

// Others do not have them.
void take_tags(json::Object& merged, const json::Object& document) {
  take(merged, document, odata::tags_member);
  const json::Value* tags = document.if_contains(odata::tags_member);
  const json::Value* times = document.if_contains(store::changes_member);
  if (tags == nullptr || times == nullptr || !times->is_object()) return;
  for (const auto& time : times->get_object())
    if (std::string_view(time.key()).starts_with(store::member_key(odata::tags_member, "")))
      store::set_change_time(merged, time.key(), store::change_time(document, time.key()));
}

// Changes have times of their own: of an older copy too they may be later.
bool merge_older(StoredAlert& stored, const json::Object& copy) {
  bool changed = is_part(copy) && unite_parts(stored.document, copy);
  if (!is_from_vedette(copy)) return changed;
  if (is_later(copy, stored.document, "status")) take(stored.document, copy, "resolvedDateTime");
  return unite_changes(stored.document, copy, alert_properties) || changed;
}

}  // namespace

json::Object known_copy(const json::Object& document, const json::Object& state) {
  const json::Value* copy = document.if_contains(copy_member);
  if (copy == nullptr || !copy->is_object()) return state;  // as they were stored once
  const bool is_of_it = !state.empty() && json::find_string(state, "hash") == json::find_string(*copy, "hash");
  return is_of_it ? state : copy->get_object();
}

StoredAlert first_copy(const AlertCopy& copy) {
  StoredAlert stored{copy.alert, describe(copy)};
  if (is_part(copy.alert)) unite_parts(stored.document, copy.alert);
  return stored;
}

bool merge_copy(StoredAlert& stored, const AlertCopy& copy) {
  json::Object described = describe(copy);
  if (!stored.copy.empty() && rank(described) <= rank(stored.copy)) return merge_older(stored, copy.alert);
  json::Object merged = copy.alert;
  if (is_part(copy.alert)) unite_parts(merged, stored.document);
  for (const std::string_view name : {"incidentId", "incidentWebUrl"}) take(merged, stored.document, name);
  if (is_from_vedette(copy.alert))
    unite_set(merged, stored.document, odata::tags_member);
  else
    take_tags(merged, stored.document);
  for (const std::string_view name : alert_user_properties) {
    const bool kept = keeps(stored, copy.alert, name);
    take_time(merged, stored, name, kept);
    if (!kept) continue;
    take(merged, stored.document, name);
    if (name == "status") take(merged, stored.document, "resolvedDateTime");
  }
  // Who has just sent it is known; of a copy without a sender, the sender before stays.
  if (!merged.contains("@instance") && stored.document.contains("@instance"))
    take(merged, stored.document, "@instance");
  keep_comments(merged, stored, copy.alert);
  if (time_of(stored.document, "lastUpdateDateTime") > time_of(copy.alert, "lastUpdateDateTime"))
    take(merged, stored.document, "lastUpdateDateTime");
  stored = {std::move(merged), std::move(described)};
  return true;
}

}  // namespace vedette::resources
