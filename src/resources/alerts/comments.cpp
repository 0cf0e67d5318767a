#include "vedette/resources/alerts/comments.h"

#include <algorithm>

#include "vedette/base/utf8.h"

namespace vedette::resources {

using base::ErrorCode;
using base::fail;

namespace {

bool is_blank(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
}

}  // namespace

std::string acting_name(const odata::Caller& caller) {
  if (!caller.is_user()) return caller.app_id;
  return caller.user_name.empty() ? caller.user_id : caller.user_name;
}

base::Result<odata::Changed> add_comment(const json::Object& document, const json::Object& body,
                                         odata::Context& context) {
  const json::Value* text = body.if_contains("comment");
  if (text == nullptr || !text->is_string() || is_blank(std::string_view(text->get_string())))
    return fail(ErrorCode::bad_request, "A comment must have a text in 'comment'.").with_target("comment");
  if (base::count_code_points(std::string_view(text->get_string())) > comment_characters_max)
    return fail(ErrorCode::bad_request,
                "A comment has at most " + std::to_string(comment_characters_max) + " characters.")
        .with_target("comment");
  const std::string now = base::format_date_time(context.now);
  odata::Changed changed{document, {}};
  json::Value& comments = changed.document["comments"];
  if (!comments.is_array()) comments.emplace_array();
  if (comments.get_array().size() >= comments_max)
    return fail(ErrorCode::limit_exceeded,
                "There are " + std::to_string(comments_max) + " comments already, the most there may be.");
  comments.get_array().push_back(json::Object{
      {"comment", *text}, {"createdByDisplayName", acting_name(context.caller)}, {"createdDateTime", now}});
  changed.document["lastUpdateDateTime"] = now;
  return changed;
}

}  // namespace vedette::resources
