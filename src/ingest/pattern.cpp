#include "pattern.h"

#include <re2/re2.h>

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;

base::Result<std::shared_ptr<const Pattern>> Pattern::compile(const std::string& expression) {
  RE2::Options options;
  options.set_log_errors(false);
  auto compiled = std::make_unique<RE2>(expression, options);
  if (!compiled->ok())
    return fail(ErrorCode::bad_request, "The pattern '" + expression + "' is wrong: " + compiled->error() + ".");
  return std::shared_ptr<const Pattern>(std::make_shared<Pattern>(std::move(compiled)));
}

Pattern::Pattern(std::unique_ptr<RE2> expression) : expression_(std::move(expression)) {}
Pattern::~Pattern() = default;

bool Pattern::found_in(std::string_view text) const {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *expression_);
}

int Pattern::group_count() const { return expression_->NumberOfCapturingGroups(); }

std::optional<std::string_view> Pattern::first_group(std::string_view text) const {
  re2::StringPiece group;
  if (!RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *expression_, &group)) return std::nullopt;
  return std::string_view(group.data(), group.size());
}

}  // namespace vedette::ingest
