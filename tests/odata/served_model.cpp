#include "served_model.h"

#include <algorithm>
#include <cctype>

namespace vedette::odata {
namespace {

bool is_true(const json::Object& object, std::string_view name) {
  const json::Value* value = object.if_contains(name);
  return value && value->is_bool() && value->get_bool();
}

std::string_view text_in(const json::Object& object, std::string_view name) {
  const json::Value* value = object.if_contains(name);
  return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

// Cut at slashes that stand in no quotes and no parentheses.
std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  std::string segment;
  bool quoted = false;
  int depth = 0;
  for (const char c : path) {
    if (c == '\'') quoted = !quoted;
    if (!quoted && c == '(') ++depth;
    if (!quoted && c == ')') --depth;
    if (c != '/' || quoted || depth > 0) {
      segment += c;
    } else if (!segment.empty()) {
      segments.push_back(std::move(segment));
      segment.clear();
    }
  }
  if (!segment.empty()) segments.push_back(std::move(segment));
  return segments;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

bool ServedEnum::has(std::string_view member) const {
  return std::find(members.begin(), members.end(), member) != members.end();
}

const ServedMember* ServedStructure::find(std::string_view member) const {
  for (const ServedStructure* type = this; type; type = type->base)
    for (const ServedMember& own : type->members)
      if (own.name == member) return &own;
  return nullptr;
}

const ServedMember* ServedStructure::find_in_any_case(std::string_view member) const {
  for (const ServedStructure* type = this; type; type = type->base)
    for (const ServedMember& own : type->members)
      if (same_name(own.name, member)) return &own;
  return nullptr;
}

std::vector<const ServedMember*> ServedStructure::all() const {
  std::vector<const ServedMember*> members_of = base ? base->all() : std::vector<const ServedMember*>();
  for (const ServedMember& own : members) members_of.push_back(&own);
  return members_of;
}

bool ServedStructure::is_a(const ServedStructure& other) const {
  for (const ServedStructure* type = this; type; type = type->base)
    if (type == &other) return true;
  return false;
}

base::Result<ServedModel> ServedModel::read(std::string_view csdl_json) {
  const json::Value document = TRY(json::parse(csdl_json));
  if (!document.is_object()) return base::fail(base::ErrorCode::corrupt_data, "$metadata is no JSON object");
  ServedModel model;
  model.declare(document);
  for (const auto& schema : document.get_object())
    if (schema.value().is_object())
      model.define(std::string(std::string_view(schema.key())), schema.value().get_object());
  return model;
}

// Names first: they refer to each other in any order.
void ServedModel::declare(const json::Value& document) {
  for (const auto& schema : document.get_object()) {
    const json::Object* elements = schema.value().if_object();
    if (!elements) continue;
    const std::string name_space{std::string_view(schema.key())};
    if (const std::string_view alias = text_in(*elements, "$Alias"); !alias.empty())
      aliases_[std::string(alias)] = name_space;
    for (const auto& element : *elements) {
      const json::Object* declared = element.value().if_object();
      const std::string name = name_space + "." + std::string(std::string_view(element.key()));
      const std::string_view kind = declared ? text_in(*declared, "$Kind") : "";
      if (kind == "EntityType" || kind == "ComplexType") structures_[name].name = name;
      if (kind == "EnumType") enumerations_[name].flags = is_true(*declared, "$IsFlags");
    }
  }
}

void ServedModel::define(const std::string& name_space, const json::Object& schema) {
  for (const auto& element : schema) {
    const std::string name{std::string_view(element.key())}, full_name = name_space + "." + name;
    if (const json::Array* overloads = element.value().if_array()) define_operations(full_name, name, *overloads);
    const json::Object* declared = element.value().if_object();
    if (!declared) continue;
    if (text_in(*declared, "$Kind") == "EntityContainer") define_container(*declared);
    if (const auto structure = structures_.find(full_name); structure != structures_.end())
      define_structure(structure->second, *declared);
    if (const auto enumeration = enumerations_.find(full_name); enumeration != enumerations_.end())
      for (const auto& member : *declared)
        if (member.value().is_number()) enumeration->second.members.emplace_back(std::string_view(member.key()));
  }
}

void ServedModel::define_structure(ServedStructure& structure, const json::Object& declared) {
  structure.entity = text_in(declared, "$Kind") == "EntityType";
  structure.abstract = is_true(declared, "$Abstract");
  structure.open = is_true(declared, "$OpenType");
  if (const std::string_view base = text_in(declared, "$BaseType"); !base.empty())
    structure.base = find_structure(resolve_alias(base));
  for (const auto& member : declared) {
    const std::string_view name = member.key();
    if (!member.value().is_object() || name.starts_with('$') || name.starts_with('@')) continue;
    const json::Object& details = member.value().get_object();
    structure.members.push_back(
        {std::string(name), type_of(details), text_in(details, "$Kind") == "NavigationProperty"});
  }
}

void ServedModel::define_operations(const std::string& full_name, const std::string& name,
                                    const json::Array& overloads) {
  for (const json::Value& overload : overloads) {
    Operation operation{name, full_name, {}, false, {}};
    const json::Array& parameters = overload.at("$Parameter").as_array();
    if (parameters.empty()) continue;
    const ServedType binding = type_of(parameters[0].as_object());
    operation.binding = binding.name;
    operation.binding_collection = binding.collection;
    if (const json::Value* returns = json::find(overload, "$ReturnType"))
      operation.returns = type_of(returns->as_object());
    operations_.push_back(std::move(operation));
  }
}

void ServedModel::define_container(const json::Object& declared) {
  for (const auto& child : declared)
    if (child.value().is_object() && child.value().get_object().contains("$Type"))
      roots_.push_back({std::string(std::string_view(child.key())), type_of(child.value().get_object()), true});
}

ServedType ServedModel::type_of(const json::Object& member) const {
  const std::string_view name = text_in(member, "$Type");
  ServedType type = named_type(name.empty() ? "Edm.String" : name);
  type.collection = is_true(member, "$Collection");
  type.nullable = is_true(member, "$Nullable");
  return type;
}

std::string ServedModel::resolve_alias(std::string_view name) const {
  const size_t dot = name.rfind('.');
  const auto alias = dot == name.npos ? aliases_.end() : aliases_.find(name.substr(0, dot));
  return alias == aliases_.end() ? std::string(name) : alias->second + std::string(name.substr(dot));
}

ServedType ServedModel::named_type(std::string_view name) const {
  ServedType type;
  type.name = resolve_alias(name);
  type.structure = find_structure(type.name);
  if (const auto found = enumerations_.find(type.name); found != enumerations_.end()) type.enumeration = &found->second;
  return type;
}

const ServedStructure* ServedModel::find_structure(std::string_view name) const {
  const auto found = structures_.find(name);
  return found == structures_.end() ? nullptr : &found->second;
}

const ServedModel::Operation* ServedModel::find_operation(std::string_view name, const ServedType& binding) const {
  for (const Operation& operation : operations_) {
    if (!same_name(operation.name, name) && !same_name(operation.full_name, name)) continue;
    const ServedStructure* bound = find_structure(operation.binding);
    if (bound && binding.structure && binding.structure->is_a(*bound) &&
        operation.binding_collection == binding.collection)
      return &operation;
  }
  return nullptr;
}

base::Status ServedModel::step(ServedPlace& place, bool& at_root, const std::string& segment) const {
  const auto nowhere = [&] {
    return base::fail(base::ErrorCode::not_found, "the segment '" + segment + "' is declared nowhere");
  };
  const size_t open = segment.ends_with(')') ? segment.find('(') : std::string::npos;
  const std::string name = segment.substr(0, open);
  const std::string inside = open == std::string::npos ? "" : segment.substr(open + 1, segment.size() - open - 2);
  const ServedMember* member = nullptr;
  if (at_root) {
    for (const ServedMember& root : roots_)
      if (same_name(root.name, name)) member = &root;
    // Without "security" in front: links of Microsoft's overview page.
    for (const ServedMember& root : roots_)
      if (!member && root.name == "security") member = root.type.structure->find_in_any_case(name);
  } else if (!place.type.collection && place.type.structure) {
    member = place.type.structure->find_in_any_case(name);
  }
  at_root = false;
  if (member) {
    place.type = member->type;
    if (open == std::string::npos) return {};
    if (!inside.empty() && member->type.collection && (inside.front() == '\'' || inside.find('=') != inside.npos))
      place.type.collection = false;
    else
      place.selection = inside;
    return {};
  }
  if (const Operation* operation = find_operation(name, place.type)) {
    if (!operation->returns) return base::fail(base::ErrorCode::not_found, "'" + name + "' returns nothing");
    place.type = *operation->returns;
    return {};
  }
  if (!place.type.collection || !place.type.structure) return nowhere();
  place.type.collection = false;  // a key
  return {};
}

base::Result<ServedPlace> ServedModel::resolve_context(std::string_view fragment) const {
  constexpr std::string_view collection_of = "Collection(";
  ServedPlace place;
  const bool collection = fragment.starts_with(collection_of) && fragment.ends_with(')');
  const std::string_view name =
      collection ? fragment.substr(collection_of.size(), fragment.size() - collection_of.size() - 1) : fragment;
  place.type = named_type(name);
  place.type.collection = collection;
  if (place.type.structure || place.type.enumeration || name.starts_with("Edm.")) return place;
  place.type = {};
  bool at_root = true;
  for (const std::string& segment : segments_of(fragment)) {
    if (segment == "$entity") {
      place.entity_of_collection = true;
      place.type.collection = false;
    } else if (segment == "$delta") {
      place.delta = true;
    } else {
      TRY(step(place, at_root, segment));
    }
  }
  return place;
}

std::optional<ServedPlace> ServedModel::resolve_path(std::string_view path) const {
  ServedPlace place;
  bool at_root = true;
  for (const std::string& segment : segments_of(path))
    if (!step(place, at_root, segment)) return std::nullopt;
  if (at_root) return std::nullopt;
  place.selection.reset();
  return place;
}

}  // namespace vedette::odata
