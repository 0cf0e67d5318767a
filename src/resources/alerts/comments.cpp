#include "vedette/resources/alerts/comments.h"

#include <algorithm>

#include "vedette/base/utf8.h"
#include "vedette/resources/alerts/united_changes.h"

namespace vedette::resources {

using base::ErrorCode;
using base::fail;

namespace {

bool is_blank(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
}

struct Written {
  std::string by;
  base::DateTime at;
  bool passed_on = false;
};

// The caller, now; of a comment that another Vedette passes on, who wrote it there, and when.
base::Result<Written> written(const odata::Context& context) {
  const json::Value* given = context.annotations.if_contains(odata::written_annotation);
  if (given == nullptr || context.caller.is_user()) return Written{acting_name(context.caller), context.now};
  const auto at = base::parse_iso_date_time(json::find_string(*given, "createdDateTime"));
  std::string by(json::find_string(*given, "createdByDisplayName"));
  if (!at || *at > context.now + clocks_apart_max || by.size() > author_bytes_max)
    return fail(ErrorCode::bad_request, "Who wrote the comment, and when, cannot be read.").with_target("comment");
  return Written{std::move(by), *at, true};
}

base::Status check_text(const json::Value* text) {
  if (text == nullptr || !text->is_string() || is_blank(std::string_view(text->get_string())))
    return fail(ErrorCode::bad_request, "A comment must have a text in 'comment'.").with_target("comment");
  if (base::count_code_points(std::string_view(text->get_string())) > comment_characters_max)
    return fail(ErrorCode::bad_request,
                "A comment has at most " + std::to_string(comment_characters_max) + " characters.")
        .with_target("comment");
  return {};
}

}  // namespace

std::string acting_name(const odata::Caller& caller) {
  if (!caller.is_user()) return caller.app_id;
  return caller.user_name.empty() ? caller.user_id : caller.user_name;
}

base::Result<odata::Changed> add_comment(const json::Object& document, const json::Object& body,
                                         odata::Context& context) {
  const json::Value* text = body.if_contains("comment");
  TRY(check_text(text));
  const Written author = TRY(written(context));
  const json::Object comment{
      {"comment", *text}, {"createdByDisplayName", author.by}, {"createdDateTime", base::format_date_time(author.at)}};
  odata::Changed changed{document, {}};
  json::Value& comments = changed.document["comments"];
  if (!comments.is_array()) comments.emplace_array();
  // One that is passed on may have come before.
  if (author.passed_on && !unite_comments(changed.document, {{"comments", json::Array{comment}}}))
    return odata::Changed{document, {}};
  if (!author.passed_on) comments.get_array().push_back(comment);
  if (comments.get_array().size() > comments_max)
    return fail(ErrorCode::limit_exceeded,
                "There are " + std::to_string(comments_max) + " comments already, the most there may be.");
  changed.document["lastUpdateDateTime"] = base::format_date_time(context.now);
  return changed;
}

}  // namespace vedette::resources
