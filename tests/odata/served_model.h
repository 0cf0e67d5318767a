// The model as a client knows it: what `$metadata?$format=json` says, read without any of the server's own code.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/json/value.h"

namespace vedette::odata {

struct ServedStructure;
struct ServedEnum {
  bool flags = false;
  std::vector<std::string> members;
  bool has(std::string_view member) const;
};

// A primitive type by its name ("Edm.Int32"), unless one of the pointers is set.
struct ServedType {
  std::string name;
  const ServedStructure* structure = nullptr;
  const ServedEnum* enumeration = nullptr;
  bool collection = false;
  bool nullable = false;
};

struct ServedMember {
  std::string name;
  ServedType type;
  bool navigation = false;
};

struct ServedStructure {
  std::string name;
  const ServedStructure* base = nullptr;
  bool abstract = false, open = false, entity = false;
  std::vector<ServedMember> members;  // its own

  const ServedMember* find(std::string_view member) const;              // inherited ones too
  const ServedMember* find_in_any_case(std::string_view member) const;  // the same
  std::vector<const ServedMember*> all() const;
  bool is_a(const ServedStructure& other) const;
};

// What a URL or a context leads to.
struct ServedPlace {
  ServedType type;                       // of the value there; of a collection of entities: with `collection`
  std::optional<std::string> selection;  // "id,alerts(title)" of a context
  bool entity_of_collection = false;     // "/$entity"
  bool delta = false;                    // "/$delta"
};

class ServedModel {
 public:
  static base::Result<ServedModel> read(std::string_view csdl_json);

  const ServedStructure* find_structure(std::string_view name) const;
  // What stands behind '#' in "@odata.context". An error says which segment is declared nowhere.
  base::Result<ServedPlace> resolve_context(std::string_view fragment) const;
  // The path of a URL below the root, keys as segments or in parentheses. Nothing where it does not lead to a value.
  std::optional<ServedPlace> resolve_path(std::string_view path) const;

 private:
  struct Operation {
    std::string name, full_name, binding;
    bool binding_collection = false;
    std::optional<ServedType> returns;
  };
  void declare(const json::Value& document);
  void define(const std::string& name_space, const json::Object& schema);
  void define_structure(ServedStructure& structure, const json::Object& declared);
  void define_operations(const std::string& full_name, const std::string& name, const json::Array& overloads);
  void define_container(const json::Object& declared);
  ServedType type_of(const json::Object& member) const;
  std::string resolve_alias(std::string_view name) const;
  ServedType named_type(std::string_view name) const;
  const Operation* find_operation(std::string_view name, const ServedType& binding) const;
  base::Status step(ServedPlace& place, bool& at_root, const std::string& segment) const;

  std::map<std::string, ServedStructure, std::less<>> structures_;
  std::map<std::string, ServedEnum, std::less<>> enumerations_;
  std::map<std::string, std::string, std::less<>> aliases_;
  std::vector<ServedMember> roots_;  // of the container
  std::vector<Operation> operations_;
};

// Whether two names are one: the API reads them in any case.
bool same_name(std::string_view a, std::string_view b);

}  // namespace vedette::odata
