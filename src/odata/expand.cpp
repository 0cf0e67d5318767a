// $expand: related entities within an answer, each collection with options of its own (OData 4.01 part 2, 5.1.3).
#include <algorithm>

#include "query.h"
#include "vedette/base/nearest_name.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::Result;

Result<QueryOptions> nested_options(std::string_view text, const std::string& name) {
  QueryOptions options;
  for (const std::string_view part : split_list(text, ';')) {
    if (part.empty()) continue;
    const size_t equals = std::min(part.find('='), part.size());
    QueryOption option;
    option.name = part.substr(0, equals);
    option.key = option.name.starts_with('$') ? option.name.substr(1) : option.name;
    for (char& c : option.key) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (equals < part.size()) option.value = part.substr(equals + 1);
    static constexpr std::string_view known[] = {"filter", "select", "orderby", "top", "skip", "count", "expand"};
    if (std::find(std::begin(known), std::end(known), option.key) == std::end(known))
      return bad_option("expand", "The option '" + option.name + "' of the expanded '" + name + "' is not supported.");
    TRY(options.add(std::move(option)));
  }
  return options;
}

// Stored on its own, or within the document of the entity that contains it.
bool is_expandable(const edm::NavigationProperty& navigation) {
  const edm::Capabilities& capabilities = navigation.capabilities;
  if (capabilities.collection.empty()) return navigation.contains_target && !capabilities.read;
  return capabilities.read && (navigation.collection || capabilities.foreign_key.empty());
}

Result<Expansion> bind_expansion(std::string_view item, const Source& source, base::DateTime now, size_t depth) {
  const size_t open = std::min(item.find('('), item.size());
  const std::string name(item.substr(0, open));
  const edm::NavigationProperty* navigation = source.type.find_navigation(name);
  if (!navigation) {
    std::vector<std::string_view> known;
    for (const edm::StructuredType* type = &source.type; type; type = type->base)
      for (const auto& candidate : type->navigation) known.push_back(candidate.name);
    return bad_option("expand", "'" + source.type.name + "' has no navigation property '" + name + "' to expand." +
                                    base::suggestion(name, known));
  }
  if (!is_expandable(*navigation))
    return bad_option("expand", "Expanding '" + navigation->name + "' is not supported.");
  if (open < item.size() && !item.ends_with(')')) return bad_option("expand", "$expand lacks a closing parenthesis.");
  Expansion expansion;
  expansion.navigation = navigation;
  if (open < item.size())
    expansion.options = TRY(nested_options(item.substr(open + 1, item.size() - open - 2), navigation->name));
  const bool stored = !navigation->capabilities.collection.empty();
  for (const QueryOption& option : expansion.options.all)  // of what is no stored collection, these would do nothing
    if (option.key != "select" && (!stored || (!navigation->collection && option.key != "expand")))
      return bad_option(
          "expand", "The option '" + option.name + "' of the expanded '" + navigation->name + "' is not supported.");
  const Source target{source.model, *navigation->target, navigation->capabilities};
  BoundQuery query = TRY(bind_collection(expansion.options, target, now, depth + 1));
  const int64_t most = navigation->capabilities.page.max;
  if (!expansion.options.find("top")) query.store.top = most;
  expansion.limited = query.store.top < most;  // a greater $top goes on by a link
  expansion.query = std::make_shared<const BoundQuery>(std::move(query));
  return expansion;
}

}  // namespace

base::Status bind_expand(BoundQuery& query, const QueryOptions& options, const Source& source, size_t depth) {
  const std::string* text = options.find("expand");
  if (!text || text->find_first_not_of(' ') == std::string::npos) return {};
  if (depth >= expand_depth_max)
    return base::fail(ErrorCode::limit_exceeded,
                      "$expand is nested deeper than " + std::to_string(expand_depth_max) + " levels.")
        .with_target("$expand");
  const auto items = split_list(*text, ',');
  if (items.size() > expand_items_max)
    return base::fail(ErrorCode::limit_exceeded,
                      "$expand has more than " + std::to_string(expand_items_max) + " items.")
        .with_target("$expand");
  for (const std::string_view item : items) {
    Expansion expansion = TRY(bind_expansion(item, source, query.store.now, depth));
    for (const Expansion& other : query.expansions)
      if (other.navigation == expansion.navigation)
        return bad_option("expand", "'" + expansion.navigation->name + "' is expanded twice.");
    query.expansions.push_back(std::move(expansion));
  }
  return {};
}

}  // namespace vedette::odata
