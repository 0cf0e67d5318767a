#include "vedette/resources/alerts/united_changes.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "vedette/store/change_times.h"

namespace vedette::resources {
namespace {

using base::ErrorCode;
using base::fail;
using store::ChangeTime;

const json::Array& array_in(const json::Object& object, std::string_view name) {
  static const json::Array none;
  const json::Value* value = object.if_contains(name);
  return value != nullptr && value->is_array() ? value->get_array() : none;
}

json::Value value_in(const json::Object& object, std::string_view name) {
  const json::Value* value = object.if_contains(name);
  return value == nullptr ? json::Value() : *value;
}

// A set's members, each once.
std::vector<std::string> texts_in(const json::Object& object, std::string_view name) {
  std::vector<std::string> texts;
  for (const json::Value& item : array_in(object, name)) {
    if (!item.is_string()) continue;
    std::string text(std::string_view(item.get_string()));
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
  }
  return texts;
}

bool has(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// The members of a set that have a time, whether they are in it or not.
void add_timed(std::set<std::string>& members, const json::Object& document, std::string_view property) {
  const json::Value* changes = document.if_contains(store::changes_member);
  if (changes == nullptr || !changes->is_object()) return;
  const std::string prefix = store::member_key(property, "");
  for (const auto& change : changes->get_object())
    if (std::string_view(change.key()).starts_with(prefix))
      members.emplace(std::string_view(change.key()).substr(prefix.size()));
}

// Of members that were taken out, the times of the newest are enough.
void forget_oldest(json::Object& document, std::string_view property) {
  std::set<std::string> timed;
  add_timed(timed, document, property);
  if (timed.size() <= 2 * tags_max) return;
  const auto present = texts_in(document, property);
  std::vector<std::pair<ChangeTime, std::string>> gone;
  for (const std::string& member : timed) {
    const std::string key = store::member_key(property, member);
    if (!has(present, member)) gone.emplace_back(store::change_time(document, key), key);
  }
  std::sort(gone.begin(), gone.end());
  gone.resize(std::min(gone.size(), timed.size() - 2 * tags_max));
  for (const auto& [time, key] : gone) document.at(store::changes_member).as_object().erase(key);
}

// A user replaces the set: its members were said now, in their order; those that are missing were taken out now.
base::Status replace_set(json::Object& document, std::string_view property, const json::Object& body,
                         const ChangeTime& now) {
  const auto after = texts_in(body, property), before = texts_in(document, property);
  if (after.size() > tags_max)
    return fail(ErrorCode::limit_exceeded, "There are more than " + std::to_string(tags_max) + " texts in '" +
                                               std::string(property.substr(property.starts_with('@') ? 1 : 0)) + "'.")
        .with_target(std::string(property));
  ChangeTime time = now;
  const auto change = [&](const std::string& member) {
    const std::string key = store::member_key(property, member);
    time = std::max(time, store::next_change(document, key, now));
    store::set_change_time(document, key, time);
    ++time.at.ticks;
  };
  for (const std::string& member : before)
    if (!has(after, member)) change(member);
  for (const std::string& member : after) change(member);
  document[property] = json::Array(after.begin(), after.end());
  forget_oldest(document, property);
  return {};
}

auto comment_identity(const json::Value& comment) {
  return std::tuple(
      base::parse_iso_date_time(json::find_string(comment, "createdDateTime")).value_or(base::min_date_time),
      std::string(json::find_string(comment, "createdByDisplayName")),
      std::string(json::find_string(comment, "comment")));
}
using CommentIdentity = decltype(comment_identity(std::declval<json::Value>()));

std::set<CommentIdentity> identities(const json::Object& document) {
  std::set<CommentIdentity> all;
  for (const json::Value& comment : array_in(document, "comments")) all.insert(comment_identity(comment));
  return all;
}

// The times that the sender of a PATCH gives; null when it gives none.
base::Result<const json::Value*> given_times(const odata::Context& context) {
  const json::Value* times = context.annotations.if_contains(odata::changes_annotation);
  if (times == nullptr || context.caller.is_user()) return nullptr;
  TRY(store::check_change_times(*times, context.now + clocks_apart_max));
  return times;
}

}  // namespace

// A change of two is the later one; the same time has one value, whatever came between.
bool is_later(const json::Object& document, const json::Object& other, std::string_view name) {
  const ChangeTime ours = store::change_time(document, name), theirs = store::change_time(other, name);
  if (ours != theirs) return ours > theirs;
  return ours.is_known() && json::to_text(value_in(document, name)) > json::to_text(value_in(other, name));
}

base::Status take_patch(json::Object& document, const json::Object& body, const UserProperties& properties,
                        const odata::Context& context) {
  const json::Value* times = TRY(given_times(context));
  const ChangeTime now{context.now, context.caller.tenant_id};
  json::Object sent = body;
  if (times) sent[store::changes_member] = *times;
  for (const auto& member : body) {
    const std::string_view name = member.key();
    if (name == properties.set) {
      if (times)
        unite_set(document, sent, name);
      else
        TRY(replace_set(document, name, body, now));
      continue;
    }
    const ChangeTime given = store::change_time(sent, name);
    if (given.is_known() && !is_later(sent, document, name)) continue;
    store::set_change_time(document, name, given.is_known() ? given : store::next_change(document, name, now));
    document[name] = member.value();
  }
  return {};
}

void stamp_differences(json::Object& document, const json::Object& before, const UserProperties& properties,
                       const odata::Context& context) {
  const ChangeTime now{context.now, context.caller.tenant_id};
  for (const std::string_view name : properties.single)
    if (value_in(document, name) != value_in(before, name))
      store::set_change_time(document, name, store::next_change(before, name, now));
}

bool unite_changes(json::Object& document, const json::Object& other, const UserProperties& properties) {
  bool changed = false;
  for (const std::string_view name : properties.single) {
    if (!is_later(other, document, name)) continue;
    document[name] = value_in(other, name);
    store::set_change_time(document, name, store::change_time(other, name));
    changed = true;
  }
  if (!properties.set.empty()) changed |= unite_set(document, other, properties.set);
  return unite_comments(document, other) || changed;
}

bool unite_set(json::Object& document, const json::Object& other, std::string_view property) {
  const auto here = texts_in(document, property), there = texts_in(other, property);
  std::set<std::string> members(here.begin(), here.end());
  members.insert(there.begin(), there.end());
  add_timed(members, document, property);
  add_timed(members, other, property);
  std::vector<std::pair<ChangeTime, std::string>> present;
  const json::Value set_before = value_in(document, property), times_before = value_in(document, store::changes_member);
  for (const std::string& member : members) {
    const std::string key = store::member_key(property, member);
    const ChangeTime ours = store::change_time(document, key), theirs = store::change_time(other, key);
    const bool is_in =
        ours == theirs ? has(here, member) || has(there, member) : has(ours > theirs ? here : there, member);
    if (theirs > ours) store::set_change_time(document, key, theirs);
    if (is_in) present.emplace_back(std::max(ours, theirs), member);
  }
  std::sort(present.begin(), present.end());
  json::Array united;
  for (const auto& [time, member] : present) united.push_back(json::Value(member));
  if (united != array_in(document, property)) document[property] = std::move(united);
  forget_oldest(document, property);
  return value_in(document, property) != set_before || value_in(document, store::changes_member) != times_before;
}

bool unite_comments(json::Object& document, const json::Object& other) {
  std::set<CommentIdentity> known = identities(document);
  json::Array comments = array_in(document, "comments");
  for (const json::Value& comment : array_in(other, "comments"))
    if (known.insert(comment_identity(comment)).second) comments.push_back(comment);
  if (comments.size() == array_in(document, "comments").size()) return false;
  sort_comments(comments);
  document["comments"] = std::move(comments);
  return true;
}

void sort_comments(json::Array& comments) {
  std::stable_sort(comments.begin(), comments.end(), [](const json::Value& a, const json::Value& b) {
    return comment_identity(a) < comment_identity(b);
  });
}

Difference later_changes(const json::Object& document, const json::Object& other, const UserProperties& properties) {
  Difference out;
  json::Object times;
  const auto add_time = [&](const std::string& key, const ChangeTime& time) {
    json::Object holder;
    store::set_change_time(holder, key, time);
    times[key] = holder.at(store::changes_member).at(key);
  };
  for (const std::string_view name : properties.single) {
    if (!is_later(document, other, name)) continue;
    const bool is_known_there = store::change_time(other, name).is_known();
    if (!is_known_there && value_in(document, name) == value_in(other, name)) continue;
    out.changes[name] = value_in(document, name);
    add_time(std::string(name), store::change_time(document, name));
  }
  if (!properties.set.empty()) {
    json::Object united;
    for (const std::string_view name : {properties.set, std::string_view(store::changes_member)})
      if (const json::Value* value = other.if_contains(name)) united[name] = *value;
    if (unite_set(united, document, properties.set)) {
      std::set<std::string> members;
      add_timed(members, document, properties.set);
      out.changes[properties.set] = value_in(document, properties.set);
      for (const std::string& member : members) {
        const std::string key = store::member_key(properties.set, member);
        add_time(key, store::change_time(document, key));
      }
    }
  }
  if (!out.changes.empty()) out.changes[odata::changes_annotation] = std::move(times);
  const auto theirs = identities(other);
  for (const json::Value& comment : array_in(document, "comments")) {
    if (theirs.contains(comment_identity(comment))) continue;
    json::Object written;
    for (const char* name : {"createdByDisplayName", "createdDateTime"})
      written[name] = comment.is_object() ? value_in(comment.get_object(), name) : json::Value();
    out.comments.push_back(json::Object{{"comment", json::find_string(comment, "comment")},
                                        {odata::written_annotation, std::move(written)}});
  }
  return out;
}

bool take_change_times(json::Object& document, base::DateTime now) {
  const json::Value* given = document.if_contains(odata::changes_annotation);
  if (given == nullptr) return false;
  json::Value times = *given;
  document.erase(odata::changes_annotation);
  if (!store::check_change_times(times, now + clocks_apart_max)) return false;
  document[store::changes_member] = std::move(times);
  return true;
}

}  // namespace vedette::resources
