// How much of a stream can be stored now, when lines of one event must be stored together ([group] of connector.toml)
// and the stream's place is one number: lines are taken from its beginning only, up to the first one whose event may
// not be whole.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "vedette/ingest/connector_config.h"

namespace vedette::federation {

// The group that a record belongs to, text or JSON; "": it stands alone.
std::string record_group(const ingest::ConnectorConfig& config, std::string_view record);

// Belongs to one thread.
class GroupCut {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // How long lines of a group come after its first one.
  static constexpr std::chrono::milliseconds join_time{2'000};
  // Groups that are woven into each other for longer than this are cut where their own lines have stopped coming.
  static constexpr std::chrono::milliseconds held_max{10'000};

  // `window` as in [group]: a group is whole when so many lines have come after its first one, or after join_time.
  explicit GroupCut(uint64_t window) : window_(window) {}

  // `groups` are those of the lines that are not stored yet, in order. How many of the lines are whole; those are
  // taken to be stored then.
  size_t whole(std::span<const std::string> groups, Time now);

 private:
  const uint64_t window_;
  std::map<std::string, Time> seen_;  // when the first line of a group that is not stored came
};

}  // namespace vedette::federation
