// The model of one service root (v1.0, beta, vedette), loaded from CSDL documents.
//
// The documents of all roots are one set (schema/model); the term Vedette.V1.Roots says what a root has. What it has
// not is dropped while loading, so that nothing above this module knows of versions.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/embedded.h"
#include "vedette/base/result.h"
#include "vedette/edm/type.h"

namespace vedette::edm {

struct Parameter {
  std::string name;
  TypeRef type;
};

struct Operation {
  std::string name;       // "runHuntingQuery"
  std::string full_name;  // "microsoft.graph.security.runHuntingQuery"
  bool is_function = false;
  TypeRef binding;  // what it is bound to
  std::vector<Parameter> parameters;
  std::optional<TypeRef> returns;
  int status = 204;  // of an answer without a value
  Permissions permissions;
};

enum class ResourceKind : uint8_t { singleton, entity_set };

// A child of the entity container.
struct Resource {
  std::string name;
  ResourceKind kind = ResourceKind::singleton;
  const StructuredType* type = nullptr;
  Capabilities capabilities;
};

class Model {
 public:
  // Errors name the file, the line and the element.
  static base::Result<std::unique_ptr<const Model>> load(std::span<const base::EmbeddedFile> files,
                                                         std::string_view root);

  const std::string& root() const { return root_; }
  // By full name, in the case of the declaration.
  const StructuredType* find_structured(std::string_view name) const;
  const EnumType* find_enumeration(std::string_view name) const;
  // By name in any case.
  const Resource* find_resource(std::string_view name) const;
  // An operation bound to `type` or to one of its bases, by its short or its full name in any case.
  const Operation* find_operation(std::string_view name, const StructuredType& type, bool collection) const;

  std::span<const Resource> resources() const { return resources_; }
  std::span<const std::unique_ptr<Operation>> operations() const { return operations_; }
  // The whole model as one CSDL document: the answer to $metadata.
  const std::string& metadata() const { return metadata_; }
  // The same in CSDL JSON, written at the first call.
  const std::string& metadata_json() const;

 private:
  friend class Loader;
  Model() = default;

  std::string root_;
  std::map<std::string, std::unique_ptr<StructuredType>, std::less<>> structured_;
  std::map<std::string, std::unique_ptr<EnumType>, std::less<>> enumerations_;
  std::vector<std::unique_ptr<Operation>> operations_;
  std::vector<Resource> resources_;
  std::string container_;  // its full name
  std::string metadata_;
  mutable std::once_flag metadata_json_once_;
  mutable std::string metadata_json_;
};

// The documents of schema/model, compiled into the program.
std::span<const base::EmbeddedFile> embedded_model();

}  // namespace vedette::edm
