#include "annotations.h"

#include <string>
#include <string_view>

namespace vedette::edm {
namespace {

using base::ErrorCode;

pugi::xml_node property_value(pugi::xml_node annotation, const char* name) {
  return annotation.child("Record").find_child_by_attribute("PropertyValue", "Property", name);
}

std::vector<std::string> read_paths(pugi::xml_node parent) {
  std::vector<std::string> paths;
  for (const pugi::xml_node path : parent.child("Collection").children("PropertyPath"))
    paths.emplace_back(path.text().get());
  return paths;
}

base::Status read_restriction(pugi::xml_node annotation, const char* flag, std::optional<Permissions>& into) {
  into.reset();
  if (const pugi::xml_node value = property_value(annotation, flag); value && !value.attribute("Bool").as_bool(true))
    return {};
  into = TRY(read_permissions(annotation));
  return {};
}

base::Status read_readable(pugi::xml_node node, Capabilities& into) {
  return read_restriction(node, "Readable", into.read);
}
base::Status read_insertable(pugi::xml_node node, Capabilities& into) {
  return read_restriction(node, "Insertable", into.insert);
}
base::Status read_updatable(pugi::xml_node node, Capabilities& into) {
  return read_restriction(node, "Updatable", into.update);
}
base::Status read_deletable(pugi::xml_node node, Capabilities& into) {
  return read_restriction(node, "Deletable", into.remove);
}

base::Status read_non_filterable(pugi::xml_node node, Capabilities& into) {
  into.non_filterable = read_paths(property_value(node, "NonFilterableProperties"));
  return {};
}

base::Status read_non_sortable(pugi::xml_node node, Capabilities& into) {
  into.non_sortable = read_paths(property_value(node, "NonSortableProperties"));
  return {};
}

base::Status read_updatable_properties(pugi::xml_node node, Capabilities& into) {
  into.updatable = read_paths(node);
  return {};
}

base::Status read_page_size(pugi::xml_node node, Capabilities& into) {
  into.page.normal = property_value(node, "Default").attribute("Int").as_llong();
  into.page.max = property_value(node, "Max").attribute("Int").as_llong();
  if (into.page.normal < 1 || into.page.max < into.page.normal)
    return base::fail(ErrorCode::corrupt_data, "PageSize needs 1 <= Default <= Max");
  return {};
}

base::Status read_text(pugi::xml_node node, std::string& into) {
  into = node.attribute("String").value();
  if (into.empty()) return base::fail(ErrorCode::corrupt_data, "the annotation needs a String");
  return {};
}

base::Status read_default_order(pugi::xml_node node, Capabilities& into) { return read_text(node, into.default_order); }
base::Status read_collection(pugi::xml_node node, Capabilities& into) { return read_text(node, into.collection); }
base::Status read_foreign_key(pugi::xml_node node, Capabilities& into) { return read_text(node, into.foreign_key); }

base::Status read_deposit(pugi::xml_node node, Capabilities& into) {
  Deposit deposit;
  deposit.permissions = TRY(read_permissions(node));
  deposit.returns = property_value(node, "Returns").attribute("String").value();
  into.deposit = std::move(deposit);
  return {};
}

struct TermReader {
  std::string_view term;
  base::Status (*read)(pugi::xml_node, Capabilities&);
};

constexpr TermReader term_readers[] = {
    {"Org.OData.Capabilities.V1.ReadRestrictions", read_readable},
    {"Org.OData.Capabilities.V1.InsertRestrictions", read_insertable},
    {"Org.OData.Capabilities.V1.UpdateRestrictions", read_updatable},
    {"Org.OData.Capabilities.V1.DeleteRestrictions", read_deletable},
    {"Org.OData.Capabilities.V1.FilterRestrictions", read_non_filterable},
    {"Org.OData.Capabilities.V1.SortRestrictions", read_non_sortable},
    {"Vedette.V1.UpdatableProperties", read_updatable_properties},
    {"Vedette.V1.PageSize", read_page_size},
    {"Vedette.V1.DefaultOrder", read_default_order},
    {"Vedette.V1.Collection", read_collection},
    {"Vedette.V1.ForeignKey", read_foreign_key},
    {"Vedette.V1.Deposit", read_deposit},
};

}  // namespace

base::Status read_annotation(pugi::xml_node annotation, Capabilities& into) {
  const std::string_view term = annotation.attribute("Term").value();
  for (const TermReader& reader : term_readers)
    if (reader.term == term) return reader.read(annotation, into);
  return base::fail(ErrorCode::corrupt_data, "the term '" + std::string(term) + "' is unknown");
}

base::Result<Permissions> read_permissions(pugi::xml_node annotation) {
  Permissions permissions;
  for (const pugi::xml_node record : property_value(annotation, "Permissions").child("Collection").children("Record")) {
    const pugi::xml_node scheme = record.find_child_by_attribute("PropertyValue", "Property", "SchemeName");
    const std::string_view name = scheme.attribute("String").value();
    if (name != "Application" && name != "DelegatedWork")
      return base::fail(ErrorCode::corrupt_data, "the permission scheme '" + std::string(name) + "' is unknown");
    auto& scopes = name == "Application" ? permissions.application : permissions.delegated;
    const pugi::xml_node list = record.find_child_by_attribute("PropertyValue", "Property", "Scopes");
    for (const pugi::xml_node scope : list.child("Collection").children("Record"))
      scopes.emplace_back(scope.child("PropertyValue").attribute("String").value());
  }
  if (permissions.application.empty() && permissions.delegated.empty())
    return base::fail(ErrorCode::corrupt_data, "Permissions are missing");
  return permissions;
}

}  // namespace vedette::edm
