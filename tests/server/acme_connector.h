// A connector to the provider of tests/federation/provider.h, set up for a running server.
#pragma once

#include "../federation/acme.h"
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
    std::ofstream(own + "/alerts.kql") << vedette::federation::test::acme_alerts;
    std::ofstream(own + "/write_back.kql") << vedette::federation::test::acme_write_back;
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
    const std::string current = can_be_read ? "current = \"{base_url}/alerts/{alert.providerAlertId}\"\n" : "";
    return vedette::federation::test::acme_with(
        {{"Acme EDR", product},
         {"[poll]\n", "[write_back]\n" + current +
                          "[[action]]\nname = \"isolate\"\nparameters = [\"device\"]\n"
                          "[poll]\nrecord = \"id\"\nlookback_seconds = 315360000\n"}});
  }

  static constexpr const char* actions = R"(source
| extend Device = tostring(Parameter.device)
| project Method = "POST", Url = strcat(tostring(Setting.base_url), "/isolate/", Device),
    ReadUrl = strcat(tostring(Setting.base_url), "/device/", Device), Expect = bag_pack("isolated", true)
)";
  static constexpr const char* blind_actions = R"(source
| project Method = "POST", Url = strcat(tostring(Setting.base_url), "/isolate/", tostring(Parameter.device))
)";
};
