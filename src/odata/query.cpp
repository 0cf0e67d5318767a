#include "query.h"

#include <algorithm>
#include <charconv>

#include "filter_binding.h"
#include "search.h"
#include "value_kinds.h"
#include "vedette/base/base64.h"
#include "vedette/base/nearest_name.h"
#include "vedette/odata/behaviour.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::Result;

store::Expression combined(store::Operator op, store::Expression left, store::Expression right) {
  store::Expression both;
  both.op = op;
  both.kind = store::ValueKind::boolean;
  both.operands = {std::move(left), std::move(right)};
  return both;
}

Result<int64_t> whole_number(std::string_view option, const std::string& text) {
  int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (text.empty() || read.ptr != end || read.ec != std::errc() || value < 0)
    return bad_option(option, "The value of $" + std::string(option) + " is no whole number.");
  return value;
}

base::Status bind_page(store::Query& query, const QueryOptions& options, const Source& source) {
  query.top = source.capabilities.page.normal;
  if (const std::string* top = options.find("top"))
    query.top = std::min(TRY(whole_number("top", *top)), source.capabilities.page.max);
  if (const std::string* skip = options.find("skip")) query.skip = TRY(whole_number("skip", *skip));
  if (const std::string* count = options.find("count")) {
    if (!edm::equal_names(*count, "true") && !edm::equal_names(*count, "false"))
      return bad_option("count", "The value of $count is true or false.");
    query.count = edm::equal_names(*count, "true");
  }
  return {};
}

// The token holds the ticks of now() and the store's cursor.
base::Status bind_token(store::Query& query, const QueryOptions& options) {
  const std::string* token = options.find("skiptoken");
  if (!token) return {};
  if (query.skip > 0) return bad_option("skip", "$skip cannot be combined with $skiptoken.");
  const auto bytes = base::decode_base64url(*token);
  const size_t colon = bytes ? bytes->find(':') : std::string::npos;
  int64_t ticks = -1;
  if (colon != std::string::npos) std::from_chars(bytes->data(), bytes->data() + colon, ticks);
  if (ticks < base::min_date_time.ticks || ticks > base::max_date_time.ticks || colon + 1 == bytes->size())
    return bad_option("skiptoken", "The $skiptoken is not one of this service.");
  query.now = {ticks};
  query.after = bytes->substr(colon + 1);
  return {};
}

// Enumerations are ordered by their numbers (OData 4.01 part 1, 11.2.6.2); the store has their names.
std::vector<std::string> members_by_value(const edm::EnumType& type) {
  std::vector<edm::EnumMember> members = type.members;
  std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.value < b.value; });
  std::vector<std::string> names;
  for (edm::EnumMember& member : members) names.push_back(std::move(member.name));
  return names;
}

Result<store::OrderBy> bind_order_item(std::string_view item, const Source& source) {
  const size_t blank = item.find(' ');
  const std::string_view path = item.substr(0, blank);
  std::string_view direction = blank == item.npos ? std::string_view("asc") : item.substr(blank);
  while (direction.starts_with(' ')) direction.remove_prefix(1);
  store::OrderBy order;
  if (edm::equal_names(direction, "desc")) {
    order.direction = store::Direction::descending;
  } else if (!edm::equal_names(direction, "asc")) {
    return bad_option("orderby", "Expected asc or desc, found '" + std::string(direction) + "' in $orderby.");
  }
  edm::TypeRef type;
  type.structured = &source.type;
  for (const std::string_view name : split_list(path, '/')) {
    const edm::StructuredType* owner = type.collection ? nullptr : type.structured;
    const edm::Property* property = owner ? owner->find_property(name) : nullptr;
    if (!property)
      return bad_option("orderby", "'" + std::string(name) + "' in $orderby is no property." +
                                       (owner ? base::suggestion(name, names_of(owner->properties)) : std::string()));
    if (order.path.empty() && !source.capabilities.is_sortable(property->name))
      return bad_option("orderby", "Ordering by '" + property->name + "' is not supported.");
    order.path.push_back(property->name);
    type = property->type;
  }
  if (type.collection || type.structured || (type.enumeration && type.enumeration->flags))
    return bad_option("orderby", "Ordering by '" + std::string(path) + "' is not supported: it is " +
                                     (type.collection   ? "a collection."
                                      : type.structured ? "a complex value."
                                                        : "a set of flags."));
  order.kind = value_kind(type);
  if (type.enumeration) order.ranking = members_by_value(*type.enumeration);
  return order;
}

base::Status bind_order(store::Query& query, const QueryOptions& options, const Source& source) {
  const std::string* given = options.find("orderby");
  const std::string& text = given && !given->empty() ? *given : source.capabilities.default_order;
  if (text.empty()) return {};
  const auto items = split_list(text, ',');
  if (items.size() > orderby_items_max)
    return base::fail(ErrorCode::limit_exceeded,
                      "$orderby has more than " + std::to_string(orderby_items_max) + " items.")
        .with_target("$orderby");
  for (const std::string_view item : items) query.order.push_back(TRY(bind_order_item(item, source)));
  return {};
}

base::Status bind_filter_option(store::Query& query, const QueryOptions& options, const Source& source) {
  const std::string* text = options.find("filter");
  if (!text || text->find_first_not_of(' ') == std::string::npos) return {};
  auto parsed = parse_filter(*text);
  if (!parsed) return base::Error(std::move(parsed).error()).with_target("$filter");
  const FilterScope scope{source.model, source.type, source.capabilities, query.now};
  query.filter = std::make_shared<const store::Expression>(TRY(bind_filter(*parsed, *text, scope)));
  return {};
}

// Combined with the filter: both hold.
base::Status bind_search_option(store::Query& query, const QueryOptions& options, const Source& source) {
  const std::string* text = options.find("search");
  if (!text || text->find_first_not_of(' ') == std::string::npos) return {};
  store::Expression search = TRY(bind_search(*text, source.type));
  if (query.filter) search = combined(store::Operator::and_, std::move(search), *query.filter);
  query.filter = std::make_shared<const store::Expression>(std::move(search));
  return {};
}

base::Status bind_select(BoundQuery& query, const QueryOptions& options, const Source& source) {
  if (const std::string* text = options.find("select")) query.selection = TRY(parse_select(*text, source.type));
  return {};
}

}  // namespace

base::Error bad_option(std::string_view option, std::string message) {
  return base::fail(ErrorCode::bad_request, std::move(message)).with_target("$" + std::string(option));
}

Result<BoundQuery> bind_collection(const QueryOptions& options, const Source& source, base::DateTime now,
                                   size_t depth) {
  BoundQuery query;
  query.store.collection = source.capabilities.collection;
  query.store.now = now;
  TRY(bind_page(query.store, options, source));
  TRY(bind_token(query.store, options));
  TRY(bind_order(query.store, options, source));
  TRY(bind_filter_option(query.store, options, source));
  TRY(bind_search_option(query.store, options, source));
  TRY(bind_select(query, options, source));
  TRY(bind_expand(query, options, source, depth));
  return query;
}

Result<BoundQuery> bind_entity(const QueryOptions& options, const Source& source, base::DateTime now) {
  TRY(refuse_others(options, {"select", "expand", "format"}));
  BoundQuery query;
  query.store.now = now;
  TRY(bind_select(query, options, source));
  TRY(bind_expand(query, options, source, 0));
  return query;
}

Result<BoundQuery> bind_count(const QueryOptions& options, const Source& source, base::DateTime now) {
  TRY(refuse_others(options, {"filter", "search", "format"}));
  BoundQuery query;
  query.store.collection = source.capabilities.collection;
  query.store.now = now;
  query.store.top = 0;
  query.store.count = true;
  TRY(bind_filter_option(query.store, options, source));
  TRY(bind_search_option(query.store, options, source));
  return query;
}

base::Status refuse_others(const QueryOptions& options, std::initializer_list<std::string_view> allowed) {
  for (const QueryOption& option : options.all)
    if (!option.key.empty() && std::find(allowed.begin(), allowed.end(), option.key) == allowed.end())
      return bad_option(option.key, "The query option '" + option.name + "' does not apply here.");
  return {};
}

std::string skip_token(const std::string& next, base::DateTime now) {
  return base::encode_base64url(std::to_string(now.ticks) + ":" + next);
}

namespace {

store::Expression equals(std::string_view path, const std::string& value) {
  store::Expression key, literal;
  key.op = store::Operator::property;
  for (const std::string_view name : split_list(path, '/')) key.path.emplace_back(name);
  literal.value = value;
  return combined(store::Operator::eq, std::move(key), std::move(literal));
}

}  // namespace

std::shared_ptr<const store::Expression> with_key(std::shared_ptr<const store::Expression> filter,
                                                  const std::string& property, const std::string& value) {
  const auto paths = split_list(property, ' ');
  store::Expression key = equals(paths[0], value);
  for (size_t i = 1; i < paths.size(); ++i)
    key = combined(store::Operator::or_, std::move(key), equals(paths[i], value));
  if (filter) key = combined(store::Operator::and_, std::move(key), *filter);
  return std::make_shared<const store::Expression>(std::move(key));
}

std::shared_ptr<const store::Expression> with_owner(std::shared_ptr<const store::Expression> filter,
                                                    const std::string& application) {
  store::Expression owner =
      combined(store::Operator::or_, equals(owner_member, application), equals(owner_member, every_application));
  if (filter) owner = combined(store::Operator::and_, std::move(owner), *filter);
  return std::make_shared<const store::Expression>(std::move(owner));
}

}  // namespace vedette::odata
