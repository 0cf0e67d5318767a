#include "vedette/edm/model.h"

namespace vedette::edm {

const StructuredType* Model::find_structured(std::string_view name) const {
  const auto found = structured_.find(name);
  return found == structured_.end() ? nullptr : found->second.get();
}

const EnumType* Model::find_enumeration(std::string_view name) const {
  const auto found = enumerations_.find(name);
  return found == enumerations_.end() ? nullptr : found->second.get();
}

const Resource* Model::find_resource(std::string_view name) const {
  for (const Resource& resource : resources_)
    if (equal_names(resource.name, name)) return &resource;
  return nullptr;
}

const Operation* Model::find_operation(std::string_view name, const StructuredType& type, bool collection) const {
  for (const auto& operation : operations_) {
    if (!equal_names(operation->name, name) && !equal_names(operation->full_name, name)) continue;
    if (operation->binding.collection == collection && type.is_a(*operation->binding.structured))
      return operation.get();
  }
  return nullptr;
}

}  // namespace vedette::edm
