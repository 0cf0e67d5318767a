// Two sources of the same rows: one takes over nothing of a request, the other everything it can.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "vedette/kql/plan/table_source.h"

namespace vedette::kql::testing {

enum class Eagerness : uint8_t { nothing, everything };

std::shared_ptr<const TableSource> make_stub_source(columnar::Schema schema, columnar::Batch rows, Eagerness eagerness);

class StubCatalog final : public Catalog {
 public:
  std::map<std::string, std::shared_ptr<const TableSource>, std::less<>> tables;

  std::shared_ptr<const TableSource> find(std::string_view name) const override {
    const auto at = tables.find(name);
    return at == tables.end() ? nullptr : at->second;
  }
  std::vector<std::string> table_names() const override {
    std::vector<std::string> names;
    for (const auto& [name, table] : tables) names.push_back(name);
    return names;
  }
};

}  // namespace vedette::kql::testing
