#include "order_by_day.h"

#include <algorithm>
#include <map>

namespace vedette::tables {

using columnar::Batch;
using columnar::Vector;

namespace {

constexpr int64_t ticks_per_day = int64_t{24} * 3600 * 10'000'000;

int64_t day_of(const Vector& times, size_t row) {
  return times.is_null(row) ? INT64_MIN : times.view<int64_t>()[row] / ticks_per_day;
}

bool is_ordered(const std::vector<Batch>& batches, size_t column) {
  int64_t last = INT64_MIN;
  for (const Batch& batch : batches)
    for (size_t row = 0; row < batch.rows; ++row) {
      const int64_t day = day_of(batch.columns[column], row);
      if (day < last) return false;
      last = day;
    }
  return true;
}

}  // namespace

std::vector<Batch> order_by_day(const columnar::Schema& schema, std::vector<Batch> batches) {
  const auto column = columnar::find_column(schema, "Timestamp");
  if (!column || schema[*column].type != columnar::Type::datetime) return batches;
  if (is_ordered(batches, *column)) return batches;
  // Of each day: its rows in each batch.
  std::map<int64_t, std::vector<std::vector<uint32_t>>> days;
  for (size_t i = 0; i < batches.size(); ++i) {
    const Vector& times = batches[i].columns[*column];
    for (uint32_t row = 0; row < batches[i].rows; ++row) {
      auto& rows = days[day_of(times, row)];
      rows.resize(batches.size());
      rows[i].push_back(row);
    }
  }
  std::vector<Batch> out;
  for (auto& [day, rows] : days)
    for (size_t i = 0; i < batches.size(); ++i)
      if (!rows[i].empty())
        out.push_back(batches[i].select(std::make_shared<std::vector<uint32_t>>(std::move(rows[i]))));
  return out;
}

std::vector<std::vector<Batch>> cut(std::vector<Batch> batches, size_t rows_max) {
  std::vector<std::vector<Batch>> out;
  size_t room = 0;
  for (const Batch& batch : batches) {
    for (size_t at = 0; at < batch.rows;) {
      if (room == 0) {
        out.emplace_back();
        room = rows_max;
      }
      const size_t count = std::min(room, batch.rows - at);
      out.back().push_back(batch.slice(at, count));
      at += count;
      room -= count;
    }
  }
  return out;
}

}  // namespace vedette::tables
