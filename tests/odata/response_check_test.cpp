// What holds responses to the served model finds what does not fit, and nothing else.
#include "response_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_service.h"

namespace vedette::odata {
namespace {

using testing::HasSubstr;

class ResponseChecks : public testing::Test {
 protected:
  std::string misfit(const std::string& fragment, const std::string& members, int status = 200,
                     const std::string& metadata = "minimal") {
    http::Headers headers{{"Content-Type", "application/json; odata.metadata=" + metadata}};
    std::string body = "{";
    if (!fragment.empty()) body += "\"@odata.context\":\"http://h/v1.0/$metadata#" + fragment + "\",";
    return check_.misfit("/v1.0/security/alerts_v2/1", status, headers, body + members + "}");
  }
  // Of an alert with these properties selected.
  std::string alert(const std::string& selected, const std::string& members) {
    return misfit("security/alerts_v2(" + selected + ")/$entity", members);
  }

  TestService server_{"2024-05-01T12:00:00Z"};
  ResponseCheck check_{[this](const std::string& target) {
    http::Request request;
    request.method = "GET";
    request.target = target;
    return server_.service().Service::handle(request, Caller()).body;
  }};
};

TEST_F(ResponseChecks, LetsPassWhatIsDeclared) {
  EXPECT_EQ(alert("id,status,comments", R"("id":"1","status":"new","comments":[])"), "");
  EXPECT_EQ(alert("id", R"("@odata.etag":"W/\"1\"","id":"1")"), "");
  EXPECT_EQ(alert("additionalData", R"("additionalData":{"what":["ever"]})"), "");
  EXPECT_EQ(alert("evidence", R"("evidence":[{"@odata.type":"#microsoft.graph.security.urlEvidence","url":"x",
      "createdDateTime":"2024-05-01T12:00:00.0000000Z","verdict":"unknown","remediationStatus":"none","roles":[]}])"),
            "");
  EXPECT_EQ(misfit("security/incidents(id,alerts(id))", R"("@odata.count":1,"value":[{"id":"1",
      "alerts@odata.nextLink":"x","alerts":[{"id":"2"}]}])"),
            "");
  EXPECT_EQ(misfit("security/alerts_v2(severity,n)", R"("value":[{"severity":"high","n":3}])"), "");
  EXPECT_EQ(misfit("security/alerts_v2(id)/$delta", R"("@odata.deltaLink":"x","value":[{"id":"1"},
      {"@removed":{"reason":"deleted"},"id":"2"}])"),
            "");
  EXPECT_EQ(misfit("security/alerts_v2('1')/title", R"("value":"x")"), "");
  EXPECT_EQ(misfit("", R"("error":{"code":"a","message":"b","innerError":{}})", 404), "");
  EXPECT_EQ(misfit("", R"("id":"1")", 200, "none"), "");
}

TEST_F(ResponseChecks, FindsNamesThatAreNotDeclared) {
  EXPECT_THAT(alert("id", R"("id":"1","colour":"red")"), HasSubstr("'colour' is no property of"));
  EXPECT_THAT(alert("id", R"("id":"1","title":"x")"), HasSubstr("title: was not selected"));
  EXPECT_THAT(alert("status", R"("status":"asleep")"), HasSubstr("'asleep' is no member of"));
  EXPECT_THAT(alert("status", R"("status":"New")"), HasSubstr("'New' is no member of"));
  EXPECT_THAT(alert("comments", R"("comments":[{"comment":"x","createdDateTime":"2024-05-01T12:00:00.0000000Z",
      "colour":1}])"),
              HasSubstr("comments[0]: 'colour' is no property of"));
  EXPECT_THAT(alert("evidence", R"("evidence":[{"@odata.type":"#microsoft.graph.security.alert"}])"),
              HasSubstr("is no type that stands for"));
  EXPECT_THAT(alert("evidence", R"("evidence":[{}])"), HasSubstr("has no @odata.type"));
  EXPECT_THAT(misfit("security/nothing", R"("value":[])"), HasSubstr("'nothing' is declared nowhere"));
  EXPECT_THAT(misfit("", R"("id":"1")", 200, "none"), "");
  EXPECT_THAT(misfit("", R"("colour":"red")", 200, "none"), HasSubstr("'colour' is no property of"));
}

TEST_F(ResponseChecks, FindsValuesOfOtherTypes) {
  EXPECT_THAT(alert("id", R"("id":1)"), HasSubstr("id: is no Edm.String"));
  EXPECT_EQ(alert("title", R"("title":null)"), "");
  EXPECT_THAT(alert("status", R"("status":null)"), HasSubstr("status: is null"));
  EXPECT_THAT(alert("id", R"("id":null)"), HasSubstr("id: is null"));
  EXPECT_THAT(alert("comments", R"("comments":null)"), HasSubstr("comments: is no array"));
  EXPECT_THAT(alert("createdDateTime", R"("createdDateTime":"2024-05-01T12:00:00Z")"),
              HasSubstr("is no Edm.DateTimeOffset"));
  EXPECT_THAT(misfit("security/incidents(priorityScore)/$entity", R"("priorityScore":"1")"),
              HasSubstr("is no Edm.Int32"));
  EXPECT_THAT(misfit("security/incidents(priorityScore)/$entity", R"("priorityScore":3000000000)"),
              HasSubstr("is no Edm.Int32"));
}

TEST_F(ResponseChecks, FindsAnnotationsOutOfPlace) {
  EXPECT_THAT(misfit("", R"("id":"1")"), HasSubstr("@odata.context: is absent"));
  EXPECT_THAT(misfit("security/alerts_v2", R"("id":"1","value":[])"), HasSubstr("id: has no place around"));
  EXPECT_THAT(misfit("security/alerts_v2", R"("@odata.deltaLink":"x","value":[])"), HasSubstr("outside of a delta"));
  EXPECT_THAT(misfit("security/alerts_v2(id)", R"("value":[{"@odata.context":"x","id":"1"}])"),
              HasSubstr("@odata.context: has no place here"));
  EXPECT_THAT(alert("id", R"("id":"1","title@odata.count":1)"), HasSubstr("title@odata.count: has no place here"));
  EXPECT_THAT(alert("id", R"("id":"1","x@odata.type":"#String")"), HasSubstr("annotates what is not declared"));
  EXPECT_THAT(misfit("security/alerts_v2", R"("value":[])", 200, "none"), HasSubstr("the client wanted none"));
}

TEST_F(ResponseChecks, FindsWhatIsAbsent) {
  EXPECT_THAT(misfit("security/alerts_v2/$entity", R"("id":"1")"), HasSubstr("the property 'title' is absent"));
  EXPECT_THAT(misfit("security/alerts_v2", R"("@odata.count":1)"), HasSubstr("value: is no array"));
  EXPECT_THAT(misfit("", R"("error":{"code":"a"})", 404), HasSubstr("has no message"));
}

TEST_F(ResponseChecks, LooksIntoBatches) {
  EXPECT_THAT(misfit("", R"("responses":[{"id":"1","status":200,"headers":{"Content-Type":"application/json"},
      "body":{"@odata.context":"http://h/beta/$metadata#security/alerts_v2(id)/$entity","id":1}}])"),
              HasSubstr("responses[1]: .id: is no Edm.String"));
}

}  // namespace
}  // namespace vedette::odata
