// make_list, make_set, make_bag and their if forms. Source: kusto/query, the page of each aggregation function.
//
// Nulls are skipped, except by make_list_with_nulls. The elements of arrays are taken one by one; whether a null among
// them is skipped is not documented: refused. At most maxSize
// values are kept: 1,048,576, or 128 of the old makelist and makeset, where the caller says nothing. Of a bag's key
// that comes again the first value stays. Of nothing, all of them give an empty array, as documented.
#include <algorithm>

#include "aggregate_rows.h"
#include "dynamic_set.h"
#include "families.h"
#include "value_numbers.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;
using base::Status;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;
using columnar::DynamicMember;

constexpr int64_t values_max = 1'048'576;
constexpr int64_t old_values_max = 128;

// What one group has collected. add() takes a value whose memory stays, or copies it into the arena; false: the value
// is not supported.
class List {
 public:
  bool add(const Dynamic& value, size_t most, Arena& arena) {
    if (value.kind() != DynamicKind::array) return add_one(value, most, arena);
    for (const Dynamic& item : value.items()) {
      if (item.is_null()) return false;
      add_one(item, most, arena);
    }
    return true;
  }
  void take(List& other, size_t most) {
    const size_t count = std::min(other.values_.size(), most - std::min(most, values_.size()));
    values_.insert(values_.end(), other.values_.begin(), other.values_.begin() + static_cast<ptrdiff_t>(count));
  }
  Dynamic result(Arena&) const { return Dynamic::array(values_); }
  static constexpr bool takes_nulls = false;
  int64_t held_bytes() const { return static_cast<int64_t>(values_.capacity() * sizeof(Dynamic)); }

 private:
  bool add_one(const Dynamic& value, size_t most, Arena& arena) {
    if (values_.size() < most) values_.push_back(copy(value, arena));
    return true;
  }
  std::vector<Dynamic> values_;
};

class ListWithNulls : public List {
 public:
  static constexpr bool takes_nulls = true;
};

class Set {
 public:
  bool add(const Dynamic& value, size_t most, Arena& arena) {
    if (value.kind() == DynamicKind::array) {
      for (const Dynamic& item : value.items()) add_one(item, most, arena);
      return true;
    }
    add_one(value, most, arena);
    return true;
  }
  void take(Set& other, size_t most) {
    for (const Dynamic& value : other.values_.values())
      if (values_.values().size() < most) values_.insert(value);
  }
  Dynamic result(Arena&) const { return Dynamic::array(values_.values()); }
  static constexpr bool takes_nulls = false;
  int64_t held_bytes() const { return values_.held_bytes(); }

 private:
  void add_one(const Dynamic& value, size_t most, Arena& arena) {
    if (value.is_null() || values_.values().size() >= most) return;
    if (values_.insert(value)) values_.back() = copy(value, arena);
  }
  DynamicSet values_;
};

class Bag {
 public:
  bool add(const Dynamic& value, size_t most, Arena& arena) {
    any_ = any_ || value.kind() == DynamicKind::bag;
    for (const DynamicMember& member : value.members()) {
      if (members_.size() >= most || !keys_.insert(Dynamic::string(member.key))) continue;
      members_.push_back({arena.copy(member.key), copy(member.value, arena)});
      keys_.back() = Dynamic::string(members_.back().key);
    }
    return true;
  }
  void take(Bag& other, size_t most) {
    any_ = any_ || other.any_;
    for (const DynamicMember& member : other.members_)
      if (members_.size() < most && keys_.insert(Dynamic::string(member.key))) members_.push_back(member);
  }
  Dynamic result(Arena&) const { return any_ ? Dynamic::bag(members_) : Dynamic::array({}); }
  static constexpr bool takes_nulls = false;
  int64_t held_bytes() const {
    return keys_.held_bytes() + static_cast<int64_t>(members_.capacity() * sizeof(DynamicMember));
  }

 private:
  std::vector<DynamicMember> members_;
  DynamicSet keys_;
  bool any_ = false;  // a bag has come
};

template <class Collection>
class Collect final : public Accumulator {
 public:
  Collect(std::optional<size_t> condition, size_t most) : condition_(condition), most_(most) {}

  Status update(const CallContext&, std::span<const Vector> arguments, std::span<const uint32_t> groups,
                size_t group_count) override {
    groups_.resize(group_count);
    const CountedRows counted(arguments, condition_);
    RowWatch watch(arenas_.front()->reserved_bytes());
    for (size_t row = 0; row < groups.size(); ++row) {
      TRY(watch.before(row, *arenas_.front()));
      if (!counted.contains(row) || (!Collection::takes_nulls && arguments[0].is_null(row))) continue;
      Collection& group = groups_[groups[row]];
      held_bytes_ -= group.held_bytes();
      if (!group.add(value_of(arguments[0], row), most_, *arenas_.front()))
        return base::fail(base::ErrorCode::not_supported, "make_list() of arrays with nulls is not supported.");
      held_bytes_ += group.held_bytes();
    }
    return {};
  }
  Status merge(Accumulator& other, std::span<const uint32_t> groups, size_t group_count) override {
    groups_.resize(group_count);
    auto& theirs = static_cast<Collect&>(other);
    for (size_t i = 0; i < theirs.groups_.size(); ++i) {
      Collection& group = groups_[groups[i]];
      held_bytes_ -= group.held_bytes();
      group.take(theirs.groups_[i], most_);
      held_bytes_ += group.held_bytes();
    }
    arenas_.insert(arenas_.end(), theirs.arenas_.begin(), theirs.arenas_.end());
    return {};
  }
  Result<std::vector<Vector>> finish(const CallContext&, size_t group_count) override {
    groups_.resize(group_count);
    auto collections = std::make_shared<std::vector<Collection>>(std::move(groups_));
    columnar::VectorBuilder out(Type::dynamic, group_count);
    for (const Collection& group : *collections) out.append(group.result(out.arena()));
    out.keep_alive(collections);
    for (const auto& arena : arenas_) out.keep_alive(arena);
    return single(out.finish());
  }
  int64_t held_bytes() const override {
    int64_t bytes = held_bytes_ + static_cast<int64_t>(groups_.capacity() * sizeof(Collection));
    for (const auto& arena : arenas_) bytes += arena->reserved_bytes();
    return bytes;
  }

 private:
  // A view where there is one: add() copies what it keeps.
  Dynamic value_of(const Vector& column, size_t row) {
    if (column.type() == Type::dynamic) return column.is_null(row) ? Dynamic() : column.view<Dynamic>()[row];
    if (column.type() == Type::string) return Dynamic::string(column.view<std::string_view>()[row]);
    if (column.type() == Type::guid) return Dynamic::guid(&column.view<base::Guid>()[row]);
    return to_dynamic(column, row, *arenas_.front());
  }

  std::optional<size_t> condition_;
  size_t most_;
  std::vector<Collection> groups_;
  std::vector<std::shared_ptr<Arena>> arenas_{std::make_shared<Arena>()};  // the first is our own
  int64_t held_bytes_ = 0;
};

// make_set of texts: values become numbers, so that what a row costs is one bit.
class TextSets final : public Accumulator {
 public:
  TextSets(std::optional<size_t> condition, size_t most) : condition_(condition), most_(most) {}

  Status update(const CallContext&, std::span<const Vector> arguments, std::span<const uint32_t> groups,
                size_t group_count) override {
    groups_.resize(group_count);
    const CountedRows counted(arguments, condition_);
    const auto view = arguments[0].view<std::string_view>();
    values_.number<std::string_view>(arguments[0], numbers_,
                                     [&](size_t row) { texts_.push_back(arena_->copy(view[row])); });
    for (size_t row = 0; row < groups.size(); ++row)
      if (counted.contains(row)) add(groups[row], numbers_[row]);
    return {};
  }
  Status merge(Accumulator& other, std::span<const uint32_t> groups, size_t group_count) override {
    groups_.resize(group_count);
    auto& theirs = static_cast<TextSets&>(other);
    const std::vector<uint32_t> here = values_.take(theirs.values_);
    texts_.resize(values_.size());
    for (size_t number = 0; number < here.size(); ++number)
      if (texts_[here[number]].data() == nullptr) texts_[here[number]] = theirs.texts_[number];
    others_.push_back(theirs.arena_);
    others_.insert(others_.end(), theirs.others_.begin(), theirs.others_.end());
    for (size_t i = 0; i < theirs.groups_.size(); ++i)
      for (const uint32_t number : theirs.groups_[i]) add(groups[i], here[number]);
    return {};
  }
  Result<std::vector<Vector>> finish(const CallContext&, size_t group_count) override {
    groups_.resize(group_count);
    columnar::VectorBuilder out(Type::dynamic, group_count);
    for (const auto& numbers : groups_) {
      auto* items = out.arena().allocate_array<Dynamic>(numbers.size());
      for (size_t i = 0; i < numbers.size(); ++i) items[i] = Dynamic::string(texts_[numbers[i]]);
      out.append(Dynamic::array({items, numbers.size()}));
    }
    out.keep_alive(arena_);
    for (const auto& arena : others_) out.keep_alive(arena);
    return single(out.finish());
  }
  int64_t held_bytes() const override {
    return values_.held_bytes() + pairs_.held_bytes() + arena_->reserved_bytes() +
           static_cast<int64_t>(texts_.capacity() * sizeof(std::string_view) +
                                groups_.capacity() * sizeof(std::vector<uint32_t>) + added_ * 2 * sizeof(uint32_t));
  }

 private:
  void add(uint32_t group, uint32_t number) {
    std::vector<uint32_t>& numbers = groups_[group];
    if (numbers.size() >= most_ || !pairs_.insert(group, number)) return;
    numbers.push_back(number);
    ++added_;
  }

  std::optional<size_t> condition_;
  size_t most_;
  ValueNumbers values_;
  GroupedNumbers pairs_;
  std::vector<std::string_view> texts_;  // by number
  std::vector<std::vector<uint32_t>> groups_;
  std::vector<uint32_t> numbers_;  // of the rows at hand
  size_t added_ = 0;
  std::shared_ptr<Arena> arena_ = std::make_shared<Arena>();
  std::vector<std::shared_ptr<Arena>> others_;  // of what was merged
};

// `most` is the place of the argument maxSize.
template <class Collection, bool Conditional, int64_t Default = values_max>
Result<std::unique_ptr<Accumulator>> make_collect(const BoundAggregate& call) {
  int64_t most = Default;
  const size_t argument = Conditional ? 2 : 1;
  if (argument < call.argument_types.size()) {
    const Vector& constant = call.constants[argument];
    if (constant.size() == 0 || constant.is_null(0))
      return base::fail(base::ErrorCode::semantic_error, "The number of values to keep must be a constant.");
    most = std::clamp<int64_t>(constant.view<int64_t>()[0], 0, values_max);
  }
  if (std::is_same_v<Collection, Set> && call.argument_types[0] == Type::string)
    return make_accumulator<TextSets>(Conditional ? std::optional<size_t>(1) : std::nullopt, static_cast<size_t>(most));
  return make_accumulator<Collect<Collection>>(Conditional ? std::optional<size_t>(1) : std::nullopt,
                                               static_cast<size_t>(most));
}

constexpr std::string_view of_all = "(scalar, maxSize: long?) -> dynamic";
constexpr std::string_view of_some = "(scalar, bool, maxSize: long?) -> dynamic";
constexpr AggregateFunction aggregate_sets_table[] = {
    {"make_list", of_all, "list", named, make_collect<List, false>, "An array of the values."},
    {"make_list_if", of_some, "list", named, make_collect<List, true>, "An array of the values of some rows."},
    {"make_list_with_nulls", "(scalar) -> dynamic", "list", named, make_collect<ListWithNulls, false>,
     "An array of the values, nulls among them."},
    {"makelist", of_all, "list", named, make_collect<List, false, old_values_max>,
     "As make_list, of up to 128 values."},
    {"make_set", of_all, "set", named, make_collect<Set, false>, "An array of the different values."},
    {"make_set_if", of_some, "set", named, make_collect<Set, true>, "An array of the different values of some rows."},
    {"makeset", of_all, "set", named, make_collect<Set, false, old_values_max>, "As make_set, of up to 128 values."},
    {"make_bag", "(dynamic, maxSize: long?) -> dynamic", "bag", named, make_collect<Bag, false>,
     "A bag of the members of all bags."},
    {"make_bag_if", "(dynamic, bool, maxSize: long?) -> dynamic", "bag", named, make_collect<Bag, true>,
     "A bag of the members of the bags of some rows."},
    {"make_dictionary", "(dynamic, maxSize: long?) -> dynamic", "dictionary", named,
     make_collect<Bag, false, old_values_max>, "As make_bag, of up to 128 members."},
};

}  // namespace

std::span<const AggregateFunction> set_aggregates() { return aggregate_sets_table; }

}  // namespace vedette::kql
