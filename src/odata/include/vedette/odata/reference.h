// What a text outside of a request's URL names: "security/alerts_v2?$filter=severity eq 'high'", as a subscription
// does.
// Names in any case, with or without a slash in front; percent-encoded or not.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "vedette/edm/model.h"
#include "vedette/odata/behaviour.h"

namespace vedette::odata {

struct Selection;

// A collection or one entity of it. The model and the behaviours outlive it.
struct Reference {
  const edm::Model* model = nullptr;
  const edm::StructuredType* type = nullptr;
  const edm::Permissions* read = nullptr;           // who may read it
  const ViewBehaviour* view = nullptr;              // null: what is stored is what is shown
  std::string path;                                 // of the collection below the root: "security/alerts_v2"
  std::string id;                                   // of the one entity; "": the collection
  std::string collection;                           // of the store
  std::shared_ptr<const store::Expression> filter;  // over what is stored; null: all
  std::shared_ptr<const Selection> selection;
};

// $filter (of a collection) and $select may be there. bad_request for what names nothing, or nothing that is stored and
// can be read.
base::Result<Reference> resolve_reference(const edm::Model& model, const Behaviours& behaviours, std::string_view text,
                                          base::DateTime now);

// The entity as the API shows it: JSON, "@odata.type" included.
enum class UnknownMembers : uint8_t { masked, shown };  // see Prefer: include-unknown-enum-members
std::string shown_entity(const Reference& reference, const json::Object& stored, UnknownMembers unknown_members);

}  // namespace vedette::odata
