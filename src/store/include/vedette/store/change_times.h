// When users changed which property of a document: its hidden member "@changes".
//
//   {"status": {"at": "2026-05-01T12:00:00.0000000Z", "by": "<tenant>"}, "customTags/vip": {…}}
//
// A document that is changed in two places is united by it: of each property the later change counts, of two at the
// same time the one whose tenant has the greater id. What nobody changed has no time, and loses to what somebody did.
// Of a property that is a set, each member has a time of its own (PROPERTY/MEMBER), also one that was taken out.
#pragma once

#include <string>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/json/value.h"

namespace vedette::store {

inline constexpr const char* changes_member = "@changes";
inline constexpr size_t change_times_max = 2'000;  // of a document

struct ChangeTime {
  base::DateTime at{};  // the zero of time: nobody changed it
  std::string by;       // the tenant in which it was changed; "" where that is not known
  auto operator<=>(const ChangeTime&) const = default;
  bool is_known() const { return at != base::DateTime{}; }
};

ChangeTime change_time(const json::Object& document, std::string_view property);
void set_change_time(json::Object& document, std::string_view property, const ChangeTime& time);
// A change that is made now, after having seen the one before: it is later than that, whatever the clocks say.
ChangeTime next_change(const json::Object& document, std::string_view property, const ChangeTime& now);

// "customTags/vip".
std::string member_key(std::string_view property, std::string_view member);

// What another place says, held to the form: bad_request for what is none, and for times later than `latest`.
base::Status check_change_times(const json::Value& changes, base::DateTime latest);

}  // namespace vedette::store
