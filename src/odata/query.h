// What a GET asks of a collection or an entity: its query options bound to the model.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "selection.h"
#include "url.h"
#include "vedette/edm/model.h"
#include "vedette/store/entity_store.h"

namespace vedette::odata {

inline constexpr size_t orderby_items_max = 10;
inline constexpr size_t expand_items_max = 10;
inline constexpr size_t expand_depth_max = 3;

// A collection's type and what it allows.
struct Source {
  const edm::Model& model;
  const edm::StructuredType& type;
  const edm::Capabilities& capabilities;
};

struct Expansion;

struct BoundQuery {
  store::Query store;  // collection, filter, order, page
  Selection selection;
  std::vector<Expansion> expansions;
};

// What is expanded: each entity has its own, by the foreign key or as what it contains.
struct Expansion {
  const edm::NavigationProperty* navigation = nullptr;
  QueryOptions options;  // as they stood in the parentheses
  bool limited = false;  // has a $top of its own: no link goes on
  std::shared_ptr<const BoundQuery> query;
};

// Options of a collection. `now` is replaced by that of the first page when there is a $skiptoken.
// `depth`: how many expansions it is within.
base::Result<BoundQuery> bind_collection(const QueryOptions& options, const Source& source, base::DateTime now,
                                         size_t depth = 0);
// Options of an entity: $select and $expand; others are refused.
base::Result<BoundQuery> bind_entity(const QueryOptions& options, const Source& source, base::DateTime now);
// Options of /$count: $filter; others are refused.
base::Result<BoundQuery> bind_count(const QueryOptions& options, const Source& source, base::DateTime now);

base::Status bind_expand(BoundQuery& query, const QueryOptions& options, const Source& source, size_t depth);

// bad_request with the option as its target.
base::Error bad_option(std::string_view option, std::string message);
// bad_request naming the first option that is not in `allowed`.
base::Status refuse_others(const QueryOptions& options, std::initializer_list<std::string_view> allowed);

// The value of $skiptoken: the store's cursor, and the time that now() was when the first page was read.
std::string skip_token(const std::string& next, base::DateTime now);

// `filter` and the property at the path, or at one of several with blanks between, equals `value`; filter may be null.
std::shared_ptr<const store::Expression> with_key(std::shared_ptr<const store::Expression> filter,
                                                  const std::string& property, const std::string& value);
// `filter` and: owned by the application, or everybody's; filter may be null.
std::shared_ptr<const store::Expression> with_owner(std::shared_ptr<const store::Expression> filter,
                                                    const std::string& application);

}  // namespace vedette::odata
