// Documents as they go over the wire: the members of the model in the order of the declarations, absent ones as null or
// [], and what the root or the client does not know left out.
#pragma once

#include <string>

#include "selection.h"
#include "vedette/edm/model.h"
#include "vedette/json/value.h"

namespace vedette::odata {

class Shaper {
 public:
  struct Options {
    bool annotations = true;       // "@odata.type"
    bool unknown_members = false;  // members of enumerations that came later, instead of unknownFutureValue
    bool change_times = false;     // "@vedette.changes" of entities
  };

  Shaper(const edm::Model& model, Options options) : model_(model), options_(options) {}

  // The members of a structured value without its braces, each with a comma in front unless `out` ends in '{' or ','.
  // `declared` is what clients expect there; "@odata.type" tells of another type.
  enum class Members : uint8_t { all, present };
  void append_members(std::string& out, const json::Object& object, const edm::StructuredType& declared,
                      const Selection& selection, Members members = Members::all) const;
  void append_value(std::string& out, const json::Value* value, const edm::TypeRef& type,
                    const Selection& selection) const;

 private:
  const edm::StructuredType& type_of(const json::Object& object, const edm::StructuredType& declared) const;
  void append_references(std::string& out, const json::Object& object, const edm::StructuredType& type,
                         const Selection& selection) const;
  void append_item(std::string& out, const json::Value& value, const edm::TypeRef& type,
                   const Selection& selection) const;
  void append_enumeration(std::string& out, std::string_view text, const edm::EnumType& type) const;
  std::string_view shown_member(std::string_view name, const edm::EnumType& type) const;

  const edm::Model& model_;
  const Options options_;
};

}  // namespace vedette::odata
