// Patterns of texts: the terms that many texts have at the same place, and `*` for the others.
//
// Source: R. Vaarandi, "A Data Clustering Algorithm for Mining Patterns From Event Logs", which the documentation of
// `reduce` names: a term counts together with its place; texts with the same frequent terms make a group. What
// separates terms is part of the pattern, so that each text of a group is what its pattern says. Separators that the
// query named belong to the `*` beside them, as the documented answers have it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "memory_charge.h"

namespace vedette::kql {

struct TextGroup {
  std::string pattern;  // "others": texts without a pattern that is frequent enough
  int64_t count = 0;
  std::string_view representative;  // the first of its texts
};

struct TextGroups {
  std::vector<TextGroup> groups;  // the largest first, "others" last
  std::vector<uint32_t> of_text;
};

struct TextPatternOptions {
  double threshold = 0.1;
  std::optional<std::string_view> characters;
};

// `texts` are distinct, `counts` say how many rows have each.
base::Result<TextGroups> group_texts(const std::vector<std::string_view>& texts, const std::vector<int64_t>& counts,
                                     const TextPatternOptions& options, const base::StopCheck& stop,
                                     MemoryCharge& charge);

}  // namespace vedette::kql
