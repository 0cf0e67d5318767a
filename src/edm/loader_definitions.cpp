// The second half of the loader: what stands inside a declaration (CSDL 4.01, sections 6 to 13).
#include <charconv>

#include "annotations.h"
#include "loader.h"

namespace vedette::edm {

base::Status Loader::define_enumeration(const Schema& schema, pugi::xml_node node, EnumType& type) {
  type.flags = node.attribute("IsFlags").as_bool();
  for (const pugi::xml_node child : node.children("Member")) {
    EnumMember member{child.attribute("Name").value(), 0};
    const std::string_view value = child.attribute("Value").value();
    const auto read = std::from_chars(value.data(), value.data() + value.size(), member.value);
    if (value.empty() || read.ptr != value.data() + value.size())
      return error(*schema.document, child, "Value is no integer");
    if (type.find(member.name)) return error(*schema.document, child, "the member is declared twice");
    type.members.push_back(std::move(member));
  }
  if (type.members.empty()) return error(*schema.document, node, "the enumeration has no members");
  return {};
}

base::Status Loader::define_structured(Draft& draft) {
  if (draft.state == Draft::done) return {};
  const Document& document = *draft.schema->document;
  if (draft.state == Draft::in_progress) return error(document, draft.node, "the type is its own base");
  draft.state = Draft::in_progress;
  StructuredType& type = *draft.type;
  type.abstract = draft.node.attribute("Abstract").as_bool();
  type.open = draft.node.attribute("OpenType").as_bool();
  if (const auto base = draft.node.attribute("BaseType")) {
    const auto found = drafts_.find(resolve(base.value()));
    if (found == drafts_.end())
      return error(document, draft.node, std::string("the base type '") + base.value() + "' is unknown");
    TRY(define_structured(found->second));
    const StructuredType& parent = *found->second.type;
    if (parent.kind != type.kind) return error(document, draft.node, "the base type is of another kind");
    type.base = &parent;
    type.open = type.open || parent.open;
    type.key = parent.key;
    type.properties = parent.properties;
  }
  for (const pugi::xml_node child : draft.node.children()) TRY(define_member(draft, child));
  draft.state = Draft::done;
  return {};
}

base::Status Loader::define_member(const Draft& draft, pugi::xml_node node) {
  StructuredType& type = *draft.type;
  const Document& document = *draft.schema->document;
  const std::string_view kind = node.name();
  const std::string name = node.attribute("Name").value();
  if (kind == "Key") return define_key(draft, node);
  if (kind == "Annotation") return {};
  if (kind != "Property" && kind != "NavigationProperty") return error(document, node, "the element is unknown");
  if (type.find_property(name) || type.find_navigation(name))
    return error(document, node, "the property is declared twice, or inherited");
  const TypeRef declared = TRY(type_of(*draft.schema, node, "Type"));
  if (kind == "Property") {
    Property property{name, declared};
    if (const auto text = node.attribute("DefaultValue")) property.default_value = text.value();
    for (const pugi::xml_node child : node.children("Annotation"))
      if (const auto read = read_annotation(child, property); !read)
        return error(document, child, read.error().message);
    type.properties.push_back(std::move(property));
    return {};
  }
  if (!declared.structured || declared.structured->kind != StructuredKind::entity)
    return error(document, node, "a navigation property leads to an entity type");
  NavigationProperty navigation;
  navigation.name = name;
  navigation.target = declared.structured;
  navigation.collection = declared.collection;
  navigation.contains_target = node.attribute("ContainsTarget").as_bool();
  if (const pugi::xml_node inlined = node.find_child_by_attribute("Annotation", "Term", inlined_term))
    navigation.inlined = inlined.attribute("Bool").as_bool(true);
  TRY(annotate_children(*draft.schema, node, navigation.capabilities));
  type.navigation.push_back(std::move(navigation));
  return {};
}

base::Status Loader::define_key(const Draft& draft, pugi::xml_node node) {
  const auto references = node.children("PropertyRef");
  if (std::distance(references.begin(), references.end()) != 1)
    return error(*draft.schema->document, node, "a key is one property");
  draft.type->key = node.child("PropertyRef").attribute("Name").value();
  return {};
}

base::Status Loader::define_operation(const Schema& schema, pugi::xml_node node) {
  const Document& document = *schema.document;
  auto operation = std::make_unique<Operation>();
  operation->name = node.attribute("Name").value();
  operation->full_name = schema.name_space + "." + operation->name;
  operation->is_function = std::string_view(node.name()) == "Function";
  if (!node.attribute("IsBound").as_bool()) return error(document, node, "only bound operations are known");
  bool bound = false;
  for (const pugi::xml_node child : node.children("Parameter")) {
    Parameter parameter{child.attribute("Name").value(), TRY(type_of(schema, child, "Type"))};
    if (bound) {
      operation->parameters.push_back(std::move(parameter));
      continue;
    }
    bound = true;
    operation->binding = parameter.type;
  }
  if (!bound || !operation->binding.structured)
    return error(document, node, "the first parameter is the one it is bound to");
  if (const pugi::xml_node result = node.child("ReturnType")) operation->returns = TRY(type_of(schema, result, "Type"));
  if (const auto status = node.find_child_by_attribute("Annotation", "Term", status_term))
    operation->status = status.attribute("Int").as_int();
  auto permissions = read_operation_permissions(node);
  if (!permissions) return error(document, node, permissions.error().message);
  operation->permissions = std::move(*permissions);
  model_->operations_.push_back(std::move(operation));
  return {};
}

base::Status Loader::define_container(const Schema& schema, pugi::xml_node node) {
  const Document& document = *schema.document;
  if (!model_->resources_.empty()) return error(document, node, "a root has one container");
  model_->container_ = schema.name_space + "." + node.attribute("Name").value();
  for (const pugi::xml_node child : node.children()) {
    const std::string_view kind = child.name();
    if (kind != "Singleton" && kind != "EntitySet") return error(document, child, "the element is unknown");
    const bool singleton = kind == "Singleton";
    const TypeRef type = TRY(type_of(schema, child, singleton ? "Type" : "EntityType"));
    if (!type.structured || type.structured->kind != StructuredKind::entity)
      return error(document, child, "a child of the container is of an entity type");
    Resource resource{child.attribute("Name").value(),
                      singleton ? ResourceKind::singleton : ResourceKind::entity_set,
                      type.structured,
                      {}};
    TRY(annotate_children(schema, child, resource.capabilities));
    model_->resources_.push_back(std::move(resource));
  }
  return {};
}

}  // namespace vedette::edm
