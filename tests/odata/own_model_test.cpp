// What the shipped models do not use yet: entity sets that can be deleted from, functions with arguments.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checked_service.h"
#include "vedette/base/clock.h"

namespace vedette::odata {
namespace {

using testing::HasSubstr;

std::string permissions(const std::string& role) {
  return "<PropertyValue Property=\"Permissions\"><Collection><Record>"
         "<PropertyValue Property=\"SchemeName\" String=\"Application\"/><PropertyValue "
         "Property=\"Scopes\"><Collection>"
         "<Record><PropertyValue Property=\"Scope\" String=\"" +
         role + "\"/></Record></Collection></PropertyValue></Record></Collection></PropertyValue>";
}

std::string restrictions(const std::string& term, const std::string& role) {
  return "<Annotation Term=\"Org.OData.Capabilities.V1." + term + "\"><Record>" + permissions(role) +
         "</Record></Annotation>";
}

std::string document() {
  return "<edmx:Edmx Version=\"4.01\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\"><edmx:DataServices>"
         "<Schema Namespace=\"t\"><EntityType Name=\"thing\"><Key><PropertyRef Name=\"id\"/></Key>"
         "<Property Name=\"id\" Type=\"Edm.String\" Nullable=\"false\"/><Property Name=\"size\" Type=\"Edm.Int32\"/>"
         "<Property Name=\"weight\" Type=\"Edm.Double\"/></EntityType>"
         "<Function Name=\"echo\" IsBound=\"true\"><Parameter Name=\"binding\" Type=\"Collection(t.thing)\"/>"
         "<Parameter Name=\"name\" Type=\"Edm.String\" Nullable=\"false\"/><Parameter Name=\"count\" "
         "Type=\"Edm.Int32\"/>"
         "<ReturnType Type=\"Collection(Edm.String)\"/>" +
         restrictions("OperationRestrictions", "Read") +
         "</Function><EntityContainer Name=\"c\"><EntitySet Name=\"things\" EntityType=\"t.thing\">"
         "<Annotation Term=\"Vedette.V1.Collection\" String=\"things\"/>" +
         restrictions("ReadRestrictions", "Read") + restrictions("InsertRestrictions", "Write") +
         restrictions("DeleteRestrictions", "Write") +
         "</EntitySet></EntityContainer></Schema></edmx:DataServices></edmx:Edmx>";
}

base::Result<OperationResult> echo(const json::Object& parameters, Context&) {
  OperationResult result;
  result.value = json::Array{json::to_text(json::Value(parameters))};
  return result;
}

class OwnModel : public testing::Test {
 protected:
  OwnModel() {
    const base::EmbeddedFile file{"t.csdl.xml", text_};
    auto model = edm::Model::load({&file, 1}, "v1.0");
    EXPECT_TRUE(model) << (model ? "" : model.error().message);
    model_ = std::move(*model);
    store_ = store::make_memory_store(Service::collections({model_.get()}), clock_);
    Behaviours behaviours;
    behaviours.operations = {{"t.echo", echo}};
    service_ =
        std::make_unique<CheckedService>(std::vector<const edm::Model*>{model_.get()}, *store_, clock_, behaviours);
    store::Commit commit;
    for (const char* id : {"1", "2", "3"})
      commit.entities.push_back({"things", id,
                                 "{\"id\":\"" + std::string(id) + "\",\"size\":" + id + ",\"weight\":1.5}",
                                 store::must_not_exist});
    EXPECT_TRUE(store_->commit("t", commit));
  }

  http::Response ask(const std::string& method, const std::string& target, const std::string& if_match = {}) {
    http::Request request;
    request.method = method;
    request.target = target;
    request.body = method == "POST" ? "{}" : "";
    if (!if_match.empty()) request.headers.set("If-Match", if_match);
    Caller caller;
    caller.tenant_id = "t";
    caller.roles = {"Read", "Write"};
    return service_->handle(request, caller);
  }

 private:
  const std::string text_ = document();
  base::FixedClock clock_{base::from_unix_seconds(1)};
  std::unique_ptr<const edm::Model> model_;
  std::unique_ptr<store::EntityStore> store_;
  std::unique_ptr<CheckedService> service_;
};

TEST_F(OwnModel, DeletesEntities) {
  EXPECT_EQ(ask("DELETE", "/v1.0/things/1", "W/\"2\"").status, 412);
  EXPECT_EQ(ask("DELETE", "/v1.0/things/1", "W/\"1\"").status, 204);
  EXPECT_EQ(ask("GET", "/v1.0/things/1").status, 404);
  EXPECT_EQ(ask("DELETE", "/v1.0/things/1").status, 404);
}

TEST_F(OwnModel, CallsFunctionsWithArguments) {
  EXPECT_THAT(ask("GET", "/v1.0/things/echo(name='a%27%27b,c',count=3)").body,
              HasSubstr(R"("value":["{\"name\":\"a'b,c\",\"count\":3}"])"));
  EXPECT_THAT(ask("GET", "/v1.0/things/t.Echo(Name='x')").body, HasSubstr(R"("value":["{\"name\":\"x\"}"])"));
  EXPECT_EQ(ask("GET", "/v1.0/things/echo()").status, 400);
  EXPECT_EQ(ask("GET", "/v1.0/things/echo(name)").status, 400);
  EXPECT_EQ(ask("GET", "/v1.0/things/echo(name=1)").status, 400);
  EXPECT_EQ(ask("GET", "/v1.0/things/echo(name='x',nam='y')").status, 400);
  EXPECT_EQ(ask("POST", "/v1.0/things/echo(name='x')").status, 405);
}

TEST_F(OwnModel, FiltersNumbers) {
  const auto count = [&](const std::string& filter) {
    return ask("GET", "/v1.0/things/$count?$filter=" + filter).body;
  };
  EXPECT_EQ(count("size%20gt%201"), "2");
  EXPECT_EQ(count("size%20mul%20weight%20ge%203.0"), "2");
  EXPECT_EQ(count("size%20eq%202.0"), "1");
  EXPECT_EQ(count("-size%20lt%20-2"), "1");
  EXPECT_EQ(count("size%20mod%202%20eq%201"), "2");
  EXPECT_EQ(count("round(weight)%20eq%202%20and%20floor(weight)%20eq%201%20and%20ceiling(weight)%20eq%202"), "3");
}

TEST_F(OwnModel, CreatesWithoutABehaviour) { EXPECT_EQ(ask("POST", "/v1.0/things").status, 201); }

}  // namespace
}  // namespace vedette::odata
