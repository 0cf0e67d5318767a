#include "apply_syntax.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "apply.h"
#include "value_kinds.h"
#include "vedette/base/nearest_name.h"

namespace vedette::odata {
namespace {

using base::Result;

base::Error wrong(std::string message) { return bad_option("apply", std::move(message)); }

base::Status check_count(size_t count) {
  if (count <= apply_items_max) return {};
  return base::fail(base::ErrorCode::limit_exceeded,
                    "$apply has more than " + std::to_string(apply_items_max) + " filters, properties or aggregates.")
      .with_target("$apply");
}

// What stands in the parentheses of "name(…)".
std::optional<std::string_view> inside(std::string_view text, std::string_view name) {
  if (text.size() < name.size() + 2 || !edm::equal_names(text.substr(0, name.size()), name) ||
      text[name.size()] != '(' || !text.ends_with(')'))
    return std::nullopt;
  return text.substr(name.size() + 1, text.size() - name.size() - 2);
}

Result<GroupPath> bind_path(std::string_view text, const Source& source) {
  GroupPath out;
  out.type.structured = &source.type;
  for (const std::string_view name : split_list(text, '/')) {
    const edm::StructuredType* owner = out.type.collection ? nullptr : out.type.structured;
    const edm::Property* property = owner ? owner->find_property(name) : nullptr;
    if (!property)
      return wrong("'" + std::string(name) + "' in $apply is no property." +
                   (owner ? base::suggestion(name, names_of(owner->properties)) : std::string()));
    out.path.push_back(property->name);
    out.text += (out.text.empty() ? "" : "/") + property->name;
    out.type = property->type;
  }
  if (out.type.collection || out.type.structured || out.type.is(edm::Primitive::untyped))
    return wrong("'" + out.text + "' in $apply is no single value.");
  if (!source.capabilities.is_filterable(out.path[0])) return wrong("'" + out.path[0] + "' cannot be grouped by.");
  return out;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (const std::string_view word : split_list(text, ' '))
    if (!word.empty()) words.push_back(word);
  return words;
}

struct Method {
  std::string_view name;
  Aggregation method;
};
constexpr Method methods[] = {{"sum", Aggregation::sum},
                              {"min", Aggregation::min},
                              {"max", Aggregation::max},
                              {"average", Aggregation::average},
                              {"countdistinct", Aggregation::count_distinct}};

base::Status check_method(const Aggregate& aggregate) {
  const bool numbers = aggregate.method == Aggregation::sum || aggregate.method == Aggregation::average;
  if (numbers && !is_number(aggregate.of.type))
    return wrong("'" + aggregate.of.text + "' is no number: it has no sum and no average.");
  if ((aggregate.method == Aggregation::min || aggregate.method == Aggregation::max) && aggregate.of.type.enumeration)
    return wrong("'" + aggregate.of.text + "' is an enumeration: it has no least and no greatest value.");
  return {};
}

// An odataIdentifier of the ABNF, in ASCII.
bool is_identifier(std::string_view text) {
  constexpr size_t length_max = 128;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && text.size() <= length_max && is_letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

base::Status check_alias(const std::string& alias, const Source& source) {
  if (!is_identifier(alias))
    return wrong("'" + alias + "' is no name: up to 128 letters, digits and underscores, and no digit first.");
  if (source.type.find_property(alias)) return wrong("The name '" + alias + "' is that of a property.");
  return {};
}

Result<Aggregate> bind_aggregate(std::string_view text, const Source& source) {
  const auto words = words_of(text);
  Aggregate aggregate;
  if (words.size() == 3 && edm::equal_names(words[0], "$count") && edm::equal_names(words[1], "as")) {
    aggregate.alias = words[2];
  } else if (words.size() == 5 && edm::equal_names(words[1], "with") && edm::equal_names(words[3], "as")) {
    const auto* found = std::find_if(std::begin(methods), std::end(methods),
                                     [&](const Method& m) { return edm::equal_names(m.name, words[2]); });
    if (found == std::end(methods)) return wrong("The aggregation '" + std::string(words[2]) + "' is not supported.");
    aggregate.method = found->method;
    aggregate.of = TRY(bind_path(words[0], source));
    aggregate.alias = words[4];
    TRY(check_method(aggregate));
  } else {
    return wrong("Expected '$count as NAME' or 'PATH with METHOD as NAME', found '" + std::string(text) + "'.");
  }
  TRY(check_alias(aggregate.alias, source));
  return aggregate;
}

base::Status bind_aggregates(std::string_view text, const Source& source, Apply& into) {
  const auto items = split_list(text, ',');
  TRY(check_count(items.size()));
  for (const std::string_view item : items) {
    Aggregate aggregate = TRY(bind_aggregate(item, source));
    for (const Aggregate& other : into.aggregates)
      if (other.alias == aggregate.alias) return wrong("The name '" + aggregate.alias + "' is given twice.");
    into.aggregates.push_back(std::move(aggregate));
  }
  return {};
}

base::Status bind_groupby(std::string_view text, const Source& source, Apply& into) {
  const auto parts = split_list(text, ',');
  const auto paths = inside(parts[0], "");
  if (!paths || parts.size() > 2) return wrong("groupby needs its properties in parentheses of their own.");
  const auto names = split_list(*paths, ',');
  TRY(check_count(names.size()));
  for (const std::string_view path : names) into.groups.push_back(TRY(bind_path(path, source)));
  if (parts.size() == 1) return {};
  const auto aggregates = inside(parts[1], "aggregate");
  if (!aggregates) return wrong("Behind the properties of groupby only aggregate(…) is supported.");
  return bind_aggregates(*aggregates, source, into);
}

}  // namespace

Result<Apply> parse_apply(std::string_view text, const Source& source) {
  Apply apply;
  const auto steps = split_list(text, '/');
  TRY(check_count(steps.size() - 1));
  for (size_t i = 0; i < steps.size(); ++i) {
    if (const auto filter = inside(steps[i], "filter")) {
      if (filter->find_first_not_of(' ') == filter->npos) return wrong("filter() in $apply lacks a condition.");
      apply.filters.emplace_back(*filter);
      continue;
    }
    if (i + 1 != steps.size()) return wrong("Only filter(…) may stand in front of another transformation.");
    if (const auto groups = inside(steps[i], "groupby")) {
      TRY(bind_groupby(*groups, source, apply));
    } else if (const auto aggregates = inside(steps[i], "aggregate")) {
      TRY(bind_aggregates(*aggregates, source, apply));
    } else {
      return wrong("The transformation '" + std::string(steps[i].substr(0, steps[i].find('('))) +
                   "' is not supported.");
    }
  }
  if (apply.groups.empty() && apply.aggregates.empty()) return wrong("$apply ends in groupby or aggregate.");
  return apply;
}

}  // namespace vedette::odata
