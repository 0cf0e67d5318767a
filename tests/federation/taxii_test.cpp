// A TAXII 2.1 server's collection through the connector "stix",
// https://docs.oasis-open.org/cti/taxii/v2.1/taxii-v2.1.html: envelopes with `more` and `next`, the time of adding in a
// header, and no envelope's members when there is nothing.
#include "vedette/base/base64.h"
#include "world.h"

namespace vedette::federation::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string indicator_id(int number) {
  const std::string digits = std::to_string(number);
  return "indicator--00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

// What was added when, in the order of adding; several objects at one time.
class TaxiiServer {
 public:
  TaxiiServer() {
    provider_.set_handle([this](const http::Request& request) { return handle(request); });
  }
  std::string url() const { return provider_.url() + "/api1/collections/c1"; }
  std::vector<std::string> asked(const std::string& part = "") const { return provider_.asked(part); }

  void add(const std::string& added, int number, json::Object more = {}) {
    json::Object object{
        {"type", "indicator"},        {"spec_version", "2.1"},
        {"id", indicator_id(number)}, {"created", "2026-04-01T00:00:00Z"},
        {"modified", added},          {"pattern", "[ipv4-addr:value = '198.51.100." + std::to_string(number) + "']"},
        {"pattern_type", "stix"},     {"valid_from", "2026-04-01T00:00:00Z"}};
    for (const auto& member : more) object[member.key()] = member.value();
    const std::scoped_lock lock(mutex_);
    objects_.emplace_back(added, std::move(object));
  }
  void require(const std::string& authorization) { authorization_ = authorization; }
  // Answered first, one after the other.
  void answer_first(std::vector<std::string> bodies) { first_ = std::move(bodies); }
  void forget_tokens() { forgets_ = true; }
  void give_no_tokens() { gives_tokens_ = false; }
  std::string problem() const {
    const std::scoped_lock lock(mutex_);
    return problem_;
  }

 private:
  static constexpr size_t page_size = 2;

  http::Response refuse(const std::string& what) {
    problem_ = what;
    return answer(400, R"({"title":")" + what + "\"}", {{"Content-Type", "application/taxii+json;version=2.1"}});
  }

  http::Response handle(const http::Request& request) {
    const std::scoped_lock lock(mutex_);
    if (request.headers.get("Accept") != "application/taxii+json;version=2.1") return refuse("Accept");
    if (request.headers.get("Authorization") != authorization_) return answer(401);
    if (request.split_target().path != "/api1/collections/c1/objects/") return answer(404);
    if (!first_.empty()) {
      const std::string body = first_.back();
      first_.pop_back();
      return answer(200, body, {{"X-TAXII-Date-Added-Last", "the day before"}});
    }
    const std::string after = option(request, "added_after"), token = option(request, "next");
    if (after.size() != std::string("2026-05-01T00:00:00.000000Z").size()) return refuse("added_after=" + after);
    if (request.target.find("next=") != std::string::npos && token.empty()) return refuse("an empty token");
    if (!token.empty() && forgets_.exchange(false)) return refuse("a token that is gone");
    size_t begin = static_cast<size_t>(std::stoul("0" + token));
    if (token.empty())
      while (begin < objects_.size() && objects_[begin].first <= after) ++begin;
    json::Array page;
    size_t end = begin;
    // Without tokens a page holds all of one time.
    while (end < objects_.size() &&
           (page.size() < page_size || (!gives_tokens_ && objects_[end].first == objects_[end - 1].first)))
      page.push_back(objects_[end++].second);
    json::Object envelope;
    http::Headers headers{{"Content-Type", "application/taxii+json;version=2.1"}};
    if (!page.empty()) {
      headers.set("X-TAXII-Date-Added-First", objects_[begin].first);
      headers.set("X-TAXII-Date-Added-Last", objects_[end - 1].first);
      envelope["objects"] = std::move(page);
    }
    if (end < objects_.size()) {
      envelope["more"] = true;
      if (gives_tokens_) envelope["next"] = std::to_string(end);
    }
    return answer(200, json::to_text(envelope), headers);
  }

  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, json::Object>> objects_;
  std::string authorization_, problem_;
  std::vector<std::string> first_;
  std::atomic<bool> forgets_ = false, gives_tokens_ = true;
  Provider provider_;  // last: its handler uses the rest
};

class Taxii : public World {
 protected:
  void set_up(std::map<std::string, std::string> settings = {},
              const std::map<std::string, std::string>& secrets = {}) {
    settings.insert({{"collection_url", server_.url()}, {"interval_seconds", "1"}});
    const auto added = add("edr", "stix", std::move(settings), secrets);
    ASSERT_TRUE(added) << added.error().message;
    start();
  }
  std::vector<std::string> addresses() const {
    std::vector<std::string> found;
    for (const auto& indicator : all("tiIndicators"))
      found.emplace_back(json::find_string(json::Value(indicator), "networkIPv4"));
    std::sort(found.begin(), found.end());
    return found;
  }
  bool has(size_t count) {
    return eventually([&] { return addresses().size() == count; });
  }
  json::Object indicator(int number) const {
    for (const auto& one : all("tiIndicators"))
      if (json::find_string(json::Value(one), "externalId") == indicator_id(number)) return one;
    return {};
  }
  TaxiiServer server_;
};

TEST_F(Taxii, BringsIndicatorsPageByPage) {
  for (int i = 1; i <= 5; ++i) server_.add("2026-04-02T10:00:00.123456Z", i);  // added at one time, on three pages
  server_.add("2026-04-02T11:00:00.000000Z", 6,
              {{"type", "identity"}, {"id", "identity--00000000-0000-4000-8000-000000000006"}});
  set_up();
  ASSERT_TRUE(has(5)) << health_text("lastError") << server_.problem();
  EXPECT_TRUE(eventually([&] { return server_.asked("added_after=2026-04-02T11%3A00%3A00.000000Z").size() >= 2; }));
  server_.add("2026-04-03T00:00:00.000000Z", 7);
  ASSERT_TRUE(has(6));
  EXPECT_EQ(server_.problem(), "");
  EXPECT_EQ(events_->snapshot()->row_count("UnmappedEvents"), 1);
  EXPECT_EQ(health_text("health"), "healthy");
}

TEST_F(Taxii, BrokenEnvelopesCostNothing) {
  for (int i = 1; i <= 3; ++i) server_.add("2026-04-02T10:00:00.000000Z", i);
  server_.answer_first({"", "[]", "null", "{\"objects\":1}", "{\"objects\":[1,null,{}]}", "{\"more\":true}",
                        "{\"objects\":[],\"more\":\"yes\",\"next\":7}", "{\"more\":true,\"next\":{}}",
                        "{\"objects\":[{\"type\":\"indicator\"}]"});
  set_up();
  EXPECT_TRUE(has(3)) << health_text("lastError");
}

TEST_F(Taxii, ExpiresWhatIsRevoked) {
  server_.add("2026-04-02T10:00:00.000000Z", 1, {{"valid_until", "2027-01-01T00:00:00Z"}});
  set_up();
  ASSERT_TRUE(has(1));
  EXPECT_EQ(json::find_string(json::Value(indicator(1)), "expirationDateTime"), "2027-01-01T00:00:00.0000000Z");
  server_.add("2026-04-05T10:00:00.000000Z", 1, {{"valid_until", "2027-01-01T00:00:00Z"}, {"revoked", true}});
  ASSERT_TRUE(eventually([&] { return indicator(1)["isActive"] == json::Value(false); }));
  EXPECT_EQ(json::find_string(json::Value(indicator(1)), "expirationDateTime"), "2026-04-05T10:00:00.0000000Z");
}

TEST_F(Taxii, GoesOnAfterARestartAndWhenATokenIsGone) {
  for (int i = 1; i <= 7; ++i) server_.add("2026-04-02T10:00:0" + std::to_string(i) + ".000000Z", i);
  server_.forget_tokens();
  set_up();
  ASSERT_TRUE(has(7)) << health_text("lastError");
  stop();
  server_.add("2026-04-03T10:00:00.000000Z", 8);
  const size_t before = server_.asked().size();
  start();
  ASSERT_TRUE(has(8));
  EXPECT_THAT(server_.asked().at(before), HasSubstr("added_after=2026-04-02T10%3A00%3A07.000000Z"));
}

TEST_F(Taxii, AsksByTimeWhereThereAreNoTokens) {
  server_.give_no_tokens();
  for (int i = 1; i <= 7; ++i) server_.add("2026-04-02T10:00:0" + std::to_string(i / 3) + ".000000Z", i);
  set_up();
  EXPECT_TRUE(has(7)) << health_text("lastError");
}

TEST_F(Taxii, ProvesItselfByATokenOrAPassword) {
  server_.require("Bearer t-1");
  server_.add("2026-04-02T10:00:00.000000Z", 1);
  set_up({}, {{"token", "t-1"}});
  EXPECT_TRUE(has(1)) << health_text("lastError");
  stop();
  server_.require("Basic " + base::encode_base64("ana:s3cret"));
  server_.add("2026-04-02T11:00:00.000000Z", 2);
  ASSERT_TRUE(add("other", "stix", {{"collection_url", server_.url()}, {"username", "ana"}}, {{"password", "s3cret"}}));
  start();
  EXPECT_TRUE(has(2)) << health_text("lastError", "other");
  EXPECT_TRUE(eventually([&] { return health_text("lastError").find("401") != std::string::npos; }));
}

TEST(TaxiiToml, SaysWhatIsWrong) {
  const auto wrong = [](const std::string& toml) {
    const auto parsed = parse_connector_transport("[poll]\nurl = \"x\"\n" + toml);
    return parsed ? "nothing" : parsed.error().message;
  };
  EXPECT_THAT(wrong("next_url = \"{cursor}\"\n"), HasSubstr("'next_url' is for paging by cursor"));
  EXPECT_THAT(wrong("paging = \"cursor\"\nnext = \"n\"\nnext_url = \"y\"\n"), HasSubstr("and has a {cursor}"));
  EXPECT_THAT(wrong("paging = \"cursor\"\nnext_url = \"{cursor}\"\n"), HasSubstr("needs 'next'"));
  EXPECT_THAT(wrong("time = \"stardate\"\n"), HasSubstr("'time' is"));
}

}  // namespace
}  // namespace vedette::federation::test
