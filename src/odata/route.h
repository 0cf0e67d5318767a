// Where a URL leads (OData 4.01 part 2, section 4): the path's segments resolved against the models, names in any case.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/edm/model.h"
#include "vedette/odata/behaviour.h"

namespace vedette::odata {

enum class RouteKind : uint8_t {
  service_document,
  metadata,
  openapi,
  batch,
  singleton,
  collection,
  entity,
  property,
  operation
};

// An entity on the way, which what follows belongs to.
struct Parent {
  const edm::Capabilities* capabilities = nullptr;
  std::string id;
  std::string link;     // the path, in the documents of what follows, that holds `id`
  bool linked = false;  // one by a foreign key: `id` is that of the parent before it until find_linked_parents
};

struct Route {
  RouteKind kind = RouteKind::service_document;
  const edm::Model* model = nullptr;
  const edm::StructuredType* type = nullptr;        // of the entity, or of the collection's items
  const edm::Capabilities* capabilities = nullptr;  // of the resource or the navigation property that led here
  std::string id;                                   // of the entity; of one that its parent has one of: the parent's
  bool single = false;                              // its parent has one of it
  bool linked = false;                           // one by a foreign key: its id is its own, and known when it is read
  std::vector<Parent> parents;                   // from the outside in
  std::vector<const edm::Property*> properties;  // path below the entity
  const edm::Operation* operation = nullptr;
  bool bound_to_entity = false;  // the operation is
  std::string arguments;         // what stood in the parentheses of a function
  bool count = false;            // "/$count"
  std::string name;              // of the set, the singleton or the navigation property that led here
  std::string path;              // below the root, in the names of the model: "security/alerts_v2('x')/comments"
  std::string link_path;         // the same for URLs: "security/alerts_v2/x/comments", percent-encoded

  edm::TypeRef property_type() const { return properties.back()->type; }
};

// The model whose root the path is below, or null.
const edm::Model* find_root(const std::vector<const edm::Model*>& models, std::string_view path);

// What the path has to say of the innermost parent: the path in the addressed documents that holds its id; null: none.
const Parent* link_of(const Route& route);

// not_found for what the model does not have, naming the segment.
base::Result<Route> resolve(const std::vector<const edm::Model*>& models, std::string_view path);

struct Method {
  std::string_view name;
  const edm::Permissions* permissions;  // null: anybody
};

// What may be done there at all; nothing when the place itself has no methods.
std::vector<Method> allowed_methods(const Route& route, const Behaviours& behaviours);

// The behaviour of a type or of its nearest base that has one, or null.
const ChangeBehaviour* find_change(const Behaviours& behaviours, const edm::StructuredType& type,
                                   std::string_view property);
const ViewBehaviour* find_view(const Behaviours& behaviours, const edm::StructuredType& type);
const InsertBehaviour* find_insert(const Behaviours& behaviours, const edm::StructuredType& type);

// Whether who has the least privileged of the permissions could only read.
bool only_reads(const edm::Permissions& permissions);

}  // namespace vedette::odata
