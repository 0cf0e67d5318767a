#include "merge_choice.h"

#include <algorithm>
#include <bit>

#include "vedette/tables/declaration.h"

namespace vedette::tables {
namespace {

constexpr size_t small_segment_rows = segment_rows_max / 2;
constexpr size_t merged_at_once = 8;

bool is_small(const StoredSegment& segment) {
  return segment.number > 0 && segment.segment->may_be_merged() && segment.segment->row_count() < small_segment_rows;
}

// Rows that came on different days stay apart, so that retention finds segments that are old as a whole.
int64_t day_of_arrival(const StoredSegment& segment) {
  return segment.segment->ingested_last().ticks / base::ticks_per_day;
}

}  // namespace

base::Result<MergeSources> sources_to_seal(const Contents& contents, uint64_t last_log, MergeScope scope) {
  MergeSources sources;
  for (const auto& [table, segments] : contents.tables) {
    std::vector<StoredSegment> of_table;
    bool fresh = false;
    int64_t last_day = 0;
    for (const StoredSegment& segment : segments)
      if (segment.log <= last_log) last_day = std::max(last_day, day_of_arrival(segment));
    for (const StoredSegment& segment : segments) {
      const bool in_log = segment.number == 0 && segment.log <= last_log;
      if (in_log && !find_declaration(table))
        return base::fail(base::ErrorCode::not_supported,
                          "The log has rows of a table that this program does not know.");
      fresh = fresh || in_log;
      const bool joins = scope == MergeScope::all_small && is_small(segment) && day_of_arrival(segment) == last_day;
      if (in_log || joins) of_table.push_back(segment);
    }
    if (find_declaration(table) && (fresh || of_table.size() > 1)) sources[table] = std::move(of_table);
  }
  return sources;
}

MergeSources sources_of_tiers(const Contents& contents) {
  constexpr int tier_bits = 3;
  MergeSources sources;
  for (const auto& [table, segments] : contents.tables) {
    std::map<std::pair<int64_t, int>, std::vector<StoredSegment>> tiers;
    for (const StoredSegment& segment : segments) {
      const int tier = std::bit_width(segment.segment->row_count()) / tier_bits;
      if (is_small(segment)) tiers[{day_of_arrival(segment), tier}].push_back(segment);
    }
    for (auto& [tier, of_tier] : tiers)
      if (of_tier.size() >= merged_at_once && find_declaration(table)) sources[table] = std::move(of_tier);
  }
  return sources;
}

MergeSources sources_ingested_before(const Contents& contents, base::DateTime time) {
  MergeSources sources;
  for (const auto& [table, segments] : contents.tables)
    for (const StoredSegment& segment : segments) {
      const base::DateTime last = segment.segment->ingested_last();
      if (segment.number > 0 && last.ticks > 0 && last < time) sources[table].push_back(segment);
    }
  return sources;
}

}  // namespace vedette::tables
