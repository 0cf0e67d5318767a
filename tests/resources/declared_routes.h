// Every place that a model declares, by a path that leads there: entity sets, singletons, each navigation property of
// each type that can be reached, operations, and the properties of entities. What is declared once and can be reached
// in several ways (a host's artifact's host) is there once.
#pragma once

#include <string>
#include <vector>

#include "vedette/edm/model.h"
#include "vedette/odata/behaviour.h"

namespace vedette::resources {

enum class Place : uint8_t { collection, entity, single, property, operation };

struct DeclaredMethod {
  std::string name;
  const edm::Permissions* permissions = nullptr;
  bool done = true;  // false: answers 501
};

struct DeclaredRoute {
  Place place = Place::single;
  std::string path;  // below the root, each key `known_key`
  const edm::StructuredType* type = nullptr;
  const edm::Capabilities* capabilities = nullptr;
  const edm::Operation* operation = nullptr;
  const edm::Property* property = nullptr;
  std::vector<DeclaredMethod> methods;  // HEAD is not said: it is allowed where GET is

  const DeclaredMethod* find(std::string_view method) const;
  bool has_key() const { return path.find("/known") != std::string::npos; }
  // "GET, HEAD, POST, OPTIONS", in the order of the Allow header.
  std::string allow() const;
};

inline constexpr const char* known_key = "known";

std::vector<DeclaredRoute> declared_routes(const edm::Model& model, const odata::Behaviours& behaviours);

// What a client may send to the route, every member of the declared type.
json::Object sample_body(const DeclaredRoute& route, std::string_view method);

}  // namespace vedette::resources
