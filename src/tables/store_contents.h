// What a folder holds at one moment, and the snapshot that queries see of it.
#pragma once

#include "segment_cache.h"
#include "vedette/tables/event_store.h"
#include "vedette/tables/segment.h"
#include "write_ahead_log.h"

namespace vedette::tables {

// A segment of the manifest, or (number 0) rows of a log that are in memory.
struct StoredSegment {
  uint64_t number = 0;
  uint64_t log = 0;
  std::shared_ptr<const Segment> segment;
};

// Immutable once published. Segments stand in the order in which their rows came.
struct Contents {
  std::map<std::string, std::vector<StoredSegment>, std::less<>> tables;
  std::map<std::string, std::string, std::less<>> state;

  // Tables that a damaged record of a log is about, or all of them, cannot be scanned.
  void add_damage(const LogRecord& record, uint64_t log);
  void change_state(const std::map<std::string, std::string>& changes);
};

std::shared_ptr<const Snapshot> make_snapshot(std::shared_ptr<const Contents> contents,
                                              std::shared_ptr<SegmentCache> cache);

}  // namespace vedette::tables
