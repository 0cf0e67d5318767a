#include "vedette/edm/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::edm {
namespace {

using testing::HasSubstr;

std::string document(const std::string& schema) {
  return "<edmx:Edmx Version=\"4.01\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\"><edmx:DataServices>\n"
         "<Schema Namespace=\"t\" Alias=\"self\">\n" +
         schema + "\n</Schema></edmx:DataServices></edmx:Edmx>";
}

std::string refusal(const std::string& schema) {
  const std::string text = document(schema);
  const base::EmbeddedFile file{"t.csdl.xml", text};
  const auto model = Model::load({&file, 1}, "v1.0");
  return model ? "" : model.error().message;
}

std::unique_ptr<const Model> shipped(std::string_view root) {
  auto model = Model::load(embedded_model(), root);
  EXPECT_TRUE(model) << (model ? "" : model.error().message);
  return model ? std::move(*model) : nullptr;
}

TEST(Edm, LoadsTheShippedModel) {
  const auto model = shipped("v1.0");
  ASSERT_TRUE(model);
  const Resource* security = model->find_resource("Security");
  ASSERT_TRUE(security);
  const NavigationProperty* alerts = security->type->find_navigation("Alerts_V2");
  ASSERT_TRUE(alerts);
  EXPECT_EQ(alerts->capabilities.page.max, 1000);
  EXPECT_EQ(alerts->capabilities.read->application.front(), "SecurityAlert.Read.All");
  EXPECT_TRUE(is_updatable(*alerts->target->find_property("status"), alerts->capabilities));
  EXPECT_FALSE(is_updatable(*alerts->target->find_property("title"), alerts->capabilities));
  EXPECT_EQ(alerts->target->key, "id");
  EXPECT_EQ(alerts->target->properties.front().name, "id");

  const StructuredType* evidence = model->find_structured("microsoft.graph.security.alertEvidence");
  const StructuredType* device = model->find_structured("microsoft.graph.security.deviceEvidence");
  ASSERT_TRUE(evidence && device);
  EXPECT_TRUE(device->is_a(*evidence));
  EXPECT_EQ(device->properties.front().name, "createdDateTime");
  EXPECT_EQ(to_string(evidence->find_property("roles")->type), "Collection(microsoft.graph.security.evidenceRole)");
}

TEST(Edm, RootsHaveWhatTheyDeclare) {
  const auto v1 = shipped("v1.0"), beta = shipped("beta"), own = shipped("vedette");
  ASSERT_TRUE(v1 && beta && own);
  constexpr const char* incident = "microsoft.graph.security.incident";
  EXPECT_FALSE(v1->find_structured(incident)->find_property("recommendedActions"));
  EXPECT_TRUE(beta->find_structured(incident)->find_property("recommendedActions"));
  EXPECT_FALSE(v1->find_resource("security")->type->find_navigation("alerts_v2")->capabilities.insert);
  EXPECT_TRUE(beta->find_resource("security")->type->find_navigation("alerts_v2")->capabilities.insert);
  EXPECT_THAT(v1->metadata(), testing::Not(HasSubstr("manualAlert")));
  EXPECT_THAT(beta->metadata(), HasSubstr("manualAlert"));
  EXPECT_THAT(beta->metadata(), testing::Not(HasSubstr("Vedette.V1.Roots\" String")));
  EXPECT_FALSE(v1->find_resource("ingest"));
  ASSERT_TRUE(own->find_resource("ingest"));
  EXPECT_EQ(own->find_resource("ingest")->capabilities.deposit->permissions.application.front(), "Vedette.Ingest");
  EXPECT_FALSE(own->find_structured(incident));
}

TEST(Edm, EnumerationsEvolve) {
  const auto model = shipped("v1.0");
  const EnumType* sources = model->find_enumeration("microsoft.graph.security.serviceSource");
  ASSERT_TRUE(sources);
  EXPECT_FALSE(sources->came_later(*sources->find("microsoftdefenderforendpoint")));
  EXPECT_TRUE(sources->came_later(*sources->find("microsoftSentinel")));
  EXPECT_TRUE(model->find_enumeration("microsoft.graph.security.correlationReason")->flags);
}

TEST(Edm, FindsBoundOperationsByShortAndFullName) {
  const auto model = shipped("v1.0");
  const StructuredType& security = *model->find_resource("security")->type;
  const Operation* hunt = model->find_operation("runHuntingQuery", security, false);
  ASSERT_TRUE(hunt);
  EXPECT_EQ(model->find_operation("microsoft.graph.security.RunHuntingQuery", security, false), hunt);
  EXPECT_EQ(model->find_operation("runHuntingQuery", security, true), nullptr);
  EXPECT_FALSE(hunt->parameters[0].type.nullable);
  EXPECT_EQ(to_string(*hunt->returns), "microsoft.graph.security.huntingQueryResults");
}

TEST(Edm, ErrorsNameFileLineAndElement) {
  EXPECT_EQ(refusal("<ComplexType Name=\"a\">\n<Property Name=\"p\" Type=\"self.b\"/></ComplexType>"),
            "t.csdl.xml:4: <Property Name=\"p\">: the type 'self.b' is unknown");
  EXPECT_THAT(refusal("<Wrong Name=\"a\"/>"), HasSubstr("t.csdl.xml:3: <Wrong Name=\"a\">: the element is unknown"));
  EXPECT_THAT(refusal("<ComplexType Name=\"a\" BaseType=\"self.b\"/><ComplexType Name=\"b\" BaseType=\"self.a\"/>"),
              HasSubstr("its own base"));
  EXPECT_THAT(refusal("<EnumType Name=\"e\"><Member Name=\"m\" Value=\"x\"/></EnumType>"), HasSubstr("no integer"));
  EXPECT_THAT(refusal("<Annotations Target=\"self.nothing/at\"/>"), HasSubstr("the target is no navigation property"));
  EXPECT_THAT(refusal("<EntityType Name=\"a\"><NavigationProperty Name=\"n\" Type=\"Collection(self.a)\">"
                      "<Annotation Term=\"Vedette.V1.Pagesize\"/></NavigationProperty></EntityType>"),
              HasSubstr("the term 'Vedette.V1.Pagesize' is unknown"));
  EXPECT_THAT(
      refusal("<EntityType Name=\"a\"><NavigationProperty Name=\"n\" Type=\"Collection(self.a)\">"
              "<Annotation Term=\"Org.OData.Capabilities.V1.ReadRestrictions\"/></NavigationProperty></EntityType>"),
      HasSubstr("Permissions are missing"));
  EXPECT_THAT(refusal("<Unclosed"), HasSubstr("t.csdl.xml: byte"));
}

}  // namespace
}  // namespace vedette::edm
