// ColumnTest: from what a segment says of a condition to the rows that satisfy it.
#include <algorithm>

#include "column_test.h"
#include "integer_block.h"
#include "segment_file.h"
#include "vedette/columnar/rows_where.h"

namespace vedette::tables {

using base::Result;
using columnar::Selection;
using columnar::Vector;

namespace {

// Calls visit(block, begin, end, rows, rows_end) for each block that `within` has rows in: all from `begin` to `end`
// when `rows` is null.
template <class Visit>
base::Status for_each_block(const RowSet& within, const Visit& visit) {
  if (within.is_run()) {
    for (size_t begin = within.begin(), end = 0; begin < within.end(); begin = end) {
      const size_t block = begin / block_rows;
      end = std::min(within.end(), (block + 1) * block_rows);
      TRY(visit(block, begin, end, nullptr, nullptr));
    }
    return {};
  }
  const size_t count = within.row_count();
  const uint32_t* at = within.rows()->data();
  const uint32_t* const end = at + within.rows()->size();
  while (at < end) {
    const size_t block = *at / block_rows;
    const uint32_t* const after = std::lower_bound(at, end, static_cast<uint32_t>((block + 1) * block_rows));
    TRY(visit(block, block * block_rows, std::min(count, (block + 1) * block_rows), at, after));
    at = after;
  }
  return {};
}

// More codes than these are looked up instead of compared.
constexpr size_t compared_codes_max = 6;

// Rows of [begin, end) whose code is one of the `wanted`. Most runs of 32 rows have none.
void scan_for_few(const uint32_t* codes, size_t begin, size_t end, const std::vector<uint32_t>& wanted,
                  std::vector<uint32_t>& out) {
  constexpr size_t run = 32;
  const auto is_wanted = [&](size_t row) {
    return std::find(wanted.begin(), wanted.end(), codes[row]) != wanted.end();
  };
  size_t row = begin;
  for (; row + run <= end; row += run) {
    uint32_t any = 0;
    for (const uint32_t code : wanted)
      for (size_t i = 0; i < run; ++i) any |= codes[row + i] == code ? 1 : 0;
    if (any == 0) continue;
    for (size_t i = 0; i < run; ++i)
      if (is_wanted(row + i)) out.push_back(static_cast<uint32_t>(row + i));
  }
  for (; row < end; ++row)
    if (is_wanted(row)) out.push_back(static_cast<uint32_t>(row));
}

// Of the rows of a block, all of them when `at` is null, those that hold.
template <class Holds>
void append_holding(size_t begin, size_t end, const uint32_t* at, const uint32_t* after, const Holds& holds,
                    std::vector<uint32_t>& out) {
  const auto listed = [at](size_t i) { return at[i]; };
  const auto in_run = [begin](size_t i) { return static_cast<uint32_t>(begin + i); };
  if (at)
    columnar::append_rows_where(out, static_cast<size_t>(after - at), listed, holds);
  else
    columnar::append_rows_where(out, end - begin, in_run, holds);
}

bool any_within(const std::vector<uint32_t>& codes, const RangeBlock& block) {
  return std::any_of(codes.begin(), codes.end(),
                     [&](uint32_t code) { return int64_t{code} >= block.least && int64_t{code} <= block.most; });
}

Result<RowSet> rows_with_codes(const SegmentReader& reader, const StoredColumn& stored, const Verdict& verdict,
                               const RowSet& within) {
  const Selection codes = TRY(reader.codes(stored));
  const bool zones = stored.encoding == Encoding::packed_dictionary && !verdict.few.empty();
  const bool compared = !verdict.few.empty() && verdict.few.size() <= compared_codes_max;
  std::vector<uint32_t> out;
  TRY(for_each_block(
      within, [&](size_t block, size_t begin, size_t end, const uint32_t* at, const uint32_t* after) -> base::Status {
        if (zones && !any_within(verdict.few, stored.blocks[block])) return {};
        if (!at && compared) {
          scan_for_few(codes->data(), begin, end, verdict.few, out);
        } else {
          const auto matches = [code = codes->data(), &verdict](uint32_t row) {
            return verdict.matches.contains(code[row]);
          };
          append_holding(begin, end, at, after, matches, out);
        }
        return {};
      }));
  return RowSet::of(std::move(out), within.row_count());
}

}  // namespace

// Those of the rows whose value satisfies the condition, which is asked once for each value that they have.
Result<RowSet> ColumnTest::checked(const SegmentReader& reader, const StoredColumn& stored, const RowSet& rows,
                                   const kql::CallContext& context) const {
  const Selection codes = TRY(reader.codes(stored));
  CodeSet holding(stored.value_count);
  for (size_t i = 0; i < rows.size(); ++i) holding.insert((*codes)[rows[i]]);
  const std::vector<uint32_t> distinct = holding.codes();
  if (distinct.empty()) return rows;
  const auto truth = TRY(truths(TRY(reader.values(stored, distinct)), Layout::scattered, context));
  for (size_t i = 0; i < distinct.size(); ++i)
    if (!truth[i]) holding.erase(distinct[i]);
  std::vector<uint32_t> out;
  columnar::append_rows_where(
      out, rows.size(), [&](size_t i) { return rows[i]; },
      [&, code = codes->data()](uint32_t row) { return holding.contains(code[row]); });
  return RowSet::of(std::move(out), rows.row_count());
}

Result<RowSet> ColumnTest::rows(const SegmentReader& reader, const Verdict& verdict, const RowSet& within,
                                const kql::CallContext& context) const {
  if (verdict.kind == Verdict::Kind::none) return RowSet::of({}, within.row_count());
  if (verdict.kind == Verdict::Kind::all) return within;
  const StoredColumn& stored = *reader.find(column_);
  if (verdict.kind == Verdict::Kind::codes) {
    RowSet rows = TRY(rows_with_codes(reader, stored, verdict, within));
    return verdict.unchecked ? checked(reader, stored, rows, context) : rows;
  }
  std::vector<uint32_t> out;
  std::optional<Vector> values;  // read when a block must be looked into
  TRY(for_each_block(
      within, [&](size_t block, size_t begin, size_t end, const uint32_t* at, const uint32_t* after) -> base::Status {
        const auto judged = verdict.blocks.empty() ? Verdict::Block::some : verdict.blocks[block];
        if (judged == Verdict::Block::none) return {};
        std::vector<uint8_t> truth;
        if (judged == Verdict::Block::some) {
          if (!values) values = TRY(reader.flat(stored));
          truth = TRY(truths(values->slice(begin, end - begin), Layout::dense, context));
        }
        // Two loops: one that asked for each row which of them it is took a tenth more.
        const auto any = [](uint32_t) { return true; };
        const auto holds = [&](uint32_t row) { return truth[row - begin] != 0; };
        truth.empty() ? append_holding(begin, end, at, after, any, out)
                      : append_holding(begin, end, at, after, holds, out);
        return {};
      }));
  return RowSet::of(std::move(out), within.row_count());
}

}  // namespace vedette::tables
