// Loading in four passes over the documents of a set:
//   read    parse, drop what the root has not, note the aliases of namespaces
//   declare every type by name, so that definitions may refer to each other in any order
//   define  the contents of types, operations and containers
//   annotate targets, which must exist by then
#pragma once

#include <deque>
#include <pugixml.hpp>

#include "vedette/edm/model.h"

namespace vedette::edm {

class Loader {
 public:
  explicit Loader(std::string_view root);
  base::Result<std::unique_ptr<const Model>> load(std::span<const base::EmbeddedFile> files);

 private:
  struct Document {
    std::string_view path;
    std::string_view bytes;
    pugi::xml_document xml;
  };
  struct Schema {
    const Document* document;
    pugi::xml_node node;
    std::string name_space;
  };
  // A structured type on its way: its base must be complete first.
  struct Draft {
    StructuredType* type = nullptr;
    const Schema* schema = nullptr;
    pugi::xml_node node;
    enum { waiting, in_progress, done } state = waiting;
  };

  base::Status read(Document& document);
  base::Status declare(const Schema& schema);
  base::Status define_enumeration(const Schema& schema, pugi::xml_node node, EnumType& type);
  base::Status define_structured(Draft& draft);
  base::Status define_member(const Draft& draft, pugi::xml_node node);
  base::Status define_key(const Draft& draft, pugi::xml_node node);
  base::Status define_operation(const Schema& schema, pugi::xml_node node);
  base::Status define_container(const Schema& schema, pugi::xml_node node);
  base::Status annotate(const Schema& schema, pugi::xml_node annotations);
  base::Status annotate_children(const Schema& schema, pugi::xml_node node, Capabilities& into);
  void drop_other_roots(pugi::xml_node node) const;
  bool in_root(pugi::xml_node node, const char* roots_otherwise) const;
  Capabilities* find_target(const Schema& schema, std::string_view target);
  void collect_derived();
  void write_metadata();

  std::string resolve(std::string_view name) const;  // the full name of one that starts with an alias
  base::Result<TypeRef> type_of(const Schema& schema, pugi::xml_node node, const char* attribute) const;
  base::Error error(const Document& document, pugi::xml_node node, const std::string& message) const;

  std::unique_ptr<Model> model_;
  std::deque<Document> documents_;
  std::deque<Schema> schemas_;
  std::map<std::string, std::string, std::less<>> aliases_;
  std::map<std::string, Draft, std::less<>> drafts_;
};

}  // namespace vedette::edm
