// What users change of alerts and incidents, each change with its time (store/change_times.h), and how changes that
// were made in two places are united: per property the later one counts, of tags each has a time of its own, comments
// unite. Uniting is idempotent, and the order in which it happens does not matter.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "vedette/odata/behaviour.h"

namespace vedette::resources {

// Of a type, what users may change: single values, and the one collection of texts that is a set ("": none).
struct UserProperties {
  std::span<const std::string_view> single;
  std::string_view set = {};
};

inline constexpr size_t tags_max = 500;                                 // of such a set
inline constexpr base::TimeSpan clocks_apart_max{base::ticks_per_day};  // of what another Vedette says of times
inline constexpr size_t author_bytes_max = 1024;

// The members of a PATCH, those that users may change with their times. What another Vedette sends (an application that
// adds `changes_annotation`) counts where it is later than what is here. limit_exceeded past tags_max.
base::Status take_patch(json::Object& document, const json::Object& body, const UserProperties& properties,
                        const odata::Context& context);
// Gives times to what differs from the document before.
void stamp_differences(json::Object& document, const json::Object& before, const UserProperties& properties,
                       const odata::Context& context);

// Whether the document says it by a later change than `other` does.
bool is_later(const json::Object& document, const json::Object& other, std::string_view property);

// Takes what `other` says with later times, and its comments. True when that changed the document.
bool unite_changes(json::Object& document, const json::Object& other, const UserProperties& properties);
bool unite_set(json::Object& document, const json::Object& other, std::string_view property);
bool unite_comments(json::Object& document, const json::Object& other);
// By time, so that copies that hold the same have them in the same order.
void sort_comments(json::Array& comments);

// What `document` has and `other`, whose changes have times too, lacks: "changes" as the body of a PATCH with the
// annotation, and comments as bodies of a POST.
struct Difference {
  json::Object changes;
  json::Array comments;
  bool empty() const { return changes.empty() && comments.empty(); }
};
Difference later_changes(const json::Object& document, const json::Object& other, const UserProperties& properties);

// Moves the times out of a document that another Vedette sent (`changes_annotation`) to where ours are. False when
// there are none: the sender is no Vedette, or what it says is none that may be believed.
bool take_change_times(json::Object& document, base::DateTime now);

}  // namespace vedette::resources
