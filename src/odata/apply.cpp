#include "apply.h"

#include <algorithm>
#include <map>
#include <set>

#include "apply_syntax.h"
#include "entities.h"
#include "filter_binding.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::Result;

constexpr int64_t read_page = 1000;

const json::Value* value_at(const json::Object& document, const std::vector<std::string>& path) {
  const json::Value* value = document.if_contains(path[0]);
  for (size_t i = 1; i < path.size() && value; ++i) value = json::find(*value, path[i]);
  return value && value->is_null() ? nullptr : value;
}

// Of two values of one type.
bool less(const json::Value& a, const json::Value& b) {
  if (a.is_number() && b.is_number()) {
    if (a.if_int64() && b.if_int64()) return *a.if_int64() < *b.if_int64();
    return a.to_number<double>() < b.to_number<double>();
  }
  if (a.is_string() && b.is_string()) {
    const auto x = base::parse_iso_date_time(std::string_view(a.get_string()));
    const auto y = base::parse_iso_date_time(std::string_view(b.get_string()));
    return x && y ? *x < *y : a.get_string() < b.get_string();
  }
  return a.is_bool() && b.is_bool() && a.get_bool() < b.get_bool();
}

// What is kept of one aggregate of one group.
struct Accumulator {
  int64_t count = 0;  // of values; for $count of entities
  int64_t whole = 0;
  double real = 0;
  bool exact = true;  // whole numbers alone, without overflow
  json::Value extreme;
  std::set<std::string> distinct;

  void add(const json::Value& value, Aggregation method) {
    ++count;
    if (method == Aggregation::count_distinct) distinct.insert(json::to_text(value));
    if (method == Aggregation::min && (count == 1 || less(value, extreme))) extreme = value;
    if (method == Aggregation::max && (count == 1 || less(extreme, value))) extreme = value;
    if ((method != Aggregation::sum && method != Aggregation::average) || !value.is_number()) return;
    real += value.to_number<double>();
    exact = exact && value.if_int64() && !__builtin_add_overflow(whole, *value.if_int64(), &whole);
  }

  json::Value result(Aggregation method) const {
    switch (method) {
      case Aggregation::count:
        return json::Value(count);
      case Aggregation::count_distinct:
        return json::Value(static_cast<int64_t>(distinct.size()));
      case Aggregation::min:
      case Aggregation::max:
        return extreme;
      case Aggregation::sum:
        if (count == 0) return {};
        return exact ? json::Value(whole) : json::Value(real);
      case Aggregation::average:
        return count == 0 ? json::Value() : json::Value(real / static_cast<double>(count));
    }
    return {};
  }
};

struct Group {
  std::vector<json::Value> keys;
  std::vector<Accumulator> accumulators;
};

class Groups {
 public:
  explicit Groups(const Apply& apply) : apply_(apply) {
    if (apply.groups.empty()) groups_[""].accumulators.resize(apply.aggregates.size());
  }

  base::Status add(const json::Object& document) {
    std::vector<json::Value> keys;
    std::string name;
    for (const GroupPath& path : apply_.groups) {
      const json::Value* value = value_at(document, path.path);
      keys.push_back(value ? *value : json::Value());
      name += json::to_text(keys.back()) + '\n';
    }
    const auto [at, added] = groups_.try_emplace(std::move(name));
    if (added) at->second = {std::move(keys), std::vector<Accumulator>(apply_.aggregates.size())};
    if (groups_.size() > apply_groups_max)
      return base::fail(ErrorCode::limit_exceeded,
                        "$apply makes more than " + std::to_string(apply_groups_max) + " groups.")
          .with_target("$apply");
    for (size_t i = 0; i < apply_.aggregates.size(); ++i) {
      const Aggregate& aggregate = apply_.aggregates[i];
      const bool all = aggregate.method == Aggregation::count;
      const json::Value* value = all ? nullptr : value_at(document, aggregate.of.path);
      if (all || value) at->second.accumulators[i].add(all ? json::Value() : *value, aggregate.method);
    }
    return {};
  }

  std::vector<const Group*> rows() const {
    std::vector<const Group*> rows;
    for (const auto& [name, group] : groups_) rows.push_back(&group);
    return rows;
  }

 private:
  const Apply& apply_;
  std::map<std::string, Group> groups_;
};

Result<store::Query> bind_query(const Call& call, const Apply& apply) {
  store::Query query;
  query.collection = call.route.capabilities->collection;
  query.now = call.now;
  query.top = read_page;
  for (const std::string& text : apply.filters) {
    QueryOptions options;
    TRY(options.add({"$filter", text, "filter"}));
    const BoundQuery bound = TRY(bind_count(options, source_of(call.route), call.now));
    if (!query.filter) {
      query.filter = bound.store.filter;
      continue;
    }
    store::Expression both;
    both.op = store::Operator::and_;
    both.kind = store::ValueKind::boolean;
    both.operands = {*query.filter, *bound.store.filter};
    query.filter = std::make_shared<const store::Expression>(std::move(both));
  }
  TRY(restrict_to_route(query, call));
  return query;
}

json::Value value_of(const Group& group, size_t column, const Apply& apply) {
  if (column < apply.groups.size()) return group.keys[column];
  column -= apply.groups.size();
  return group.accumulators[column].result(apply.aggregates[column].method);
}

Result<size_t> find_column(std::string_view name, const Apply& apply) {
  for (size_t i = 0; i < apply.groups.size(); ++i)
    if (edm::equal_names(apply.groups[i].text, name)) return i;
  for (size_t i = 0; i < apply.aggregates.size(); ++i)
    if (apply.aggregates[i].alias == name) return apply.groups.size() + i;
  return bad_option("orderby", "'" + std::string(name) + "' in $orderby is no column of $apply.");
}

base::Status order(std::vector<const Group*>& rows, const std::string& text, const Apply& apply) {
  const auto items = split_list(text, ',');
  if (items.size() > orderby_items_max)
    return base::fail(ErrorCode::limit_exceeded,
                      "$orderby has more than " + std::to_string(orderby_items_max) + " items.")
        .with_target("$orderby");
  for (auto item = items.rbegin(); item != items.rend(); ++item) {  // stable sorts, the last one counting most
    const size_t blank = item->find(' ');
    const size_t column = TRY(find_column(item->substr(0, blank), apply));
    std::string_view direction = blank == item->npos ? "asc" : item->substr(blank + 1);
    const bool down = edm::equal_names(direction, "desc");
    if (!down && !edm::equal_names(direction, "asc"))
      return bad_option("orderby", "Expected asc or desc, found '" + std::string(direction) + "' in $orderby.");
    std::stable_sort(rows.begin(), rows.end(), [&](const Group* a, const Group* b) {
      const json::Value x = value_of(*(down ? b : a), column, apply), y = value_of(*(down ? a : b), column, apply);
      if (x.is_null() || y.is_null()) return x.is_null() && !y.is_null();
      return less(x, y);
    });
  }
  return {};
}

// {"a": {"b": value}} for the path a/b.
void append_key(json::Object& row, const GroupPath& path, const json::Value& value) {
  json::Object* at = &row;
  for (size_t i = 0; i + 1 < path.path.size(); ++i) {
    json::Value& next = (*at)[path.path[i]];
    at = next.is_object() ? &next.get_object() : &next.emplace_object();
  }
  (*at)[path.path.back()] = value;
}

std::string row_text(const Call& call, const Group& group, const Apply& apply) {
  json::Object keys;
  for (size_t i = 0; i < apply.groups.size(); ++i) append_key(keys, apply.groups[i], group.keys[i]);
  std::string out = "{";
  Selection selection;
  selection.all = false;
  for (const GroupPath& path : apply.groups) {
    Selection* at = &selection;
    for (const std::string& name : path.path) {
      at = &at->members.try_emplace(name).first->second;
      at->all = false;
    }
    at->all = true;
  }
  Shaper(*call.route.model, {false, call.preferences.unknown_members, false})
      .append_members(out, keys, *call.route.type, selection);
  for (size_t i = 0; i < apply.aggregates.size(); ++i) {
    if (!out.ends_with('{')) out += ',';
    json::append_string(out, apply.aggregates[i].alias);
    out += ':';
    json::append(out, group.accumulators[i].result(apply.aggregates[i].method));
  }
  return out + "}";
}

// The rows of the page, with the frame of a collection around them.
Result<http::Response> respond(const Call& call, const std::vector<const Group*>& rows, const Apply& apply) {
  QueryOptions paging;
  for (const char* name : {"top", "skip", "count"})
    if (const std::string* value = call.options.find(name)) TRY(paging.add({name, *value, name}));
  edm::Capabilities whole = *call.route.capabilities;  // there is no link to further rows
  whole.page.max = static_cast<int64_t>(apply_groups_max);
  const Source source{*call.route.model, *call.route.type, whole};
  const store::Query page = TRY(bind_collection(paging, source, call.now)).store;
  const size_t first = std::min(static_cast<size_t>(page.skip), rows.size());
  const size_t count = call.options.find("top") ? static_cast<size_t>(page.top) : rows.size();
  const size_t last = std::min(first + count, rows.size());
  std::string columns;
  for (const GroupPath& path : apply.groups) columns += (columns.empty() ? "" : ",") + path.text;
  for (const Aggregate& aggregate : apply.aggregates) columns += (columns.empty() ? "" : ",") + aggregate.alias;
  std::string body = "{" + call.context_member(call.route.path + "(" + columns + ")");
  if (page.count) body += "\"@odata.count\":" + std::to_string(rows.size()) + ",";
  body += "\"value\":[";
  for (size_t i = first; i < last; ++i) body += (i == first ? "" : ",") + row_text(call, *rows[i], apply);
  return json_response(call, body + "]}");
}

}  // namespace

Result<http::Response> read_aggregates(const Call& call) {
  TRY(refuse_others(call.options, {"apply", "orderby", "top", "skip", "count", "format"}));
  if (find_view(call.behaviours, *call.route.type))
    return bad_option("apply", "$apply on '" + call.route.path + "' is not supported.");
  const Apply apply = TRY(parse_apply(*call.options.find("apply"), source_of(call.route)));
  TRY(require_parents(call));
  store::Query query = TRY(bind_query(call, apply));
  Groups groups(apply);
  do {
    const store::QueryPage page = TRY(call.store.query(call.caller.tenant_id, query));
    for (const store::Entity& entity : page.entities) TRY(groups.add(TRY(parse_document(entity))));
    query.after = page.next;
  } while (!query.after.empty());
  std::vector<const Group*> rows = groups.rows();
  if (const std::string* text = call.options.find("orderby"); text && !text->empty()) TRY(order(rows, *text, apply));
  return respond(call, rows, apply);
}

}  // namespace vedette::odata
