// The members of a bag that is being made; keys and values point where they come from.
#pragma once

#include <span>
#include <unordered_map>
#include <vector>

#include "vedette/base/work_scope.h"
#include "vedette/columnar/dynamic.h"

namespace vedette::kql {

class BagMembers {
 public:
  void clear() {
    members_.clear();
    places_.clear();
  }
  // The value of a key; null when there is none.
  columnar::Dynamic* find(std::string_view key) {
    if (members_.size() <= few) {
      for (columnar::DynamicMember& member : members_)
        if (member.key == key) return &member.value;
      return nullptr;
    }
    if (places_.empty())
      for (size_t i = 0; i < members_.size(); ++i) places_.emplace(members_[i].key, i);
    const auto known = places_.find(key);
    return known == places_.end() ? nullptr : &members_[known->second].value;
  }
  // A key that there is not. False: the query is to end.
  bool add(std::string_view key, const columnar::Dynamic& value) {
    if (!watch_.go_on(steps_of_member, static_cast<int64_t>(members_.size() * bytes_of_member))) return false;
    if (!places_.empty()) places_.emplace(key, members_.size());
    members_.push_back({key, value});
    return true;
  }
  bool set(std::string_view key, const columnar::Dynamic& value) {
    columnar::Dynamic* known = find(key);
    if (known == nullptr) return add(key, value);
    *known = value;
    return true;
  }
  operator std::span<const columnar::DynamicMember>() const { return members_; }

 private:
  static constexpr size_t few = 32;  // so many are looked through one by one
  static constexpr size_t steps_of_member = 32;
  static constexpr size_t bytes_of_member =
      2 * sizeof(columnar::DynamicMember) + 64;  // here, in the bag, and in the table

  std::vector<columnar::DynamicMember> members_;
  std::unordered_map<std::string_view, size_t> places_;
  base::StepWatch watch_;
};

}  // namespace vedette::kql
