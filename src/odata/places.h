// Every place that a model declares, once: entity sets, singletons, each navigation property of each type that can be
// reached, operations, and the properties that take items. For documents about the API; requests are routed by route.h.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "vedette/edm/model.h"
#include "vedette/odata/behaviour.h"

namespace vedette::odata {

enum class PlaceKind : uint8_t { collection, entity, property, operation };

struct PlaceMethod {
  std::string name;  // "GET"
  const edm::Permissions* permissions = nullptr;
  bool done = true;  // false: it answers 501 still
};

struct PlaceOfModel {
  PlaceKind kind = PlaceKind::entity;
  std::string path;               // "/security/alerts_v2/{alert-id}/comments"
  std::vector<std::string> keys;  // "alert-id"
  const edm::StructuredType* type = nullptr;
  const edm::Capabilities* capabilities = nullptr;
  const edm::Operation* operation = nullptr;
  const edm::Property* property = nullptr;
  std::vector<PlaceMethod> methods;  // never none
};

std::vector<PlaceOfModel> places_of(const edm::Model& model, const Behaviours& behaviours);

}  // namespace vedette::odata
