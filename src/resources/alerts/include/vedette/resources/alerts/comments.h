// Comments of alerts and incidents (microsoft.graph.security.alertComment).
#pragma once

#include <cstddef>
#include <string>

#include "vedette/odata/behaviour.h"

namespace vedette::resources {

// Microsoft Sentinel documents the same for its incidents; Graph documents no limit.
inline constexpr size_t comment_characters_max = 30'000;
inline constexpr size_t comments_max = 1'000;  // of one alert or incident

// Who acts, for people to read: the user's name, or the application's id.
std::string acting_name(const odata::Caller& caller);

// POST …/comments: who and when are the caller's and now, whatever the body says; the newest comment is the last. One
// that another Vedette passes on (odata::written_annotation) keeps its author and time, and is added once.
// bad_request naming `comment` when it is empty or too long, limit_exceeded when there are too many.
base::Result<odata::Changed> add_comment(const json::Object& document, const json::Object& body,
                                         odata::Context& context);

}  // namespace vedette::resources
