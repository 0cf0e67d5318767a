#include "annotations.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "permissions.h"

namespace vedette::edm {
namespace {

using base::ErrorCode;

pugi::xml_node property_value(pugi::xml_node annotation, const char* name) {
  return annotation.child("Record").find_child_by_attribute("PropertyValue", "Property", name);
}

// In the order of Stamp.
constexpr std::string_view stamp_names[] = {"none",     "created", "modified",   "creator",
                                            "modifier", "tenant",  "application"};

// A collection of PropertyPath, or their names in a String.
std::vector<std::string> read_paths(pugi::xml_node parent) {
  std::vector<std::string> paths;
  const std::string_view names = parent.attribute("String").value();
  for (size_t at = 0; at < names.size();) {
    const size_t end = std::min(names.find(' ', at), names.size());
    if (end > at) paths.emplace_back(names.substr(at, end - at));
    at = end + 1;
  }
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

// The names that are listed.
template <auto member>
base::Status read_names(pugi::xml_node node, Capabilities& into) {
  into.*member = read_paths(node);
  return {};
}
base::Status read_non_filterable(pugi::xml_node node, Capabilities& into) {
  return read_names<&Capabilities::non_filterable>(property_value(node, "NonFilterableProperties"), into);
}
base::Status read_non_sortable(pugi::xml_node node, Capabilities& into) {
  return read_names<&Capabilities::non_sortable>(property_value(node, "NonSortableProperties"), into);
}

template <bool Capabilities::*member>
base::Status read_flag(pugi::xml_node node, Capabilities& into) {
  into.*member = node.attribute("Bool").as_bool(true);
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
    {"Vedette.V1.Read", read_readable},
    {"Vedette.V1.Insert", read_insertable},
    {"Vedette.V1.Update", read_updatable},
    {"Vedette.V1.Delete", read_deletable},
    {"Vedette.V1.UpdatableProperties", read_names<&Capabilities::updatable>},
    {"Vedette.V1.RequiredProperties", read_names<&Capabilities::required>},
    {"Vedette.V1.IndexedProperties", read_names<&Capabilities::indexed>},
    {"Vedette.V1.IdentifyingProperties", read_names<&Capabilities::identifying>},
    {"Vedette.V1.OwnedByApplication", read_flag<&Capabilities::owned>},
    {"Vedette.V1.NotYet", read_names<&Capabilities::not_yet>},
    {"Vedette.V1.QuietUpdate", read_flag<&Capabilities::quiet_update>},
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

base::Status read_annotation(pugi::xml_node annotation, Property& into) {
  const std::string_view term = annotation.attribute("Term").value();
  const bool flag = annotation.attribute("Bool").as_bool(true);
  if (term == "Org.OData.Core.V1.Computed") {
    into.computed = flag;
  } else if (term == "Org.OData.Core.V1.Immutable") {
    into.immutable = flag;
  } else if (term == "Vedette.V1.Read") {
    into.read = TRY(read_permissions(annotation));
  } else if (term == "Vedette.V1.Stamp") {
    const std::string_view name = annotation.attribute("String").value();
    const auto* found = std::find(std::begin(stamp_names), std::end(stamp_names), name);
    if (found == std::end(stamp_names) || name == stamp_names[0])
      return base::fail(ErrorCode::corrupt_data, "the stamp '" + std::string(name) + "' is unknown");
    into.stamp = static_cast<Stamp>(found - std::begin(stamp_names));
    into.computed = true;
  } else {
    return base::fail(ErrorCode::corrupt_data, "the term '" + std::string(term) + "' is unknown");
  }
  return {};
}

}  // namespace vedette::edm
