#include "vedette/store/change_times.h"

#include <algorithm>

namespace vedette::store {

namespace {

constexpr size_t tenant_bytes_max = 64;

ChangeTime read_time(const json::Value& value) {
  const auto at = base::parse_iso_date_time(json::find_string(value, "at"));
  return at ? ChangeTime{*at, std::string(json::find_string(value, "by"))} : ChangeTime();
}

}  // namespace

ChangeTime change_time(const json::Object& document, std::string_view property) {
  const json::Value* changes = document.if_contains(changes_member);
  const json::Value* time = changes ? json::find(*changes, property) : nullptr;
  return time ? read_time(*time) : ChangeTime();
}

void set_change_time(json::Object& document, std::string_view property, const ChangeTime& time) {
  json::Value& changes = document[changes_member];
  if (!changes.is_object()) changes.emplace_object();
  changes.get_object()[property] = json::Object{{"at", base::format_date_time(time.at)}, {"by", time.by}};
}

ChangeTime next_change(const json::Object& document, std::string_view property, const ChangeTime& now) {
  const ChangeTime before = change_time(document, property);
  if (now > before) return now;
  return {{before.at.ticks + 1}, now.by};
}

std::string member_key(std::string_view property, std::string_view member) {
  return std::string(property) + "/" + std::string(member);
}

base::Status check_change_times(const json::Value& changes, base::DateTime latest) {
  const auto wrong = [](const std::string& what) {
    return base::fail(base::ErrorCode::bad_request, "The times of changes " + what);
  };
  if (!changes.is_object()) return wrong("are no object.");
  if (changes.get_object().size() > change_times_max)
    return wrong("are more than " + std::to_string(change_times_max) + ".");
  for (const auto& member : changes.get_object()) {
    const ChangeTime time = read_time(member.value());
    if (!time.is_known() || time.by.size() > tenant_bytes_max) return wrong("say none that can be read.");
    if (time.at > latest) return wrong("are later than now: one of the clocks is wrong.");
  }
  return {};
}

}  // namespace vedette::store
