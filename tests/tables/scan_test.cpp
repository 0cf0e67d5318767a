// What a scan takes over (predicates by term index, dictionary and zone map; top) against the plain evaluation of all
// rows.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <random>

#include "vedette/kql/functions/signature.h"
#include "vedette/tables/declaration.h"
#include "vedette/tables/event_store.h"

namespace vedette::tables {
namespace {

using columnar::Batch;
using columnar::Type;
using columnar::Vector;

constexpr std::string_view table_name = "DeviceProcessEvents";
constexpr size_t rows_in_all = 6'000;

const columnar::Schema& table_schema() { return find_declaration(table_name)->schema; }
size_t column_of(std::string_view name) { return *columnar::find_column(table_schema(), name); }

class ScanTest : public testing::Test {
 protected:
  ScanTest() {
    char name[] = "/tmp/vedette-scan-XXXXXX";
    folder_ = mkdtemp(name);
    store_ = std::move(EventStore::open(io::posix_file_system(), folder_, Access::read_write)).value();
    // Sealed segments with an index, and a rest without.
    for (int i = 0; i < 4; ++i) commit(rows_in_all / 5);
    EXPECT_TRUE(store_->merge_small_segments());
    commit(rows_in_all / 5);
  }
  ~ScanTest() override {
    store_.reset();
    EXPECT_TRUE(io::remove_tree(folder_));
  }

  std::string word() {
    static const char* const words[] = {"powershell", "PowerShell", "exe",  "ExE",  "cmd", "-enc",
                                        "a",          "tmp_1",      "ünï",  "C:\\", "x-y", "'quoted'",
                                        "mimikatz",   "net",        "user", "..",   "Δ",   "42"};
    return words[random_() % std::size(words)];
  }

  std::string line(int64_t number) {
    static const char* const gaps[] = {" ", ".", "", "/", "\t", "_", "  "};
    std::string out;
    for (uint64_t i = random_() % 5; i-- > 0;) out += word() + gaps[random_() % std::size(gaps)];
    if (random_() % 3 == 0) out += "id" + std::to_string(number);
    return out;
  }

  void commit(size_t rows) {
    Batch batch;
    batch.rows = rows;
    for (const columnar::Column& column : table_schema()) {
      columnar::VectorBuilder values(column.type);
      for (size_t i = 0; i < rows; ++i) {
        const auto number = static_cast<int64_t>(next_ + i);
        if (column.name == "ProcessCommandLine")
          values.append_copy(std::string_view(line(number)));
        else if (column.name == "FileName")
          values.append_copy(std::string_view(word()));
        else if (column.name == "Timestamp")
          values.append(639'000'000'000'000'000 + (number * 7919 % 6'007) * 600'000'000);
        else if (column.name == "FileSize" && number % 11 != 0)
          values.append(number % 997 - 100);
        else
          values.append_null();
      }
      batch.columns.push_back(values.finish());
    }
    next_ += rows;
    Commit commit;
    commit.rows.push_back({std::string(table_name), {std::move(batch)}});
    ASSERT_TRUE(store_->commit(std::move(commit)));
  }

  // All rows as text of some columns, of a request.
  std::vector<std::string> scan(kql::ScanRequest request, bool& applied) {
    request.columns = {column_of("Timestamp"), column_of("ProcessCommandLine"), column_of("FileName"),
                       column_of("FileSize")};
    const auto table = store_->snapshot()->find(table_name);
    kql::ScanStatistics statistics;
    auto answer = table->scan(request, statistics);
    EXPECT_TRUE(answer) << answer.error().message;
    applied = request.predicate ? answer->predicate_applied : answer->top_applied;
    std::vector<std::string> out;
    std::vector<kql::BatchStream*> streams{answer->rows.get()};
    for (const auto& stream : answer->more_rows) streams.push_back(stream.get());
    for (kql::BatchStream* stream : streams) {
      while (true) {
        auto batch = stream->next();
        EXPECT_TRUE(batch) << batch.error().message;
        if (!batch || !*batch) break;
        for (size_t row = 0; row < (*batch)->rows; ++row) {
          std::string text;
          for (const Vector& column : (*batch)->columns) append_json(text += ' ', column, row);
          out.push_back(std::move(text));
        }
      }
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  // The rows for which the function of the predicate's name is true.
  std::vector<std::string> plain(const kql::Predicate& predicate) {
    const auto table = store_->snapshot()->find(table_name);
    kql::ScanStatistics statistics;
    kql::ScanRequest request;
    for (size_t i = 0; i < table_schema().size(); ++i) request.columns.push_back(i);
    auto answer = table->scan(request, statistics);
    std::vector<std::string> out;
    while (true) {
      auto batch = answer->rows->next();
      if (!batch || !*batch) break;
      const auto truth = evaluate(predicate, **batch);
      for (size_t row = 0; row < (*batch)->rows; ++row) {
        if (!truth[row]) continue;
        std::string text;
        for (const char* name : {"Timestamp", "ProcessCommandLine", "FileName", "FileSize"})
          append_json(text += ' ', (*batch)->columns[column_of(name)], row);
        out.push_back(std::move(text));
      }
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  std::vector<bool> evaluate(const kql::Predicate& predicate, const Batch& batch) {
    std::vector<bool> out(batch.rows, predicate.op == "and");
    for (const kql::Predicate& child : predicate.children) {
      const auto truth = evaluate(child, batch);
      for (size_t i = 0; i < out.size(); ++i) out[i] = predicate.op == "and" ? out[i] && truth[i] : out[i] || truth[i];
    }
    if (!predicate.children.empty()) return out;
    std::vector<kql::ArgumentType> types{{.type = table_schema()[predicate.column].type}};
    std::vector<Vector> arguments{batch.columns[predicate.column]};
    for (const Vector& constant : predicate.constants) {
      types.push_back({.type = constant.type()});
      arguments.push_back(constant.repeated(batch.rows));
    }
    const auto result = kql::resolve_scalar(predicate.op, types).function->kernel({}, arguments, batch.rows);
    for (size_t i = 0; i < out.size(); ++i) out[i] = !result->is_null(i) && result->view<uint8_t>()[i];
    return out;
  }

  kql::Predicate leaf(std::string op, std::string_view column, std::vector<Vector> constants) {
    kql::Predicate out;
    out.op = std::move(op);
    out.column = column_of(column);
    out.constants = std::move(constants);
    return out;
  }

  kql::Predicate random_text_leaf() {
    static const char* const ops[] = {
        "has",      "!has",        "has_cs",      "hasprefix",  "hasprefix_cs", "hassuffix",
        "contains", "!contains",   "contains_cs", "startswith", "!startswith",  "startswith_cs",
        "endswith", "endswith_cs", "==",          "!=",         "=~",           "!~",
        "in",       "!in",         "in~",         "!in~",       "has_any",      "has_all",
        "isempty",  "isnotempty"};
    const std::string op = ops[random_() % std::size(ops)];
    std::vector<Vector> constants;
    const bool many = op.find("in") == 0 || op.find("!in") == 0 || op == "has_any" || op == "has_all";
    for (size_t i = op.starts_with("is") ? 0 : many ? 1 + random_() % 3 : 1; i-- > 0;) {
      std::string text = line(static_cast<int64_t>(random_() % rows_in_all));
      if (random_() % 2) text = text.substr(random_() % (text.size() + 1), 1 + random_() % 12);
      constants.push_back(columnar::constant_string(text));
    }
    return leaf(op, random_() % 4 ? "ProcessCommandLine" : "FileName", std::move(constants));
  }

  kql::Predicate random_leaf() {
    static const char* const orders[] = {"==", "!=", "<", "<=", ">", ">="};
    switch (random_() % 6) {
      case 0:
        return leaf(orders[random_() % 6], "FileSize",
                    {columnar::constant_long(static_cast<int64_t>(random_() % 1'200) - 200)});
      case 1:
        return leaf(
            orders[random_() % 6], "Timestamp",
            {columnar::constant_ticks(
                Type::datetime, 639'000'000'000'000'000 + static_cast<int64_t>(random_() % 6'100) * 600'000'000)});
      case 2:
        return leaf(random_() % 2 ? "isnull" : "isnotnull", random_() % 2 ? "FileSize" : "LogonId", {});
      default:
        return random_text_leaf();
    }
  }

  kql::Predicate random_predicate(int depth) {
    if (depth == 0 || random_() % 3 == 0) return random_leaf();
    kql::Predicate out;
    out.op = random_() % 2 ? "and" : "or";
    for (uint64_t i = 1 + random_() % 3; i-- > 0;) out.children.push_back(random_predicate(depth - 1));
    return out;
  }

  std::mt19937_64 random_{20'261'128};
  std::string folder_;
  std::unique_ptr<EventStore> store_;
  size_t next_ = 0;
};

TEST_F(ScanTest, PredicatesGiveWhatTheirFunctionsGive) {
  size_t some = 0;
  for (int i = 0; i < 400; ++i) {
    kql::ScanRequest request;
    request.predicate = random_predicate(i % 3);
    request.threads = 1 + i % 6;  // more than there are segments: these are cut up
    request.batch_rows = i % 4 ? 16 : 2048;
    bool applied = false;
    const auto rows = scan(request, applied);
    EXPECT_TRUE(applied);
    const auto wanted = plain(*request.predicate);
    ASSERT_EQ(rows, wanted) << i << ' ' << request.predicate->op;
    some += !wanted.empty() && wanted.size() < rows_in_all;
  }
  EXPECT_GT(some, 150u);
}

TEST_F(ScanTest, PartsOfSegmentsAreAllOfTheirRowsOnce) {
  bool applied = false;
  const auto all = scan({}, applied);
  EXPECT_EQ(all.size(), rows_in_all);
  for (int threads = 2; threads < 10; ++threads) {
    kql::ScanRequest request;
    request.threads = threads;
    request.batch_rows = 16;
    EXPECT_EQ(scan(request, applied), all) << threads;
  }
}

TEST_F(ScanTest, ATermOfTheIndexIsFoundWhateverItsCase) {
  for (const char* text : {"MIMIKATZ", "mimikatz", "ünï", "id17", "nothing-of-it", "powershell exe"}) {
    kql::ScanRequest request;
    request.predicate = leaf("has", "ProcessCommandLine", {columnar::constant_string(text)});
    bool applied = false;
    EXPECT_EQ(scan(request, applied), plain(*request.predicate)) << text;
  }
}

TEST_F(ScanTest, TopRowsComeFromTheBestBlocks) {
  for (const auto order : {kql::SortOrder::ascending, kql::SortOrder::descending}) {
    kql::ScanRequest request;
    request.top.emplace();
    request.top->rows = 25;
    request.top->keys = {{column_of("Timestamp"), order, kql::NullsOrder::last}};
    bool applied = false;
    const auto rows = scan(request, applied);
    EXPECT_TRUE(applied);
    auto all = scan({}, applied);
    if (order == kql::SortOrder::descending) std::reverse(all.begin(), all.end());
    all.resize(25);
    std::sort(all.begin(), all.end());
    // The texts begin with the time; rows of equal times may differ.
    for (size_t i = 0; i < 25; ++i) EXPECT_EQ(rows[i].substr(0, 30), all[i].substr(0, 30));
    request.top->keys[0].column = column_of("FileSize");  // it has nulls
    scan(request, applied);
    EXPECT_FALSE(applied);
  }
}

}  // namespace
}  // namespace vedette::tables
