// The one table of behaviours, against the models.
#include "vedette/resources/behaviours.h"

#include <gtest/gtest.h>

#include <set>

namespace vedette::resources {
namespace {

const edm::Model& model(std::string_view root) {
  static const auto v1 = edm::Model::load(edm::embedded_model(), "v1.0").value();
  static const auto beta = edm::Model::load(edm::embedded_model(), "beta").value();
  return root == "beta" ? *beta : *v1;
}

TEST(Behaviours, NameWhatTheModelsHaveOnceEach) {
  const odata::Behaviours all = behaviours({});
  std::set<std::string> names;
  for (const auto& row : all.changes) {
    const edm::StructuredType* type = model("beta").find_structured(row.type);
    ASSERT_NE(type, nullptr) << row.type;
    const bool action = model("beta").find_operation(row.property, *type, false);
    if (!row.property.empty() && !action) {
      const edm::Property* property = type->find_property(row.property);
      ASSERT_NE(property, nullptr) << row.property;
      EXPECT_TRUE(property->type.collection);
    }
    EXPECT_TRUE(names.insert(row.type + "/" + row.property).second);
  }
  for (const auto& row : all.inserts) {
    EXPECT_NE(model("beta").find_structured(row.type), nullptr) << row.type;
    EXPECT_TRUE(names.insert("POST " + row.type).second);
  }
  for (const auto& row : all.operations) EXPECT_TRUE(names.insert(row.name).second) << row.name;
}

// What no row names answers 501.
TEST(Behaviours, NameOperationsThatAreDeclared) {
  const odata::Behaviours all = behaviours({});
  std::set<std::string> known, declared;
  for (const auto& row : all.operations) known.insert(row.name);
  for (const std::string_view root : {"v1.0", "beta"})
    for (const auto& operation : model(root).operations()) declared.insert(operation->full_name);
  for (const std::string& name : known) EXPECT_TRUE(declared.count(name)) << name;
}

}  // namespace
}  // namespace vedette::resources
