// A connector to the provider of provider.h.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vedette::federation::test {

inline constexpr const char* acme_toml = R"(
vendor = "Acme"
provider = "Acme EDR"
[setting.base_url]
kind = "url"
description = "Where it is"
[setting.key]
kind = "secret"
description = "Its key"
[authentication]
type = "header"
header = "X-Key"
value = "{key}"
[poll]
url = "{base_url}/alerts?since={since}"
records = "alerts"
paging = "next_link"
next = "next"
since = "updated"
interval_seconds = 1
overlap_seconds = 60
)";

inline constexpr const char* acme_alerts = R"(
source
| project providerAlertId = tostring(Record.id), title = tostring(Record.title), status = tostring(Record.status),
    assignedTo = tostring(Record.owner), severity = tostring(Record.severity),
    createdDateTime = todatetime(Record.updated), lastUpdateDateTime = todatetime(Record.updated),
    comments = Record.comments, additionalData = Record.more
)";

inline constexpr const char* acme_write_back = R"(
let target = source | extend Id = tostring(Alert.providerAlertId), Base = tostring(Setting.base_url);
union (target | where array_length(bag_keys(Changes)) > 0
       | project Method = "PATCH", Url = strcat(Base, "/alerts/", Id),
           Body = bag_merge(iff(isnotnull(Changes.status), bag_pack("status", Changes.status), dynamic({})),
                            iff(isnotnull(Changes.assignedTo), bag_pack("owner", Changes.assignedTo), dynamic({}))),
           Written = dynamic(["status", "assignedTo"])),
      (target | mv-expand Comment = Comments
       | where isnotempty(tostring(Comment.comment))
       | project Method = "POST", Url = strcat(Base, "/alerts/", Id, "/comments"),
           Body = bag_pack("text", Comment.comment), Written = dynamic([]))
)";

// acme_toml with some of its text replaced.
inline std::string acme_with(const std::vector<std::pair<std::string, std::string>>& changes) {
  std::string toml = acme_toml;
  for (const auto& [from, to] : changes) {
    const size_t at = toml.find(from);
    EXPECT_NE(at, toml.npos) << from;
    if (at != toml.npos) toml.replace(at, from.size(), to);
  }
  return toml;
}

}  // namespace vedette::federation::test
