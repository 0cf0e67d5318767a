// What .http files cannot show well: trees, limits and hostile texts of $filter.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "../../src/odata/filter_binding.h"
#include "../../src/odata/query.h"
#include "../../src/odata/url.h"
#include "../../src/odata/xml_duration.h"
#include "test_service.h"

namespace vedette::odata {
namespace {

using store::Operator;
using testing::HasSubstr;

std::string shown(const store::Expression& e) {
  static constexpr const char* names[] = {"literal", "property", "and",    "or",  "eq",  "ne",  "gt",  "ge",
                                          "lt",      "le",       "has",    "add", "sub", "mul", "div", "mod",
                                          "in",      "not",      "negate", "any", "all", "call"};
  if (e.op == Operator::property) {
    std::string text = e.variable;
    for (const auto& name : e.path) text += (text.empty() ? "" : "/") + name;
    return text;
  }
  if (e.op == Operator::literal) {
    if (const auto* text = std::get_if<std::string>(&e.value)) return "'" + *text + "'";
    if (const auto* whole = std::get_if<int64_t>(&e.value)) return std::to_string(*whole);
    if (const auto* truth = std::get_if<bool>(&e.value)) return *truth ? "true" : "false";
    if (const auto* time = std::get_if<base::DateTime>(&e.value)) return base::format_date_time(*time);
    return e.value.index() == 0 ? "null" : "real";
  }
  std::string text =
      std::string(names[static_cast<size_t>(e.op)]) + "(" + (e.op == Operator::any ? e.variable + ":" : "");
  for (const auto& operand : e.operands) text += (&operand == e.operands.data() ? "" : ",") + shown(operand);
  return text + ")";
}

const edm::NavigationProperty& alerts() {
  return *shipped_model("v1.0").find_resource("security")->type->find_navigation("alerts_v2");
}

base::Result<store::Expression> bound_filter(std::string_view text) {
  const FilterNode node = TRY(parse_filter(text));
  const base::DateTime now = *base::parse_iso_date_time("2024-05-02T00:00:00Z");
  return bind_filter(node, text, {shipped_model("v1.0"), *alerts().target, alerts().capabilities, now});
}

std::string tree(std::string_view text) {
  const auto bound = bound_filter(text);
  return bound ? shown(*bound) : bound.error().message;
}

TEST(Filter, BindsToTheStoresTree) {
  EXPECT_EQ(tree("status eq 'NEW'"), "eq(status,'new')");
  EXPECT_EQ(tree("title eq 'a' or title eq 'b' or title eq 'c'"), "or(eq(title,'a'),eq(title,'b'),eq(title,'c'))");
  EXPECT_EQ(tree("title eq 'a' and title ne 'b' or not (title eq 'c')"),
            "or(and(eq(title,'a'),ne(title,'b')),not(eq(title,'c')))");
  EXPECT_EQ(tree("lastUpdateDateTime gt now() sub duration'P1DT1H'"),
            "gt(lastUpdateDateTime,2024-04-30T23:00:00.0000000Z)");
  EXPECT_EQ(tree("5 lt length(title)"), "gt(call(title),5)");
  EXPECT_EQ(tree("comments/any(c: c/comment eq 'x')"), "any(c:comments,eq(c/comment,'x'))");
  EXPECT_EQ(
      tree("evidence/any(e: isof(e,'microsoft.graph.security.urlEvidence'))"),
      "any(e:evidence,in(e/*type,'#microsoft.graph.security.urlEvidence','microsoft.graph.security.urlEvidence'))");
  EXPECT_EQ(tree("comments/$count gt 1"), "gt(call(comments),1)");
  EXPECT_EQ(
      tree("evidence/any(e: e/microsoft.graph.security.deviceEvidence/loggedOnUsers/any(u: u/accountName eq 'a'))"),
      "any(e:evidence,any(u:e/loggedOnUsers,eq(u/accountName,'a')))");
  EXPECT_EQ(tree("severity lt 'low'"), "in(severity,'unknown','informational')");
  EXPECT_EQ(tree("tenantId eq 0fd1b2a0-0000-0000-0000-00000000ABCD"),
            "eq(tenantId,'0fd1b2a0-0000-0000-0000-00000000abcd')");
}

TEST(Filter, LimitsAreNamed) {
  const std::string deep = std::string(5000, '(') + "true" + std::string(5000, ')');
  EXPECT_EQ(tree(deep), "The expression is nested deeper than 100 levels.");
  std::string nots;
  for (int i = 0; i < 3000; ++i) nots += "not ";
  EXPECT_EQ(tree(nots + "true"), "The expression is nested deeper than 100 levels.");
  EXPECT_EQ(tree("title eq '" + std::string(17000, 'x') + "'"), "The expression is longer than 16384 bytes.");
  std::string wide = "title eq 'a'";
  for (int i = 0; i < 900; ++i) wide += " or title eq 'a'";
  EXPECT_TRUE(bound_filter(wide));
}

TEST(Filter, RefusesByName) {
  for (const char* text : {"comments/$count/x gt 1", "title/$count gt 1", "createdDateTime add duration'P1D' gt now()",
                           "evidence/microsoft.graph.security.urlEvidence/any(e: true)", "title in (category)"})
    EXPECT_FALSE(bound_filter(text)) << text;
  EXPECT_THAT(tree("comments/$count/x gt 1"), HasSubstr("Nothing stands behind '$count'"));
  EXPECT_THAT(tree("status has 'new,'"), HasSubstr("is no member"));
  EXPECT_THAT(tree("a/b/c eq 1"), HasSubstr("has no property 'a'"));
  EXPECT_THAT(tree("comments/any(c: comments/any(c: true))"), HasSubstr("declared twice"));
}

// Texts that are nearly filters: nothing crashes, and every refusal says something.
TEST(Filter, SurvivesHostileTexts) {
  const std::vector<std::string> seeds = {
      "status eq 'new' and (severity ge 'low' or not contains(title,'it''s'))",
      "comments/any(c:c/createdDateTime lt 2024-05-03T00:00:00.123Z) or mitreTechniques/all(t:startswith(t,'T'))",
      "evidence/any(e: e/microsoft.graph.security.deviceEvidence/deviceDnsName in ('a','b',null))",
      "createdDateTime ge now() sub duration'P1DT2H3M4.5S' and length(title) add -1 mul 2.5e3 mod 7 ne INF"};
  const std::string alphabet = "'()/:,. \t-+eqandorinot$*%\\\"0123456789TZ\xc3\xa4\xff\x01";
  std::mt19937 random(20240501);
  for (int round = 0; round < 20000; ++round) {
    std::string text = seeds[random() % seeds.size()];
    for (unsigned changes = 1 + random() % 6; changes > 0; --changes) {
      const size_t at = random() % text.size();
      const char c = alphabet[random() % alphabet.size()];
      switch (random() % 4) {
        case 0:
          text[at] = c;
          break;
        case 1:
          text.insert(at, 1, c);
          break;
        case 2:
          text.erase(at, 1 + random() % 3);
          break;
        default:
          text.insert(at, text.substr(random() % text.size(), random() % 20));
      }
      if (text.empty()) text = "x";
    }
    const auto bound = bound_filter(text);
    if (!bound) {
      EXPECT_FALSE(bound.error().message.empty()) << text;
    }
  }
}

TEST(Url, SurvivesHostileTexts) {
  const std::string alphabet = "/$%&=+?()';.,#0aF\xff";
  std::mt19937 random(7);
  const TestService server("2024-05-01T00:00:00Z");
  Caller caller;
  caller.roles = {"SecurityAlert.Read.All"};
  for (int round = 0; round < 5000; ++round) {
    std::string target = "/v1.0/security/alerts_v2";
    if (random() % 2) target += "?$filter=a&$select=id&$expand=x($top=1)&$orderby=id&$skiptoken=aaaa";
    for (unsigned changes = random() % 12; changes > 0; --changes)
      target.insert(random() % (target.size() + 1), 1, alphabet[random() % alphabet.size()]);
    http::Request request;
    request.method = "GET";
    request.target = target.starts_with('/') ? target : "/" + target;
    const http::Response response = server.service().handle(request, caller);
    EXPECT_TRUE(response.status == 200 || response.status == 400 || response.status == 403 || response.status == 404 ||
                response.status == 405)
        << response.status << " " << target;
  }
}

TEST(XmlDuration, Reads) {
  EXPECT_EQ(
      parse_xml_duration("P1DT2H3M4.5S")->ticks,
      base::ticks_per_day + 2 * base::ticks_per_hour + 3 * base::ticks_per_minute + 45 * base::ticks_per_second / 10);
  EXPECT_EQ(parse_xml_duration("-PT1S")->ticks, -base::ticks_per_second);
  for (const char* text :
       {"", "P", "PT", "P1", "1D", "PT1D", "P1H", "P1DT", "P1D1D", "P1.5D", "P99999999999999D", "P1Y"})
    EXPECT_FALSE(parse_xml_duration(text)) << text;
}

}  // namespace
}  // namespace vedette::odata
