// A connector to the provider of tests/federation/provider.h, set up for a running server.
#pragma once

#include "../federation/provider.h"
#include "running_server.h"

struct AcmeConnector {
  std::string name, product = "Acme EDR";
  bool can_be_read = true;  // one alert, at {base_url}/alerts/{id}
  bool live = false;
  int interval_s = 1;

  // Written into the data folder, and added to its only tenant.
  void add(const std::string& data, const std::string& url, const TemporaryFolder& folder) const {
    const std::string own = data + "/connectors/" + name;
    std::filesystem::create_directories(own);
    std::ofstream(own + "/connector.toml") << toml();
    std::ofstream(own + "/alerts.kql") << alerts;
    std::ofstream(own + "/write_back.kql") << write_back;
    std::ofstream(own + "/actions.kql") << (can_be_read ? actions : blind_actions);
    std::ofstream(folder / "key") << "k-123\n";
    std::vector<std::string> arguments{"connector",
                                       "add",
                                       name,
                                       "--connector",
                                       name,
                                       "--data",
                                       data,
                                       "--set",
                                       "base_url=" + url,
                                       "--set",
                                       "interval_seconds=" + std::to_string(interval_s),
                                       "--secret",
                                       "key=@" + (folder / "key")};
    if (live) arguments.push_back("--live");
    const auto added = run_program(arguments, folder / ".");
    EXPECT_EQ(added.status, 0) << added.err;
  }

 private:
  std::string toml() const {
    return "vendor = \"Acme\"\nprovider = \"" + product + "\"\n" + R"(
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
record = "id"
since = "updated"
overlap_seconds = 60
lookback_seconds = 315360000
[[action]]
name = "isolate"
parameters = ["device"]
[write_back]
)" + (can_be_read ? "current = \"{base_url}/alerts/{alert.providerAlertId}\"\n" : "if_match = false\n");
  }

  static constexpr const char* alerts = R"(source
| project providerAlertId = tostring(Record.id), title = tostring(Record.title), status = tostring(Record.status),
    assignedTo = tostring(Record.owner), createdDateTime = todatetime(Record.updated),
    lastUpdateDateTime = todatetime(Record.updated), comments = Record.comments
)";
  static constexpr const char* write_back = R"(
let target = source | extend Url = strcat(tostring(Setting.base_url), "/alerts/", tostring(Alert.providerAlertId));
union (target | where array_length(bag_keys(Changes)) > 0
       | project Method = "PATCH", Url, Body = bag_pack("status", Changes.status, "owner", Changes.assignedTo),
           Written = dynamic(["status", "assignedTo"])),
      (target | mv-expand Comment = Comments
       | where isnotempty(tostring(Comment.comment))
       | project Method = "POST", Url = strcat(Url, "/comments"), Body = bag_pack("text", Comment.comment),
           Written = dynamic([]))
)";
  static constexpr const char* actions = R"(source
| extend Device = tostring(Parameter.device)
| project Method = "POST", Url = strcat(tostring(Setting.base_url), "/isolate/", Device),
    ReadUrl = strcat(tostring(Setting.base_url), "/device/", Device), Expect = bag_pack("isolated", true)
)";
  static constexpr const char* blind_actions = R"(source
| project Method = "POST", Url = strcat(tostring(Setting.base_url), "/isolate/", tostring(Parameter.device))
)";
};
