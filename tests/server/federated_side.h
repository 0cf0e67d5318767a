// One of two servers that are in step, and what both must agree on.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "running_server.h"

struct FederatedSide {
  using Value = vedette::json::Value;
  // Alerts and incidents by a name that both sides have for them: property → value.
  using Properties = std::map<std::string, std::string>;
  using State = std::map<std::string, Properties>;

  FederatedSide(const std::string& folder, const std::vector<std::string>& arguments, const std::string& address)
      : server(folder, arguments, address),
        credentials(Credentials::from(read_text(server.data() + "/demo.json"))),
        port(std::stoi(server.base_url().substr(server.base_url().rfind(':') + 1))) {
    connect();
  }
  void connect() { client = std::make_unique<ApiClient>(server, credentials); }
  void kill_and_start() {
    server.stop(SIGKILL);
    server.start();
    connect();
  }

  // With the names of what they are of to the ids here.
  State state(std::map<std::string, std::string>* ids = nullptr) {
    State out;
    std::map<std::string, std::string> tags;  // by alert
    for (const Value& alert : list("/v1.0/security/alerts?$top=200&$select=id,tags"))
      tags[text(alert, "id")] = read(alert, {"tags"})["tags"];
    std::map<std::string, std::set<std::string>> held;  // by incident
    for (const Value& alert : list("/v1.0/security/alerts_v2?$top=200")) {
      const std::string name = name_of(alert);
      held[text(alert, "incidentId")].insert(name);
      out["alert " + name] =
          read(alert, {"status", "classification", "determination", "assignedTo", "resolvedDateTime", "comments"});
      out["alert " + name]["tags"] = tags[text(alert, "id")];
      if (ids) (*ids)["alert " + name] = "alerts_v2/" + text(alert, "id");
    }
    for (const Value& incident : list("/v1.0/security/incidents")) {
      const std::string id = text(incident, "id");
      if (text(incident, "status") == "redirected") continue;
      std::string name = "incident of";
      for (const std::string& alert : held[id]) name += " " + alert;
      out[name] = read(incident, {"status", "classification", "determination", "assignedTo", "displayName", "severity",
                                  "description", "summary", "customTags", "comments"});
      if (ids) (*ids)[name] = "incidents/" + id;
    }
    return out;
  }

  bool is_settled() {
    for (const char* set : {"writeBacks", "incidentWriteBacks"}) {
      const auto open = client->get("/vedette/" + std::string(set) + "?$filter=state%20ne%20'synchronized'");
      const Value* value = vedette::json::find(open.json, "value");
      if (!value || !value->get_array().empty()) return false;
    }
    return true;
  }

  RunningServer server;
  const Credentials credentials;
  const int port;
  std::unique_ptr<ApiClient> client;

 private:
  static std::string text(const Value& value, const char* name) {
    return std::string(vedette::json::find_string(value, name));
  }

  static Properties read(const Value& shown, std::initializer_list<const char*> names) {
    Properties properties;
    for (const char* name : names)
      if (const Value* value = vedette::json::find(shown, name)) properties[name] = vedette::json::to_text(*value);
    return properties;
  }

  // The tenant in which it began, its product, and the name that this gave it.
  std::string name_of(const Value& alert) const {
    const Value* additional = vedette::json::find(alert, "additionalData");
    const Value* origins = additional ? vedette::json::find(*additional, "origins") : nullptr;
    const std::string origin(origins ? std::string(origins->get_array().front().get_string()) : credentials.tenant_id);
    return origin + "/" + text(alert, "productName") + "/" + text(alert, "providerAlertId");
  }

  std::vector<Value> list(std::string path) const {
    std::vector<Value> values;
    while (!path.empty()) {
      const Answer page = client->get(path);
      EXPECT_EQ(page.status, 200) << page.text;
      const auto* value = vedette::json::find(page.json, "value");
      if (!value) break;
      for (const auto& one : value->get_array()) values.push_back(one);
      path = vedette::json::find_string(page.json, "@odata.nextLink");
    }
    return values;
  }
};
