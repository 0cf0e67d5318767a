// Two Vedettes, each a provider of the other, that agree on alerts and incidents whoever changes them, while the
// network between them is cut at random and each is killed once: of every property the last change counts, no comment
// is lost or doubled, and tags unite. VEDETTE_SOAK_FEDERATION is how many changes there are, for `./dev soak
// federation`.
#include <gmock/gmock.h>

#include <iostream>
#include <map>
#include <random>
#include <set>

#include "../eventually.h"
#include "cutting_proxy.h"
#include "federated_side.h"
#include "free_address.h"

namespace {

using vedette::json::find;
using vedette::json::find_string;
using vedette::json::Object;
using vedette::json::to_text;
using vedette::json::Value;
using Side = FederatedSide;
using State = Side::State;
using vedette::test::eventually;
using Seconds = std::chrono::seconds;

constexpr std::chrono::milliseconds looks{300};

class FederationAgreement : public testing::Test {
 protected:
  FederationAgreement() {
    link("head-office", here_, proxy_to_there_, there_);
    link("branch", there_, proxy_to_here_, here_);
  }
  void link(const std::string& name, Side& side, const CuttingProxy& proxy, const Side& provider) {
    std::ofstream(folder_ / "secret") << provider.credentials.client_secret << "\n";
    const auto added =
        run_program({"connector", "add", name, "--connector", "microsoft-graph", "--data", side.server.data(), "--set",
                     "base_url=" + proxy.url(), "--set",
                     "token_url=" + proxy.url() + "/" + provider.credentials.tenant_id + "/oauth2/v2.0/token", "--set",
                     "client_id=" + provider.credentials.client_id, "--set", "interval_seconds=1", "--secret",
                     "client_secret=@" + (folder_ / "secret")},
                    folder_ / ".");
    EXPECT_EQ(added.status, 0) << added.err;
  }
  bool agree(Seconds within) {
    return eventually([&] { return here_.is_settled() && there_.is_settled() && here_.state() == there_.state(); },
                      within, looks);
  }
  std::string differences() {
    const State a = here_.state(), b = there_.state();
    std::string out;
    for (const State* one : {&a, &b})
      for (const auto& [name, properties] : *one) {
        const auto other = (one == &a ? b : a).find(name);
        const std::string side = one == &a ? "here  " : "there ";
        if (other == (one == &a ? b : a).end())
          out += side + "only " + name + "\n";
        else
          for (const auto& [property, value] : properties)
            if (other->second.at(property) != value) out += side + name + " " + property + " = " + value + "\n";
      }
    for (Side* side : {&here_, &there_})
      for (const char* set : {"connectors", "writeBacks?$filter=state%20ne%20'synchronized'",
                              "incidentWriteBacks?$filter=state%20ne%20'synchronized'"})
        out += side->client->get("/vedette/" + std::string(set)).text + "\n";
    return out;
  }
  void change(Side& side, int number);

  TemporaryFolder folder_;
  Side here_{folder_ / "here", {"--demo"}, free_address()};
  Side there_{folder_ / "there", {"--demo"}, free_address()};
  CuttingProxy proxy_to_here_{here_.port, 1}, proxy_to_there_{there_.port, 2};
  std::mt19937 random_{7};
  // What was said last, wherever; what was commented and tagged.
  State said_;
  std::map<std::string, std::multiset<std::string>> comments_;
  std::map<std::string, std::set<std::string>> tags_;
  std::map<std::string, std::string> ids_of_here_, ids_of_there_;
};

// Of a random alert or incident, as a user of this side sees it.
void FederationAgreement::change(Side& side, int number) {
  const auto& ids = &side == &here_ ? ids_of_here_ : ids_of_there_;
  auto at = ids.begin();
  std::advance(at, static_cast<long>(random_() % ids.size()));
  const auto& [name, id] = *at;
  const std::string path = "/v1.0/security/" + id;
  const bool is_incident = name.starts_with("incident");
  const std::string tag = "tag" + std::to_string(number);
  const auto pick = [&](std::initializer_list<const char*> words) {
    return *(words.begin() + random_() % words.size());
  };
  Object body;
  switch (random_() % (is_incident ? 6 : 5)) {
    case 0:
      body["status"] =
          is_incident ? pick({"active", "inProgress", "resolved"}) : pick({"new", "inProgress", "resolved"});
      break;
    case 1:
      body["assignedTo"] = "analyst" + std::to_string(number);
      body["classification"] = pick({"truePositive", "falsePositive", "informationalExpectedActivity"});
      break;
    case 2:
      body["determination"] = pick({"malware", "phishing", "other", "unknown"});
      break;
    case 3: {
      const std::string text = "note " + std::to_string(number % 5);  // the same text may come from both
      const Answer answer = side.client->post(
          path + "/comments",
          to_text(Object{{"@odata.type", "microsoft.graph.security.alertComment"}, {"comment", text}}));
      ASSERT_LT(answer.status, 300) << answer.text;
      comments_[name].insert(text);
      return;
    }
    case 4:
      if (!is_incident) {
        const std::string legacy = "/v1.0/security/alerts/" + id.substr(id.find('/') + 1);
        auto tags = find(side.client->get(legacy).json, "tags")->get_array();
        tags.push_back(Value(tag));
        const Answer answer = side.client->patch(
            legacy,
            to_text(Object{{"tags", tags}, {"vendorInformation", Object{{"provider", "any"}, {"vendor", "any"}}}}));
        ASSERT_LT(answer.status, 300) << answer.text;
        tags_[name].insert(tag);
        return;
      }
      body["displayName"] = "Case " + std::to_string(number);
      body["severity"] = pick({"low", "medium", "high"});
      body["summary"] = "";
      break;
    default: {
      const Answer now = side.client->get(path);
      auto tags = find(now.json, "customTags")->get_array();
      if (tags.size() >= 100) return;
      tags.push_back(Value(tag));
      tags_[name].insert(tag);
      body["customTags"] = tags;
    }
  }
  const Answer answer = side.client->patch(path, to_text(body));
  ASSERT_LT(answer.status, 300) << answer.text << to_text(body);
  for (const auto& member : body)
    if (member.key() != "customTags") said_[name][std::string(member.key())] = to_text(member.value());
}

TEST_F(FederationAgreement, OfAlertsAndIncidentsWhoeverChangesThem) {
  const char* wanted = std::getenv("VEDETTE_SOAK_FEDERATION");
  const int updates = wanted ? std::stoi(wanted) : 240;
  ASSERT_TRUE(agree(Seconds(120)) && here_.state().size() > 10) << differences();
  const size_t objects = here_.state(&ids_of_here_).size();
  EXPECT_EQ(there_.state(&ids_of_there_).size(), objects);
  const auto begun = std::chrono::steady_clock::now();
  {
    const Weather weather({&proxy_to_here_, &proxy_to_there_}, 3);
    for (int i = 0; i < updates; ++i) {
      ASSERT_NO_FATAL_FAILURE(change(random_() % 2 == 0 ? here_ : there_, i));
      if (i == updates / 3) here_.kill_and_start();
      if (i == 2 * updates / 3) there_.kill_and_start();
    }
  }
  const auto changed = std::chrono::steady_clock::now();
  ASSERT_TRUE(agree(Seconds(600))) << differences();
  const auto agreed = std::chrono::steady_clock::now();
  const State state = here_.state();
  EXPECT_EQ(state.size(), objects);
  for (const auto& [name, properties] : said_)
    for (const auto& [property, value] : properties)
      EXPECT_EQ(state.at(name).at(property), value) << name << " " << property;
  for (const auto& [name, texts] : comments_) {
    std::multiset<std::string> found;
    const Value comments = vedette::json::parse(state.at(name).at("comments")).value();
    for (const Value& comment : comments.get_array()) found.emplace(find_string(comment, "comment"));
    for (const std::string& text : texts) EXPECT_EQ(found.count(text), texts.count(text)) << name << " " << text;
  }
  for (const auto& [name, tags] : tags_)
    for (const std::string& tag : tags)
      EXPECT_NE(state.at(name).at(name.starts_with("alert") ? "tags" : "customTags").find('"' + tag + '"'),
                std::string::npos)
          << name << " " << tag;
  const auto seconds = [](auto from, auto to) {
    return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count()) / 1000;
  };
  std::cout << to_text(Object{{"soak", "federation"},
                              {"updates", updates},
                              {"alertsAndIncidents", objects},
                              {"cuts", proxy_to_here_.cuts() + proxy_to_there_.cuts()},
                              {"connectionsCut", proxy_to_here_.connections_cut() + proxy_to_there_.connections_cut()},
                              {"kills", 2},
                              {"updatesSeconds", seconds(begun, changed)},
                              {"secondsUntilAgreed", seconds(changed, agreed)}})
            << "\n";
}

}  // namespace
