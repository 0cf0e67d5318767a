// The types of the entity data model (OData CSDL 4.01, sections 6 to 10). Built by Model::load, immutable afterwards.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/edm/capabilities.h"

namespace vedette::edm {

enum class Primitive : uint8_t {
  string,
  boolean,
  byte,
  sbyte,
  int16,
  int32,
  int64,
  single,
  double_,
  decimal,
  date,
  date_time_offset,
  time_of_day,
  duration,
  guid,
  binary,
  stream,
  untyped,
};

// "Edm.DateTimeOffset".
std::string_view to_string(Primitive primitive);
std::optional<Primitive> find_primitive(std::string_view name);

// Names of the API are compared without case: documented requests spell them in several ways.
bool equal_names(std::string_view a, std::string_view b);

struct EnumMember {
  std::string name;
  int64_t value = 0;
};

struct EnumType {
  std::string name;  // with its namespace, as every name of a type
  bool flags = false;
  std::vector<EnumMember> members;

  const EnumMember* find(std::string_view member) const;
  // Evolvable enumerations: members with a value above unknownFutureValue came later, and clients see
  // unknownFutureValue in their place unless they send `Prefer: include-unknown-enum-members`.
  bool came_later(const EnumMember& member) const;
  const EnumMember* unknown_future_value() const;
};

struct StructuredType;

struct TypeRef {
  Primitive primitive = Primitive::untyped;  // when neither of the next two
  const EnumType* enumeration = nullptr;
  const StructuredType* structured = nullptr;
  bool collection = false;
  bool nullable = true;  // of a collection: its items

  bool is_primitive() const { return !enumeration && !structured; }
  bool is(Primitive p) const { return is_primitive() && primitive == p; }
  TypeRef item() const;  // of a collection
};

// "Collection(microsoft.graph.security.alertEvidence)".
std::string to_string(const TypeRef& type);

// What the server writes into a property by itself, at creation or at every write.
enum class Stamp : uint8_t { none, created, modified, creator, modifier, tenant, application };

struct Property {
  std::string name;
  TypeRef type;
  bool computed = false;   // the server's: what clients say of it in a new entity is ignored
  bool immutable = false;  // set when the entity is created, never after
  Stamp stamp = Stamp::none;
  std::optional<std::string> default_value = {};  // of new entities, as CSDL writes it
  std::optional<Permissions> read = {};           // who may read it at its own URL, where that is not as the entity
};

bool is_updatable(const Property& property, const Capabilities& capabilities);

struct NavigationProperty {
  std::string name;
  const StructuredType* target = nullptr;
  bool collection = false;
  bool contains_target = false;
  bool inlined = false;  // a reference is written as an object with the key, expanded or not
  Capabilities capabilities;
};

enum class StructuredKind : uint8_t { entity, complex };

struct StructuredType {
  std::string name;
  StructuredKind kind = StructuredKind::complex;
  bool abstract = false;
  bool open = false;  // has members that are not declared
  const StructuredType* base = nullptr;
  std::string key;                             // of the property, inherited ones included; "" when there is none
  std::vector<Property> properties;            // inherited ones first, in the order of the declarations
  std::vector<NavigationProperty> navigation;  // its own; find_navigation() also looks into the bases
  std::vector<const StructuredType*> derived;  // all that have this type as a base, in any depth

  const Property* find_property(std::string_view property) const;
  const NavigationProperty* find_navigation(std::string_view property) const;
  bool is_a(const StructuredType& other) const;
};

}  // namespace vedette::edm
