// A JSON value against a declared type.
#pragma once

#include <string>
#include <string_view>

#include "served_model.h"

namespace vedette::odata {

// Collects what does not fit; the first few are enough to see.
struct Misfits {
  std::string text;
  void add(const std::string& path, const std::string& what);
};

enum class Annotations : uint8_t { minimal, none };  // odata.metadata
enum class Frame : uint8_t { none, answer };         // an answer itself has "@odata.context", and all its properties

// An item of a context's selection: "title", "alerts(title)", "comments/comment".
struct Selected {
  std::string name;
  std::optional<std::string> inside;
};
std::vector<Selected> read_selection(std::string_view text);

class ValueCheck {
 public:
  ValueCheck(const ServedModel& model, Annotations annotations, Misfits& misfits)
      : model_(model), annotations_(annotations), misfits_(misfits) {}

  void check(const json::Value& value, const ServedType& type, const std::string& path) const;
  // `selection`: what the context says; then only its properties are there, and what it renames ($apply) too.
  void check_object(const json::Object& object, const ServedStructure& declared,
                    const std::optional<std::string>& selection, const std::string& path, Frame frame) const;

 private:
  const ServedStructure* actual_type(const json::Object& object, const ServedStructure& declared,
                                     const std::string& path) const;
  void check_annotation(std::string_view name, const json::Value& value, const ServedStructure& type,
                        const std::string& path, Frame frame) const;
  void check_member(const json::Value& value, const ServedMember& member, const std::string& path) const;
  void check_expanded(const json::Value& value, const ServedMember& member, const std::optional<std::string>& selection,
                      const std::string& path) const;
  void check_item(const json::Value& value, const ServedType& type, const std::string& path) const;
  void check_enumeration(const json::Value& value, const ServedType& type, const std::string& path) const;

  const ServedModel& model_;
  const Annotations annotations_;
  Misfits& misfits_;
};

}  // namespace vedette::odata
