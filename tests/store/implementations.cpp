#include "store_test.h"

namespace vedette::store::testing {

std::vector<Implementation> implementations() {
  return {
      {"memory",
       [](const TempFolder&, const base::Clock& clock) { return make_memory_store(test_collections(), clock); }},
      {"sqlite",
       [](const TempFolder& folder, const base::Clock& clock) {
         return open_sqlite_store(folder.file("entities.db"), test_collections(), clock).value();
       }},
  };
}

}  // namespace vedette::store::testing
