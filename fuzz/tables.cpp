#include "tables.h"

#include <cstdlib>
#include <filesystem>

#include "kqlt_file.h"
#include "vedette/kql/exec/engine.h"

namespace vedette::fuzz {
namespace {

void define(kql::testing::StubCatalog& catalog, const kql::testing::KqltCase& test) {
  kql::EngineOptions options;
  options.now = now();
  options.batch_rows = 1'000'000;
  const auto execution = kql::run(test.query, catalog, options);
  if (!execution) std::abort();
  const auto batch = (*execution)->next();
  if (!batch || !*batch) std::abort();
  catalog.tables[test.table] =
      kql::testing::make_stub_source((*execution)->schema(), **batch, kql::testing::Eagerness::nothing);
}

kql::testing::StubCatalog make_tables() {
  kql::testing::StubCatalog catalog;
  for (const auto& entry : std::filesystem::directory_iterator(VEDETTE_SOURCE_DIR "/tests/kql"))
    if (entry.path().extension() == ".kqlt")
      for (const auto& test : kql::testing::read_kqlt(entry.path()))
        if (!test.table.empty()) define(catalog, test);
  return catalog;
}

}  // namespace

const kql::testing::StubCatalog& tables() {
  static const kql::testing::StubCatalog catalog = make_tables();
  return catalog;
}

base::DateTime now() { return *base::parse_iso_date_time("2024-05-06T07:08:09Z"); }

}  // namespace vedette::fuzz
