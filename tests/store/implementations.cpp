#include "store_test.h"

namespace vedette::store::testing {

std::vector<Implementation> implementations() {
  return {
      {"memory",
       [](const TempFolder&, const base::Clock& clock) { return make_memory_store(test_collections(), clock); }},
  };
}

}  // namespace vedette::store::testing
