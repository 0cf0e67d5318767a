// Entities with a value for every declared property: what is written of them shows every type that the model has.
#pragma once

#include <string>

#include "vedette/edm/model.h"
#include "vedette/json/value.h"
#include "vedette/odata/behaviour.h"
#include "vedette/store/entity_store.h"

namespace vedette::resources {

// A value of the type, as clients may send it and as it is stored.
json::Value sample_value(const edm::TypeRef& type);
// With `id` for its key. Of an abstract type, one of a type derived from it.
json::Object full_document(const edm::StructuredType& type, const std::string& id);

// What has to be stored for a URL to lead somewhere: an entity for each key on its way, the same for entities that
// their parents have one of, and hidden members that link them. Keys are `{id}` or ('id'), placeholders in braces too.
class Seeder {
 public:
  Seeder(const edm::Model& model, const odata::Behaviours& behaviours, store::EntityStore& store, std::string tenant)
      : model_(model), behaviours_(behaviours), store_(store), tenant_(std::move(tenant)) {}

  // `path` is below the root. `members` replace those of the last entity.
  void seed(const std::string& path, const json::Object& members = {});

 private:
  struct Way;
  void enter(Way& way, const std::string& segment);
  void put(Way& way, const std::string& id);

  const edm::Model& model_;
  const odata::Behaviours& behaviours_;
  store::EntityStore& store_;
  const std::string tenant_;
};

// "https://graph.microsoft.com/beta/security/x/{id}" as the root, "v1.0" where there is none, and the path below it,
// with "known" for each placeholder; the query stays behind it.
struct DocumentedUrl {
  std::string root, path, query;
};
DocumentedUrl read_url(std::string url);

}  // namespace vedette::resources
