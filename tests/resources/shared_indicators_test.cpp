// Indicators of connectors belong to no application: every one reads them, and none changes them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operations.h"
#include "vedette/odata/behaviour.h"

namespace vedette::resources {
namespace {

using testing::HasSubstr;
using testing::Not;

class SharedIndicators : public testing::Test {
 protected:
  SharedIndicators() {
    caller_.tenant_id = "t1";
    caller_.app_id = "app-1";
    caller_.roles = {"ThreatIndicators.ReadWrite.OwnedBy"};
    for (const char* owner : {"app-1", "app-2", odata::every_application}) {
      const std::string name = owner == std::string_view(odata::every_application) ? "shared" : owner;
      EXPECT_TRUE(service_.put("t1", "tiIndicators",
                               {{"id", name}, {"domainName", name + ".example"}, {odata::owner_member, owner}}));
    }
  }
  http::Response send(const std::string& method, const std::string& id, const std::string& body = "") {
    return service_.send(method, "/beta/security/tiIndicators" + (id.empty() ? "" : "/" + id), caller_, body);
  }

  OperationService service_;
  odata::Caller caller_;
};

TEST_F(SharedIndicators, AreReadByEveryApplication) {
  const auto list = send("GET", "");
  EXPECT_EQ(list.status, 200);
  EXPECT_THAT(list.body, HasSubstr("shared.example"));
  EXPECT_THAT(list.body, HasSubstr("app-1.example"));
  EXPECT_THAT(list.body, Not(HasSubstr("app-2.example")));
  EXPECT_THAT(list.body, Not(HasSubstr("@owner")));
  EXPECT_EQ(send("GET", "shared").status, 200);
  EXPECT_EQ(send("GET", "app-2").status, 404);
}

TEST_F(SharedIndicators, AreChangedByNone) {
  EXPECT_EQ(send("PATCH", "shared", R"({"description":"x"})").status, 404);
  EXPECT_EQ(send("DELETE", "shared").status, 404);
  EXPECT_EQ(send("PATCH", "app-1", R"({"description":"x"})").status, 204);
  EXPECT_EQ(send("GET", "shared").status, 200);
}

}  // namespace
}  // namespace vedette::resources
