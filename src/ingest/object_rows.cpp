#include "object_rows.h"

#include <algorithm>
#include <memory>
#include <numeric>

#include "source_batch.h"

namespace vedette::ingest {

using columnar::Batch;

namespace {

// A few records at a time: what is in memory between the steps of a mapping is many times the records.
constexpr size_t records_at_a_time = 256;

}  // namespace

base::Result<std::vector<json::Object>> read_objects(const ConnectorQuery& query, const Batch& source,
                                                     const ObjectForm& form, const AlertOrigin& origin,
                                                     std::vector<bool>& taken) {
  std::vector<json::Object> objects;
  const auto& statement = query.statements().front();
  const auto output = statement.output();
  for (size_t begin = 0; begin < source.rows; begin += records_at_a_time) {
    auto some = std::make_shared<std::vector<uint32_t>>(std::min(records_at_a_time, source.rows - begin));
    std::iota(some->begin(), some->end(), static_cast<uint32_t>(begin));
    ConnectorQuery::Rows rows(query, source.select(some));
    for (const auto& batch : TRY(rows.run(statement))) {
      const auto record = batch.columns.back().view<int64_t>();
      for (size_t row = 0; row < batch.rows; ++row) {
        auto object = TRY(row_object(output, batch, row, alert_row_depth_max));
        if (!object.contains(form.key)) continue;
        taken[static_cast<size_t>(record[row])] = true;
        objects.push_back(TRY(form.normalize(std::move(object), origin)));
      }
    }
  }
  return objects;
}

}  // namespace vedette::ingest
