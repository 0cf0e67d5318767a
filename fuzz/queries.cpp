// The queries of the tests: seeds of all stages of KQL.
#include "files.h"
#include "kqlt_file.h"
#include "target.h"

namespace vedette::fuzz {

std::vector<std::string> seeds() {
  std::vector<std::string> queries;
  for (const auto& path : files_of(VEDETTE_SOURCE_DIR "/fuzz/found", ".kql")) queries.push_back(read_file(path));
  for (const auto& path : files_of(VEDETTE_SOURCE_DIR "/tests/kql", ".kqlt"))
    for (const auto& test : kql::testing::read_kqlt(path)) queries.push_back(test.query);
  return queries;
}

}  // namespace vedette::fuzz
