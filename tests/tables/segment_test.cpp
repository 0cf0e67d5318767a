#include "vedette/tables/segment.h"

#include <gtest/gtest.h>

#include <random>

#include "vedette/tables/declaration.h"
#include "vedette/tables/event_store.h"

namespace vedette::tables {
namespace {

using columnar::Batch;
using columnar::Type;
using columnar::Vector;
using columnar::VectorBuilder;

Vector read_back(Type type, const Vector& values, size_t rows) {
  const columnar::Schema schema{{"Column", type}};
  auto bytes = encode_segment(schema, std::vector<Batch>{{{values}, rows}});
  EXPECT_TRUE(bytes);
  auto segment = Segment::of_bytes(std::move(*bytes), "memory");
  EXPECT_TRUE(segment) << segment.error().message;
  int64_t bytes_read = 0;
  auto read = (*segment)->read(schema[0], bytes_read);
  EXPECT_TRUE(read) << read.error().message;
  return *read;
}

void expect_same(const Vector& a, const Vector& b) {
  ASSERT_EQ(a.size(), b.size());
  ASSERT_EQ(a.type(), b.type());
  std::string left, right;
  for (size_t row = 0; row < a.size(); ++row) {
    left.clear(), right.clear();
    append_json(left, a, row);
    append_json(right, b, row);
    ASSERT_EQ(left, right) << row;
  }
}

Vector integers(Type type, const std::vector<int64_t>& values) {
  VectorBuilder out(type);
  for (const int64_t value : values) out.append(value);
  return out.finish();
}

TEST(Segment, IntegersOfEveryWidthComeBack) {
  std::mt19937_64 random(7);
  for (unsigned width = 0; width <= 64; ++width) {
    for (const size_t rows : {size_t{1}, size_t{9}, size_t{1000}}) {
      std::vector<int64_t> values;
      for (size_t i = 0; i < rows; ++i)
        values.push_back(width == 0 ? -3 : static_cast<int64_t>(random() >> (64 - width)) - 5);
      const Vector column = integers(Type::long_, values);
      expect_same(read_back(Type::long_, column, rows), column);
    }
  }
  const Vector extremes = integers(Type::long_, {INT64_MIN, INT64_MAX, 0, -1, 1, INT64_MIN});
  expect_same(read_back(Type::long_, extremes, 6), extremes);
  const Vector times = integers(Type::datetime, {639000000000000000, 639000000000000010, 639000000000123450});
  expect_same(read_back(Type::datetime, times, 3), times);
}

TEST(Segment, BlocksMeetAtTheirEdges) {
  for (const size_t rows : {size_t{65'535}, size_t{65'536}, size_t{65'537}, size_t{131'073}}) {
    VectorBuilder numbers(Type::long_), texts(Type::string);
    for (size_t i = 0; i < rows; ++i) {
      i % 7 == 3 ? numbers.append_null() : numbers.append(static_cast<int64_t>(i * 977));
      texts.append_copy("text " + std::to_string(i % 70'000));
    }
    const Vector number_column = numbers.finish(), text_column = texts.finish();
    expect_same(read_back(Type::long_, number_column, rows), number_column);
    expect_same(read_back(Type::string, text_column, rows), text_column);
  }
}

TEST(Segment, EveryTypeComesBackWithItsNulls) {
  const auto arena = std::make_shared<columnar::Arena>();
  for (int i = 0; i < columnar::type_count; ++i) {
    const auto type = static_cast<Type>(i);
    VectorBuilder column(type);
    for (int64_t row = 0; row < 50; ++row) {
      if (row % 5 == 2) {
        column.append_null();
        continue;
      }
      switch (type) {
        case Type::bool_:
          column.append<uint8_t>(row % 2);
          break;
        case Type::int_:
          column.append<int32_t>(static_cast<int32_t>(row * -1'000'003));
          break;
        case Type::long_:
        case Type::datetime:
        case Type::timespan:
          column.append<int64_t>(row * row * 864'000);
          break;
        case Type::real:
          column.append<double>(static_cast<double>(row) / 3);
          break;
        case Type::decimal:
          column.append(columnar::Decimal{row * 7, 2});
          break;
        case Type::string:
          column.append_copy("value " + std::to_string(row % 9));
          break;
        case Type::guid:
          column.append(base::Guid{{static_cast<uint8_t>(row)}});
          break;
        case Type::dynamic:
          column.append_copy(columnar::Dynamic::of(row % 4));
          break;
      }
    }
    const Vector values = column.finish();
    expect_same(read_back(type, values, 50), values);
  }
}

// Every bit of every kind of block, the term index among them, is checked, and what is damaged is named.
TEST(Segment, AFlippedBitIsNamedWithItsBlock) {
  const columnar::Schema schema{{"Number", Type::long_}, {"Text", Type::string}, {"Share", Type::real}};
  VectorBuilder numbers(Type::long_), texts(Type::string), shares(Type::real);
  for (int64_t i = 0; i < 1'500; ++i) {
    i % 10 == 0 ? numbers.append_null() : numbers.append(i * i);
    texts.append_copy("term" + std::to_string(i) + " common");
    shares.append(static_cast<double>(i) / 7);
  }
  const std::string whole =
      encode_segment(schema, std::vector<Batch>{{{numbers.finish(), texts.finish(), shares.finish()}, 1'500}}).value();
  for (size_t size = 0; size < whole.size(); size += 97) {
    const auto torn = Segment::of_bytes(whole.substr(0, size), "the file");
    ASSERT_FALSE(torn) << size;
    EXPECT_EQ(torn.error().code, base::ErrorCode::corrupt_data);
  }
  size_t named_blocks = 0;
  for (size_t at = 0; at < whole.size(); at += 3) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 16);
    const auto segment = Segment::of_bytes(flipped, "the file");
    std::vector<base::Error> errors;
    if (!segment) errors.push_back(segment.error());
    int64_t bytes_read = 0;
    for (size_t i = 0; segment && i < schema.size(); ++i)
      if (auto values = (*segment)->read(schema[i], bytes_read); !values) errors.push_back(values.error());
    for (int64_t i = 0; segment && errors.empty() && i < 1'500; ++i) {
      auto codes = (*segment)->codes_with_term(*(*segment)->find(schema[1]), "term" + std::to_string(i), bytes_read);
      if (!codes) errors.push_back(codes.error());
    }
    ASSERT_EQ(errors.size(), 1u) << at;
    EXPECT_EQ(errors[0].code, base::ErrorCode::corrupt_data);
    EXPECT_EQ(errors[0].cause, "the file");
    named_blocks += errors[0].message.find("of column") != std::string::npos;
  }
  EXPECT_GT(named_blocks, whole.size() / 6);
}

// Whoever asks for "invoice" must not miss it beside the bytes of a quotation mark.
TEST(Segment, TermsOfFormat2AreNotLookedAt) {
  VectorBuilder texts(Type::string);
  for (int i = 0; i < 1'500; ++i) texts.append_copy("text " + std::to_string(i));
  texts.append_copy("\u201cInvoice\u201d");
  const columnar::Schema schema{{"Text", Type::string}};
  std::string bytes = encode_segment(schema, std::vector<Batch>{{{texts.finish()}, 1'501}}).value();
  using Codes = std::optional<std::vector<uint32_t>>;
  const auto codes = [&] {
    const auto segment = Segment::of_bytes(bytes, "memory").value();
    int64_t bytes_read = 0;
    EXPECT_EQ(segment->read(schema[0], bytes_read).value().size(), 1'501u);
    return segment->codes_with_term(*segment->find(schema[0]), "invoice", bytes_read).value();
  };
  EXPECT_EQ(codes(), Codes(std::vector<uint32_t>{1'500}));
  bytes.replace(0, 8, "VDSEG02\n");
  EXPECT_EQ(codes(), Codes());
}

TEST(Segment, FoldersOfFormat1Open) {
  const auto store =
      EventStore::open(io::posix_file_system(), VEDETTE_SOURCE_DIR "/tests/tables/format_1", Access::read_only);
  ASSERT_TRUE(store) << store.error().message;
  const auto table = (*store)->snapshot()->find("DeviceEvents");
  kql::ScanStatistics statistics;
  kql::ScanRequest request;
  for (const char* name : {"Timestamp", "DeviceName", "ProcessCommandLine", "FileSize", "RemotePort"})
    request.columns.push_back(*columnar::find_column(table->schema(), name));
  request.predicate.emplace();
  request.predicate->op = "has";
  request.predicate->column = request.columns[2];
  request.predicate->constants = {columnar::constant_string("ENC")};
  auto answer = table->scan(request, statistics);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->predicate_applied);
  const auto batch = answer->rows->next();
  ASSERT_TRUE(batch && *batch);
  std::string row;
  for (const Vector& column : (*batch)->columns) append_json(row += ' ', column, 0);
  EXPECT_EQ((*batch)->rows, 1u);
  EXPECT_EQ(row, R"( "2026-10-01T00:00:00.1234567Z" "host-a.contoso.com" "powershell.exe -enc AAAA" 5 443)");
}

}  // namespace
}  // namespace vedette::tables
