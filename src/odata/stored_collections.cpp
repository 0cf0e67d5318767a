// The collections of the store, with what is indexed in them, as the models declare them.
#include <map>
#include <set>

#include "selection.h"
#include "value_kinds.h"
#include "vedette/odata/service.h"

namespace vedette::odata {
namespace {

std::vector<std::string> path_of(std::string_view text) {
  std::vector<std::string> path;
  for (const std::string_view name : split_list(text, '/')) path.emplace_back(name);
  return path;
}

void add_indexed(store::Collection& collection, store::IndexedProperty property) {
  for (const store::IndexedProperty& known : collection.indexed)
    if (known.path == property.path) return;
  collection.indexed.push_back(std::move(property));
}

// What pages are ordered by, what leads from an entity to those below it, and what the model names.
void add_collection(std::map<std::string, store::Collection>& collections, const edm::StructuredType& type,
                    const edm::Capabilities& capabilities, bool contained) {
  if (capabilities.collection.empty()) return;
  store::Collection& collection = collections[capabilities.collection];
  collection.name = capabilities.collection;
  collection.keeps_past = true;
  for (const std::string& name : capabilities.indexed)
    if (const edm::Property* property = type.find_property(name))
      add_indexed(collection, {{property->name}, value_kind(property->type)});
  for (const std::string& name : capabilities.identifying)
    if (const edm::Property* property = type.find_property(name))
      add_indexed(collection, {{property->name}, value_kind(property->type), true});
  const std::string first = capabilities.default_order.substr(0, capabilities.default_order.find_first_of(" ,"));
  if (const edm::Property* property = type.find_property(first))
    add_indexed(collection, {{property->name}, value_kind(property->type)});
  for (const std::string_view key : split_list(capabilities.foreign_key, ' '))
    if (!key.empty()) add_indexed(collection, {path_of(key), store::ValueKind::text});
  if (capabilities.foreign_key.empty() && contained) add_indexed(collection, {{parent_member}, store::ValueKind::text});
  if (capabilities.owned) add_indexed(collection, {{owner_member}, store::ValueKind::text});
}

// All that can be reached from the container.
struct CollectionFinder {
  std::map<std::string, store::Collection> collections;
  std::set<const edm::StructuredType*> seen;

  // `contained`: below an entity, whose key it holds.
  void visit(const edm::StructuredType& type, const edm::Capabilities& capabilities, bool contained, bool entities) {
    add_collection(collections, type, capabilities, contained);
    if (!seen.insert(&type).second) return;
    for (const edm::StructuredType* t = &type; t; t = t->base)
      for (const edm::NavigationProperty& navigation : t->navigation)
        visit(*navigation.target, navigation.capabilities, entities && navigation.collection,
              navigation.collection || entities);
  }
};

}  // namespace

std::vector<store::Collection> Service::collections(const std::vector<const edm::Model*>& models) {
  CollectionFinder finder;
  for (const edm::Model* model : models)
    for (const edm::Resource& resource : model->resources())
      finder.visit(*resource.type, resource.capabilities, false, resource.kind == edm::ResourceKind::entity_set);
  std::vector<store::Collection> out;
  for (auto& [name, collection] : finder.collections) out.push_back(std::move(collection));
  return out;
}

}  // namespace vedette::odata
