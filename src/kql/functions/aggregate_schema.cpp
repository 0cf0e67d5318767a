// buildschema: the smallest schema that all values have. Source: kusto/query: buildschema-aggregation-function.
//
// A schema is a type's name, a bag of the members' schemas, {"`indexer`": schema} of an array's items, or an array of
// these where values of several kinds occur: structure first, then names in the order they came.
#include <algorithm>

#include "aggregate_rows.h"
#include "dynamic_rows.h"
#include "families.h"

namespace vedette::kql {
namespace {

using base::Result;
using base::Status;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;
using columnar::DynamicMember;

std::string_view name_of(DynamicKind kind) {
  switch (kind) {
    case DynamicKind::boolean:
      return "bool";
    case DynamicKind::int64:
      return "long";
    case DynamicKind::real:
      return "double";
    case DynamicKind::string:
      return "string";
    case DynamicKind::datetime:
      return "datetime";
    case DynamicKind::timespan:
      return "timespan";
    case DynamicKind::guid:
      return "guid";
    case DynamicKind::null:
    case DynamicKind::array:
    case DynamicKind::bag:
      break;
  }
  return "";
}

class ValueSchema {
 public:
  void add(const Dynamic& value) {
    if (value.is_null()) return;
    if (is_bag(value)) {
      has_members_ = true;
      for (const DynamicMember& member : value.members()) this->member(std::string(member.key)).add(member.value);
    } else if (is_array(value)) {
      if (!items_) items_ = std::make_unique<ValueSchema>();
      for (const Dynamic& item : value.items()) items_->add(item);
    } else {
      add_name(name_of(value.kind()));
    }
  }

  void merge(const ValueSchema& other) {
    has_members_ = has_members_ || other.has_members_;
    for (const auto& [key, schema] : other.members_) member(key).merge(*schema);
    if (other.items_) {
      if (!items_) items_ = std::make_unique<ValueSchema>();
      items_->merge(*other.items_);
    }
    for (const std::string_view name : other.names_) add_name(name);
  }

  // Null when no value has come.
  Dynamic result(Arena& arena) const {
    std::vector<Dynamic> kinds;
    if (has_members_ || items_) {
      std::vector<DynamicMember> members;
      if (items_) members.push_back({"`indexer`", items_->result(arena)});
      for (const auto& [key, schema] : members_) members.push_back({arena.copy(key), schema->result(arena)});
      kinds.push_back(make_bag(arena, members));
    }
    for (const std::string_view name : names_) kinds.push_back(Dynamic::string(name));
    if (kinds.empty()) return {};
    return kinds.size() == 1 ? kinds.front() : make_array(arena, kinds);
  }

  int64_t held_bytes() const {
    int64_t bytes = sizeof(ValueSchema);
    for (const auto& [key, schema] : members_) bytes += static_cast<int64_t>(key.size()) + schema->held_bytes();
    return bytes + (items_ ? items_->held_bytes() : 0);
  }

 private:
  ValueSchema& member(const std::string& key) {
    for (auto& [known, schema] : members_)
      if (known == key) return *schema;
    members_.emplace_back(key, std::make_unique<ValueSchema>());
    return *members_.back().second;
  }
  void add_name(std::string_view name) {
    if (std::find(names_.begin(), names_.end(), name) == names_.end()) names_.push_back(name);
  }

  bool has_members_ = false;
  std::vector<std::pair<std::string, std::unique_ptr<ValueSchema>>> members_;
  std::unique_ptr<ValueSchema> items_;
  std::vector<std::string_view> names_;
};

class BuildSchema final : public Accumulator {
 public:
  Status update(const CallContext&, std::span<const Vector> arguments, std::span<const uint32_t> groups,
                size_t group_count) override {
    schemas_.resize(group_count);
    for (size_t row = 0; row < groups.size(); ++row) schemas_[groups[row]].add(dynamic_at(arguments[0], row));
    return {};
  }
  Status merge(Accumulator& other, std::span<const uint32_t> groups, size_t group_count) override {
    schemas_.resize(group_count);
    const auto& theirs = static_cast<BuildSchema&>(other).schemas_;
    for (size_t i = 0; i < theirs.size(); ++i) schemas_[groups[i]].merge(theirs[i]);
    return {};
  }
  Result<std::vector<Vector>> finish(const CallContext&, size_t group_count) override {
    schemas_.resize(group_count);
    columnar::VectorBuilder out(Type::dynamic, group_count);
    for (const ValueSchema& schema : schemas_) {
      if (const Dynamic value = schema.result(out.arena()); value.is_null())
        out.append_null();
      else
        out.append(value);
    }
    return single(out.finish());
  }
  int64_t held_bytes() const override {
    int64_t bytes = 0;
    for (const ValueSchema& schema : schemas_) bytes += schema.held_bytes();
    return bytes;
  }

 private:
  std::vector<ValueSchema> schemas_;
};

Result<std::unique_ptr<Accumulator>> make_schema(const BoundAggregate&) { return make_accumulator<BuildSchema>(); }

constexpr AggregateFunction aggregate_schema_table[] = {
    {"buildschema", "(dynamic) -> dynamic", "schema", Naming::prefix_of_argument, make_schema,
     "The smallest schema that all values have."},
};

}  // namespace

std::span<const AggregateFunction> schema_aggregates() { return aggregate_schema_table; }

}  // namespace vedette::kql
