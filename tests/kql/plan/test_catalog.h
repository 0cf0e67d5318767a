// A small catalog for the binder: tables without rows.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "vedette/kql/plan/bind.h"
#include "vedette/kql/plan/table_source.h"

namespace vedette::kql {

class EmptyRows final : public BatchStream {
 public:
  base::Result<std::optional<columnar::Batch>> next() override { return std::nullopt; }
};

class EmptyTable final : public TableSource {
 public:
  explicit EmptyTable(columnar::Schema schema) : schema_(std::move(schema)) {}
  const columnar::Schema& schema() const override { return schema_; }
  base::Result<ScanAnswer> scan(const ScanRequest&, ScanStatistics&) const override {
    ScanAnswer answer;
    answer.rows = std::make_unique<EmptyRows>();
    return answer;
  }

 private:
  const columnar::Schema schema_;
};

class TestCatalog final : public Catalog {
 public:
  void add(std::string name, columnar::Schema schema) {
    tables_.emplace_back(std::move(name), std::make_shared<EmptyTable>(std::move(schema)));
  }
  std::shared_ptr<const TableSource> find(std::string_view name) const override {
    for (const auto& [known, table] : tables_)
      if (known == name) return table;
    return nullptr;
  }
  std::vector<std::string> table_names() const override {
    std::vector<std::string> names;
    for (const auto& [name, table] : tables_) names.push_back(name);
    return names;
  }

 private:
  std::vector<std::pair<std::string, std::shared_ptr<const TableSource>>> tables_;
};

// Devices(Timestamp, Name, Port, Score, Details, Owner) and Logons(Timestamp, Name, Count, Details).
inline const TestCatalog& small_catalog() {
  static const TestCatalog catalog = [] {
    TestCatalog out;
    out.add("Devices", {{"Timestamp", Type::datetime},
                        {"Name", Type::string},
                        {"Port", Type::int_},
                        {"Score", Type::real},
                        {"Details", Type::dynamic},
                        {"Owner", Type::string}});
    out.add("Logons",
            {{"Timestamp", Type::datetime}, {"Name", Type::string}, {"Count", Type::long_}, {"Details", Type::string}});
    out.add("source", {{"Record", Type::dynamic}, {"Text", Type::string}, {"$row", Type::long_}});
    return out;
  }();
  return catalog;
}

inline base::Result<BoundQuery> bind_text(std::string_view text, Optimizer optimizer = Optimizer::off,
                                          const Catalog& catalog = small_catalog()) {
  const Query query = TRY(parse_or_error(text));
  BindOptions options;
  options.now = base::DateTime{base::unix_epoch_ticks};
  options.optimizer = optimizer;
  return bind(query, catalog, options);
}

inline std::string schema_text(const columnar::Schema& schema) {
  std::string out;
  for (const columnar::Column& column : schema)
    out += (out.empty() ? "" : " ") + column.name + ":" + std::string(columnar::to_string(column.type));
  return out;
}

// The result's columns, or the error as "code: message".
inline std::string schema_of(std::string_view text) {
  const auto bound = bind_text(text);
  if (!bound) return std::string(base::to_string(bound.error().code)) + ": " + bound.error().message;
  return schema_text(bound->root->output);
}

inline std::string explained(std::string_view text, Optimizer optimizer = Optimizer::on) {
  const auto bound = bind_text(text, optimizer);
  if (!bound) return std::string(base::to_string(bound.error().code)) + ": " + bound.error().message;
  return explain(*bound);
}

}  // namespace vedette::kql
