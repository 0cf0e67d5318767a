#include "contained.h"

#include "query.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::fail;

constexpr int64_t page_size = 500;

base::Status check_count(size_t count) {
  if (count <= contained_max) return {};
  return fail(ErrorCode::limit_exceeded, "The resource contains more than " + std::to_string(contained_max) +
                                             " others. Delete some of them first.");
}

base::Status delete_children(const Call& call, const edm::NavigationProperty& navigation, const std::string& id,
                             std::vector<store::EntityWrite>& into, size_t depth) {
  store::Query query;
  query.collection = navigation.capabilities.collection;
  query.filter = with_key(nullptr, parent_member, id);
  query.top = page_size;
  query.now = call.now;
  query.stop = call.request.stop;
  do {
    const store::QueryPage page = TRY(call.store.query(call.caller.tenant_id, query));
    for (const store::Entity& entity : page.entities) {
      into.push_back({query.collection, entity.id, std::nullopt, entity.version});
      TRY(check_count(into.size()));
      TRY(delete_contained(call, *navigation.target, entity.id, into, depth + 1));
    }
    query.after = page.next;
  } while (!query.after.empty());
  return {};
}

}  // namespace

base::Status delete_contained(const Call& call, const edm::StructuredType& type, const std::string& id,
                              std::vector<store::EntityWrite>& into, size_t depth) {
  if (depth > contained_depth_max) return fail(ErrorCode::internal, "").with_cause("the model contains itself");
  for (const edm::StructuredType* t = &type; t; t = t->base)
    for (const edm::NavigationProperty& navigation : t->navigation) {
      const edm::Capabilities& capabilities = navigation.capabilities;
      if (!navigation.contains_target || capabilities.collection.empty() || !capabilities.foreign_key.empty()) continue;
      if (navigation.collection) {
        TRY(delete_children(call, navigation, id, into, depth));
      } else if (const auto found = TRY(call.store.get(call.caller.tenant_id, capabilities.collection, id))) {
        into.push_back({capabilities.collection, id, std::nullopt, found->version});
        TRY(delete_contained(call, *navigation.target, id, into, depth + 1));
      }
    }
  return {};
}

}  // namespace vedette::odata
