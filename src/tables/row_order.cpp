#include "row_order.h"

#include <algorithm>
#include <map>

#include "vedette/base/time.h"

namespace vedette::tables {

using columnar::Vector;

namespace {

// The source's rows of each day, ascending.
using RowsOfDays = std::map<int64_t, std::vector<uint32_t>>;

RowsOfDays rows_of_days(const Vector& times) {
  RowsOfDays days;
  const auto view = times.view<int64_t>();
  int64_t begin = 0, end = 0;  // of the last row's day
  std::vector<uint32_t>* rows = nullptr;
  for (uint32_t row = 0; row < times.size(); ++row) {
    if (view.is_null(row)) {
      days[INT64_MIN].push_back(row);
      continue;
    }
    const int64_t ticks = view[row];
    if (!rows || ticks < begin || ticks >= end) {
      const int64_t day = ticks / base::ticks_per_day;
      begin = day * base::ticks_per_day, end = begin + base::ticks_per_day;
      rows = &days[day];
    }
    rows->push_back(row);
  }
  return days;
}

bool continues(const RowPiece& a, const RowPiece& b) {
  return !a.selected && !b.selected && a.source == b.source && a.begin + a.count == b.begin;
}

}  // namespace

std::vector<RowPiece> order_by_day(const std::vector<Vector>& times) {
  std::map<int64_t, std::vector<RowPiece>> days;
  for (size_t source = 0; source < times.size(); ++source)
    for (auto& [day, rows] : rows_of_days(times[source])) {
      const size_t count = rows.size();
      if (rows.back() - rows.front() + 1 == count)
        days[day].push_back({source, rows.front(), count, nullptr});
      else
        days[day].push_back({source, 0, count, std::make_shared<const std::vector<uint32_t>>(std::move(rows))});
    }
  std::vector<RowPiece> pieces;
  for (const auto& [day, of_day] : days)
    for (const RowPiece& piece : of_day) {
      if (!pieces.empty() && continues(pieces.back(), piece))
        pieces.back().count += piece.count;
      else
        pieces.push_back(piece);
    }
  return pieces;
}

std::vector<RowPiece> in_order(const std::vector<size_t>& sizes) {
  std::vector<RowPiece> pieces;
  for (size_t source = 0; source < sizes.size(); ++source) pieces.push_back({source, 0, sizes[source], nullptr});
  return pieces;
}

std::vector<std::vector<RowPiece>> cut(const std::vector<RowPiece>& pieces, size_t rows_max) {
  std::vector<std::vector<RowPiece>> parts;
  size_t room = 0;
  for (const RowPiece& piece : pieces) {
    for (size_t at = 0; at < piece.count;) {
      if (room == 0) {
        parts.emplace_back();
        room = rows_max;
      }
      const size_t count = std::min(room, piece.count - at);
      parts.back().push_back({piece.source, piece.begin + at, count, piece.selected});
      at += count;
      room -= count;
    }
  }
  return parts;
}

SegmentRows rows_of(std::vector<RowPiece> pieces, ReadColumn read) {
  SegmentRows rows;
  for (const RowPiece& piece : pieces) rows.count += piece.count;
  rows.column = [pieces = std::move(pieces),
                 read = std::move(read)](size_t column) -> base::Result<std::vector<Vector>> {
    std::map<size_t, Vector> sources;
    std::vector<Vector> parts;
    for (const RowPiece& piece : pieces) {
      auto at = sources.find(piece.source);
      if (at == sources.end()) at = sources.emplace(piece.source, TRY(read(piece.source, column))).first;
      parts.push_back(piece.of(at->second));
    }
    return parts;
  };
  return rows;
}

}  // namespace vedette::tables
