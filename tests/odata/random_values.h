// Values for documents and filters out of small sets, so that they meet.
#pragma once

#include <random>
#include <string>

#include "vedette/base/time.h"
#include "vedette/edm/model.h"
#include "vedette/json/value.h"

namespace vedette::odata {

class RandomValues {
 public:
  explicit RandomValues(uint64_t seed) : random_(seed) {}

  size_t below(size_t end) { return random_() % end; }
  bool one_in(size_t n) { return below(n) == 0; }
  template <class Range>
  decltype(auto) one_of(const Range& range) {
    return range[below(std::size(range))];
  }

  std::string text();
  int64_t whole();
  double real();
  base::DateTime instant();
  // A member that clients may name.
  const edm::EnumMember& member(const edm::EnumType& type);
  // With another case of its letters now and then.
  std::string spelled(std::string name);

  // Most declared members, some of them null or of another kind; "id" as given.
  json::Object entity(const edm::StructuredType& type, const std::string& id);

 private:
  json::Object object(const edm::StructuredType& declared, size_t depth);
  json::Value value(const edm::TypeRef& type, size_t depth);
  json::Value item(const edm::TypeRef& type, size_t depth);
  json::Value primitive(edm::Primitive type);

  std::mt19937_64 random_;
};

// The type itself, or one of few that are derived from it.
const edm::StructuredType& near_type(const edm::StructuredType& type, RandomValues& random);

}  // namespace vedette::odata
