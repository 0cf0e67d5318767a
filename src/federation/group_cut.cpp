#include "group_cut.h"

#include <algorithm>
#include <set>

#include "poll_page.h"

namespace vedette::federation {

std::string record_group(const ingest::ConnectorConfig& config, std::string_view record) {
  if (!config.group) return "";
  if (config.group->pattern) return ingest::group_key(config, record);
  const auto value = json::parse(record);
  if (!value) return "";
  for (const std::string& member : config.group->members)
    if (std::string key = scalar_text(find_path(*value, member)); !key.empty()) return key;
  return "";
}

size_t GroupCut::whole(std::span<const std::string> groups, Time now) {
  size_t young = groups.size();
  std::map<std::string_view, size_t> first;
  for (size_t i = 0; i < groups.size(); ++i) {
    if (groups[i].empty()) continue;
    first.try_emplace(groups[i], i);
    const Time since = seen_.try_emplace(groups[i], now).first->second;
    if (young == groups.size() && now - since < join_time && groups.size() - i <= window_) young = i;
  }
  // No group begins before the cut and goes on behind it. From the end on: what is behind a cut is behind an earlier
  // one.
  size_t cut = young;
  for (size_t i = groups.size(); i-- > 0;) {
    if (i >= cut && !groups[i].empty()) cut = std::min(cut, first.at(groups[i]));
  }
  if (cut == 0 && young > 0 && !groups[0].empty() && now - seen_.at(groups[0]) >= held_max) cut = young;
  const std::set<std::string_view> kept(groups.begin() + static_cast<std::ptrdiff_t>(cut), groups.end());
  std::erase_if(seen_, [&](const auto& group) { return !kept.contains(group.first); });
  return cut;
}

}  // namespace vedette::federation
