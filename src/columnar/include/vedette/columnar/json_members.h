// A few members of many JSON objects, without making dynamics of the rest.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "vedette/columnar/dynamic.h"

namespace vedette::columnar {

// Belongs to one thread.
class JsonMembers {
 public:
  JsonMembers();
  ~JsonMembers();
  // See JsonStructure.
  void expect(std::string_view run);
  // The bag that DynamicParser would make of the text, with those of its members alone whose keys are `keys`; null
  // when it would make no bag. The keys outlive the bag.
  Dynamic parse(std::string_view json, std::span<const std::string_view> keys, Arena& arena);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vedette::columnar
