// AlertInfo and AlertEvidence: KQL (schema/views) over the stored alerts, so that hunting sees an alert as soon as it
// is stored and as it is now. The view's table `source` has one row per alert, its document in `Record`.
#include <map>

#include "vedette/kql/exec/engine.h"
#include "vedette/kql/plan/bind.h"
#include "vedette/kql/syntax/parse.h"
#include "vedette/resources/hunting/hunting.h"
#include "views.h"

namespace vedette::resources {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using columnar::Batch;
using columnar::Type;

constexpr std::string_view alerts_collection = "alerts";
constexpr int64_t page_alerts = 100, page_bytes_max = 4 << 20;

const columnar::Schema& source_schema() {
  static const columnar::Schema schema{{"Record", Type::dynamic}};
  return schema;
}

// What a stream holds, charged to the query that reads it for as long as the stream lives.
class Charge {
 public:
  Charge(base::MemoryBudget* budget, const char* who) : budget_(budget), who_(who) {}
  Charge(const Charge&) = delete;
  ~Charge() {
    if (budget_) budget_->release(bytes_);
  }
  base::Status set(int64_t bytes) {
    if (!budget_) return {};
    if (bytes > bytes_)
      TRY(budget_->charge(bytes - bytes_, who_));
    else
      budget_->release(bytes_ - bytes);
    bytes_ = bytes;
    return {};
  }

 private:
  base::MemoryBudget* const budget_;
  const char* const who_;
  int64_t bytes_ = 0;
};

class AlertStream final : public kql::BatchStream {
 public:
  AlertStream(std::shared_ptr<const store::EntityStore> store, std::string tenant_id, const kql::ScanRequest& request)
      : store_(std::move(store)),
        tenant_id_(std::move(tenant_id)),
        columns_(request.columns.size()),
        charge_(request.memory, "AlertInfo and AlertEvidence") {
    query_.collection = alerts_collection;
    query_.top = page_alerts;
    query_.bytes_max = page_bytes_max;
    query_.stop = request.stop;
  }

  Result<std::optional<Batch>> next() override {
    if (ended_) return std::optional<Batch>{};
    const store::QueryPage page = TRY(store_->query(tenant_id_, query_));
    query_.after = page.next;
    ended_ = page.next.empty();
    if (page.entities.empty()) return std::optional<Batch>{};
    int64_t bytes = 0;
    columnar::VectorBuilder records(Type::dynamic, page.entities.size());
    for (const store::Entity& alert : page.entities) {
      records.append<columnar::Dynamic>(TRY(parser_.parse(alert.json, records.arena())));
      bytes += static_cast<int64_t>(alert.json.size());
    }
    TRY(charge_.set(bytes + records.arena().reserved_bytes()));
    return std::optional<Batch>(Batch{{columns_, records.finish()}, page.entities.size()});
  }

 private:
  const std::shared_ptr<const store::EntityStore> store_;
  const std::string tenant_id_;
  const size_t columns_;  // 0 or 1: how often Record is asked for
  store::Query query_;
  columnar::DynamicParser parser_;
  Charge charge_;
  bool ended_ = false;
};

class AlertTable final : public kql::TableSource {
 public:
  AlertTable(std::shared_ptr<const store::EntityStore> store, std::string tenant_id)
      : store_(std::move(store)), tenant_id_(std::move(tenant_id)) {}
  const columnar::Schema& schema() const override { return source_schema(); }
  Result<kql::ScanAnswer> scan(const kql::ScanRequest& request, kql::ScanStatistics&) const override {
    kql::ScanAnswer answer;
    answer.rows = std::make_unique<AlertStream>(store_, tenant_id_, request);
    return answer;
  }

 private:
  const std::shared_ptr<const store::EntityStore> store_;
  const std::string tenant_id_;
};

class SourceCatalog final : public kql::Catalog {
 public:
  explicit SourceCatalog(std::shared_ptr<const kql::TableSource> source) : source_(std::move(source)) {}
  std::shared_ptr<const kql::TableSource> find(std::string_view name) const override {
    return name == "source" ? source_ : nullptr;
  }
  std::vector<std::string> table_names() const override { return {}; }

 private:
  const std::shared_ptr<const kql::TableSource> source_;
};

class ViewStream final : public kql::BatchStream {
 public:
  ViewStream(SourceCatalog source, const kql::ScanRequest& request)
      : source_(std::move(source)), columns_(request.columns), charge_(request.memory, "AlertInfo and AlertEvidence") {}

  base::Status open(const std::shared_ptr<const kql::BoundQuery>& view, const kql::EngineOptions& options) {
    rows_ = TRY(kql::start(view, options, &source_));
    return {};
  }
  Result<std::optional<Batch>> next() override {
    auto batch = TRY(rows_->next());
    TRY(charge_.set(rows_->held_bytes()));
    if (!batch) return std::optional<Batch>{};
    Batch out{{}, batch->rows};
    for (const size_t column : columns_) out.columns.push_back(batch->columns[column]);
    return std::optional<Batch>(std::move(out));
  }

 private:
  const SourceCatalog source_;
  const std::vector<size_t> columns_;
  Charge charge_;
  std::unique_ptr<kql::Execution> rows_;
};

class ViewTable final : public kql::TableSource {
 public:
  ViewTable(std::shared_ptr<const kql::BoundQuery> view, std::shared_ptr<const kql::TableSource> source)
      : view_(std::move(view)), source_(std::move(source)) {}
  const columnar::Schema& schema() const override { return view_->root->output; }
  Result<kql::ScanAnswer> scan(const kql::ScanRequest& request, kql::ScanStatistics&) const override {
    kql::EngineOptions options;
    options.batch_rows = request.batch_rows;
    options.stop = request.stop;
    if (request.memory != nullptr)
      options.memory_limit_bytes = request.memory->limit_bytes() - request.memory->used_bytes();
    auto rows = std::make_unique<ViewStream>(SourceCatalog(source_), request);
    TRY(rows->open(view_, options));
    kql::ScanAnswer answer;
    answer.rows = std::move(rows);
    return answer;
  }

 private:
  const std::shared_ptr<const kql::BoundQuery> view_;
  const std::shared_ptr<const kql::TableSource> source_;
};

// Stands for the alerts while a view is bound.
class UnboundAlerts final : public kql::TableSource {
 public:
  const columnar::Schema& schema() const override { return source_schema(); }
  Result<kql::ScanAnswer> scan(const kql::ScanRequest&, kql::ScanStatistics&) const override {
    return fail(ErrorCode::internal, "The alerts of no tenant cannot be read.");
  }
};

class ViewCatalog final : public kql::Catalog {
 public:
  ViewCatalog(std::shared_ptr<const kql::Catalog> events, std::shared_ptr<const store::EntityStore> store,
              std::string tenant_id)
      : events_(std::move(events)), alerts_(std::make_shared<AlertTable>(std::move(store), std::move(tenant_id))) {}

  std::shared_ptr<const kql::TableSource> find(std::string_view name) const override {
    const auto& views = alert_views();
    const auto view = views.find(name);
    if (view == views.end()) return events_->find(name);
    return std::make_shared<ViewTable>(view->second, alerts_);
  }
  std::vector<std::string> table_names() const override { return events_->table_names(); }

 private:
  const std::shared_ptr<const kql::Catalog> events_;
  const std::shared_ptr<const kql::TableSource> alerts_;
};

}  // namespace

Result<std::shared_ptr<const kql::BoundQuery>> bind_alert_view(std::string_view text) {
  const SourceCatalog source(std::make_shared<UnboundAlerts>());
  const auto query = TRY(kql::parse_or_error(text));
  return std::make_shared<const kql::BoundQuery>(TRY(kql::bind(query, source, {})));
}

std::shared_ptr<const kql::Catalog> with_alert_views(std::shared_ptr<const kql::Catalog> events,
                                                     std::shared_ptr<const store::EntityStore> store,
                                                     std::string tenant_id) {
  return std::make_shared<ViewCatalog>(std::move(events), std::move(store), std::move(tenant_id));
}

}  // namespace vedette::resources
