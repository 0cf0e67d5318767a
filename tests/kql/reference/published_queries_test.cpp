// Published hunting queries over tables with rows, where the reference corpora are present: VEDETTE_SHARED, else
// ../shared beside the source. A query may bind, and yet be refused by what a row holds: none is. Values are drawn from
// the queries' own texts and members, so that filters pass, joins meet and paths lead somewhere.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <set>

#include "../exec/stub_source.h"
#include "token.h"
#include "vedette/json/value.h"
#include "vedette/kql/exec/engine.h"

namespace vedette::kql::testing {
namespace {

using columnar::Type;
using columnar::VectorBuilder;

constexpr int64_t days = 3;
constexpr int rows_of_a_table = 100;

std::filesystem::path reference(const char* name) {
  const char* shared = std::getenv("VEDETTE_SHARED");
  const std::filesystem::path root = shared ? shared : std::filesystem::path(VEDETTE_SOURCE_DIR) / "../shared";
  return root / "reference" / name;
}

std::vector<std::string> read_queries(const std::filesystem::path& path) {
  std::vector<std::string> queries;
  std::ifstream lines(path);
  for (std::string line; std::getline(lines, line);) {
    const json::Value query = json::parse(line).value();
    if (json::find(query, "binds")->as_bool()) queries.emplace_back(json::find_string(query, "query"));
  }
  return queries;
}

// Rows by chance, the same in every run.
class RowMaker {
 public:
  explicit RowMaker(const std::vector<std::string>& queries) {
    std::set<std::string> words, members;
    for (const std::string& query : queries) {
      const auto tokens = tokenize(query);
      std::string_view name;  // the last one: most often what the texts behind it are compared with
      for (size_t i = 0; i + 1 < tokens.size(); ++i) {
        const std::string_view text = tokens[i].text;
        if (tokens[i].is(".") && tokens[i + 1].kind == TokenKind::name) members.emplace(tokens[i + 1].text);
        if (tokens[i].kind == TokenKind::name && text.size() > 3 && text[0] >= 'A' && text[0] <= 'Z') name = text;
        if (tokens[i].kind != TokenKind::string || text.size() < 3 || text.find('\\') != text.npos) continue;
        words.emplace(text.substr(1, text.size() - 2));
        words_of_[std::string(name)].emplace_back(text.substr(1, text.size() - 2));
      }
    }
    words_.assign(words.begin(), words.end());
    members_.assign(members.begin(), members.end());
  }

  columnar::Batch rows(const columnar::Schema& schema) {
    columnar::Batch batch;
    batch.rows = rows_of_a_table;
    for (const columnar::Column& column : schema) {
      VectorBuilder values(column.type);
      for (int row = 0; row < rows_of_a_table; ++row) add(values, column);
      batch.columns.push_back(values.finish());
    }
    return batch;
  }

 private:
  size_t below(size_t limit) { return random_() % limit; }
  bool one_in(size_t count) { return below(count) == 0; }

  void add(VectorBuilder& values, const columnar::Column& column) {
    if (column.name != "Timestamp" && one_in(8)) return values.append_null();
    switch (column.type) {
      case Type::bool_:
        return values.append(static_cast<uint8_t>(below(2)));
      case Type::int_:
        return values.append(static_cast<int32_t>(below(70'000)));
      case Type::long_:
        return values.append(static_cast<int64_t>(below(70'000)));
      case Type::real:
        return values.append(static_cast<double>(below(1000)) / 7);
      case Type::datetime:
        return values.append(now().ticks - static_cast<int64_t>(below(days * base::ticks_per_day)));
      case Type::dynamic: {
        const auto value = parser_.parse(json::to_text(one_in(4) ? list() : bag(0)), values.arena());
        return values.append<columnar::Dynamic>(value.value());
      }
      case Type::guid:
        return values.append(base::Guid{{static_cast<uint8_t>(below(9))}});
      default:
        return values.append_copy(text_of(column.name));
    }
  }

  // Few values in columns that queries join by.
  std::string text_of(std::string_view column) {
    const auto known = words_of_.find(column);
    if (known != words_of_.end() && !one_in(3)) return known->second[below(known->second.size())];
    if (column.ends_with("IP")) return "10.0.0." + std::to_string(below(9));
    if (column.ends_with("Id") || column.ends_with("Upn") || column.ends_with("Name") || column.starts_with("SHA"))
      return words_[(column.size() * 31 + below(3)) % words_.size()];
    if (column == "AdditionalFields" || column == "RawEventData" || one_in(6))
      return json::to_text(one_in(4) ? list() : bag(0));
    return words_[below(words_.size())];
  }

  json::Value value(int depth) {
    switch (below(depth < 2 ? 8 : 6)) {
      case 0:
        return static_cast<int64_t>(below(100'000));
      case 1:
        return static_cast<double>(below(1000)) / 8;
      case 2:
        return one_in(2);
      case 3:
        return nullptr;
      case 6:
        return list(depth + 1);
      case 7:
        return bag(depth + 1);
      default:
        return json::Value(words_[below(words_.size())]);
    }
  }
  json::Value list(int depth = 1) {
    json::Array out;
    for (size_t i = below(4); i > 0; --i) out.push_back(value(depth));
    return out;
  }
  json::Value bag(int depth) {
    json::Object out;
    for (size_t i = depth == 0 ? members_.size() / 2 : 8; i > 0; --i)
      out.insert_or_assign(members_[below(members_.size())], value(depth));
    return out;
  }

 public:
  static base::DateTime now() { return *base::parse_iso_date_time("2026-11-30T00:00:00Z"); }

 private:
  std::mt19937_64 random_{7};
  std::vector<std::string> words_, members_;
  std::map<std::string, std::vector<std::string>, std::less<>> words_of_;  // by column
  columnar::DynamicParser parser_;
};

StubCatalog tables_with_rows(const std::filesystem::path& schema_path, RowMaker& maker) {
  StubCatalog catalog;
  std::ifstream in(schema_path);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const json::Value tables = json::parse(text).value();
  for (const auto& [name, table] : tables.as_object()) {
    columnar::Schema schema;
    for (const json::Value& column : json::find(table, "columns")->as_array())
      schema.push_back({std::string(json::find_string(column, "name")),
                        columnar::parse_type(json::find_string(column, "type")).value()});
    catalog.tables[std::string(name)] = make_stub_source(schema, maker.rows(schema), Eagerness::nothing);
  }
  return catalog;
}

base::Result<size_t> count_rows(const std::string& query, const StubCatalog& catalog) {
  EngineOptions options;
  options.now = RowMaker::now();
  const auto execution = TRY(run(query, catalog, options));
  size_t rows = 0;
  while (const auto batch = TRY(execution->next())) rows += batch->rows;
  return rows;
}

// What is not here, whatever the rows: files of other hosts, a database of places.
bool needs_what_is_not_here(const base::Error& error) {
  return error.code == base::ErrorCode::external_data_disabled ||
         error.message.starts_with("geo_info_from_ip_address() of a public address needs a database");
}

TEST(PublishedQueries, AreNotRefusedByWhatRowsHold) {
  const auto path = reference("kql/hunting-queries.jsonl");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const auto queries = read_queries(path);
  RowMaker maker(queries);
  const StubCatalog catalog = tables_with_rows(reference("hunting-schema.json"), maker);
  size_t answered = 0, with_rows = 0;
  for (const std::string& query : queries) {
    const auto rows = count_rows(query, catalog);
    if (!rows && needs_what_is_not_here(rows.error())) continue;
    EXPECT_TRUE(rows) << rows.error().message << "\n" << query;
    ++answered;
    with_rows += rows && *rows > 0;
  }
  std::cout << "published queries: " << answered << " answered, " << with_rows << " of them with rows\n";
  EXPECT_GT(with_rows, answered / 5);
}

}  // namespace
}  // namespace vedette::kql::testing
