#include "selection.h"

#include "value_kinds.h"
#include "vedette/base/nearest_name.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;

base::Error bad_select(std::string message) {
  return base::fail(ErrorCode::bad_request, std::move(message)).with_target("$select");
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// One item: a path of properties.
base::Status add_item(Selection& selection, std::string_view item, const edm::StructuredType& type) {
  if (item.find_first_of("()") != item.npos) return bad_select("Options inside of $select are not supported.");
  Selection* at = &selection;
  const edm::StructuredType* owner = &type;
  std::string canonical;
  bool known_whole = false;
  for (const std::string_view name : split_list(item, '/')) {
    if (name.find('.') != name.npos) return bad_select("Type casts in $select are not supported.");
    if (!owner) return bad_select("'" + canonical + "' in $select has no properties.");
    const edm::Property* property = owner->find_property(name);
    if (!property) {
      const edm::NavigationProperty* navigation = owner->find_navigation(name);
      if (owner == &type && navigation && name == item) {
        selection.text += (selection.text.empty() ? "" : ",") + navigation->name;
        return {};
      }
      return bad_select("'" + owner->name + "' has no property '" + std::string(name) + "' to select." +
                        base::suggestion(name, names_of(owner->properties)));
    }
    const auto [member, added] = at->members.try_emplace(property->name);
    if (added) member->second.all = false;
    if (!added && member->second.all) known_whole = true;
    at = &member->second;
    owner = property->type.structured;
    canonical += (canonical.empty() ? "" : "/") + property->name;
  }
  if (known_whole) return {};
  *at = Selection();
  selection.text += (selection.text.empty() ? "" : ",") + canonical;
  return {};
}

}  // namespace

const Selection* Selection::find(std::string_view property) const {
  if (all) return this;
  const auto found = members.find(property);
  return found == members.end() ? nullptr : &found->second;
}

base::Result<Selection> parse_select(std::string_view text, const edm::StructuredType& type) {
  Selection selection;
  if (trimmed(text).empty()) return selection;
  selection.all = false;
  const auto items = split_list(text, ',');
  if (items.size() > select_items_max)
    return base::fail(ErrorCode::limit_exceeded,
                      "$select has more than " + std::to_string(select_items_max) + " items.")
        .with_target("$select");
  for (const std::string_view item : items) {
    if (item == "*") return Selection();
    if (item.empty()) return bad_select("$select has an empty item.");
    TRY(add_item(selection, item, type));
  }
  return selection;
}

std::vector<std::string_view> split_list(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  size_t start = 0;
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\'') quoted = !quoted;
    if (quoted) continue;
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c != separator || depth > 0) continue;
    parts.push_back(trimmed(text.substr(start, i - start)));
    start = i + 1;
  }
  parts.push_back(trimmed(text.substr(start)));
  return parts;
}

}  // namespace vedette::odata
