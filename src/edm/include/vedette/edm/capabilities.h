// What a resource allows and to whom: the annotations of Org.OData.Capabilities.V1 and of schema/model/terms.csdl.xml.
// An operation that has no Permissions does not exist.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vedette::edm {

// Any one of them suffices. The first is the least privileged, which messages name.
struct Permissions {
  std::vector<std::string> application;  // roles of an application's token
  std::vector<std::string> delegated;    // scopes of a user's token
};

struct PageSize {
  int64_t normal = 50;
  int64_t max = 1000;
};

struct Deposit {
  Permissions permissions;
  std::string returns;  // a type
};

struct Capabilities {
  std::optional<Permissions> read, insert, update, remove;
  std::optional<Deposit> deposit;
  std::vector<std::string> non_filterable;
  std::vector<std::string> non_sortable;
  std::optional<std::vector<std::string>> updatable;  // absent: all that are neither computed nor immutable
  std::vector<std::string> required;                  // of a new entity, beside what must not be null
  std::vector<std::string> indexed;
  std::vector<std::string> identifying;  // indexed too; texts that few entities have in common
  PageSize page;
  std::string default_order;  // the text of an $orderby
  std::string collection;     // of the entity store; "" when nothing is stored: what is allowed answers 501
  std::string foreign_key;    // path in the target that holds the key of the source, or several, with blanks between
  std::vector<std::string> not_yet;  // methods that are allowed and answer 501 still
  bool owned = false;                // an application sees what it created itself
  bool quiet_update = false;         // PATCH answers 204 unless the client wants the entity back

  bool is_filterable(const std::string& property) const;
  bool is_sortable(const std::string& property) const;
};

}  // namespace vedette::edm
