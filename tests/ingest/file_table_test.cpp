// Files as tables: names, types, values and what is refused.
#include "vedette/ingest/file_table.h"

#include <gmock/gmock.h>

#include <fstream>

#include "vedette/kql/exec/engine.h"
#include "vedette/kql/exec/row_json.h"

namespace vedette::ingest {
namespace {

class OneTable final : public kql::Catalog {
 public:
  explicit OneTable(std::shared_ptr<const kql::TableSource> table) : table_(std::move(table)) {}
  std::shared_ptr<const kql::TableSource> find(std::string_view name) const override {
    return name == "T" ? table_ : nullptr;
  }
  std::vector<std::string> table_names() const override { return {"T"}; }

 private:
  std::shared_ptr<const kql::TableSource> table_;
};

class FileTableTest : public testing::Test {
 protected:
  base::Result<std::shared_ptr<const kql::TableSource>> open(const std::string& name, const std::string& bytes,
                                                             const columnar::Schema* declared = nullptr) {
    const std::string path = testing::TempDir() + name;
    std::ofstream(path, std::ios::binary) << bytes;
    return open_file_table(io::posix_file_system(), path, declared);
  }
  // "name:type, …" and then the rows of the query, one a line.
  std::string answer(const std::shared_ptr<const kql::TableSource>& table, const std::string& query) {
    const auto execution = kql::run(query, OneTable(table), {});
    if (!execution) return execution.error().message;
    std::string out;
    for (const auto& column : (*execution)->schema())
      out += (out.empty() ? "" : ", ") + column.name + ":" + std::string(to_string(column.type));
    for (;;) {
      const auto batch = (*execution)->next();
      if (!batch) return batch.error().message;
      if (!*batch) return out;
      for (size_t row = 0; row < (*batch)->rows; ++row) kql::append_row_json(out += "\n", **batch, row);
    }
  }
};

TEST_F(FileTableTest, FindsTypesInJson) {
  const auto table =
      open("types.ndjson",
           R"({"n":1,"r":1,"b":true,"t":"2024-03-26T09:39:50Z","s":"x","d":{"a":1},"m":1,"id":"2024-03-26"}
{"n":2,"r":1.5,"b":null,"t":"","s":"2024-03-26T09:39:50Z","d":[],"m":"one","late":7})");
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(answer(*table, "T"),
            "n:long, r:real, b:bool, t:datetime, s:string, d:dynamic, m:dynamic, id:string, late:long\n"
            R"([1,1.0,true,"2024-03-26T09:39:50.0000000Z","x",{"a":1},1,"2024-03-26",null])"
            "\n"
            R"([2,1.5,null,null,"2024-03-26T09:39:50Z",[],"one","",7])");
  EXPECT_EQ(answer(*table, "T | count"), "Count:long\n[2]");
}

TEST_F(FileTableTest, ReadsWhatCsvSpells) {
  const auto table = open("types.csv",
                          "port,zip,rate,when,ok,who\r\n443,007,0.5,2024-03-26T09:39:50Z,true,ada\r\n"
                          "80,010,2,2024-03-27T00:00:00Z,False,\r\n");
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(answer(*table, "T | where port > 100"),
            "port:long, zip:string, rate:real, when:datetime, ok:bool, who:string\n"
            R"([443,"007",0.5,"2024-03-26T09:39:50.0000000Z",true,"ada"])");
}

TEST_F(FileTableTest, ReadsWhatIsDelimitedByItsEndingInAnyCase) {
  for (const char* name : {"flows.Csv", "flows.tsv"}) {
    const std::string delimiter = name[6] == 'C' ? "," : "\t";
    const auto table = open(name, "port" + delimiter + "who\n443" + delimiter + "ada\n");
    ASSERT_TRUE(table) << table.error().message;
    EXPECT_EQ(answer(*table, "T"), "port:long, who:string\n[443,\"ada\"]") << name;
  }
}

TEST_F(FileTableTest, IsTextByLineOtherwise) {
  const auto table = open("plain.log", "first line\nsecond line\n");
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(answer(*table, "T | where Text has 'second'"), "Text:string\n[\"second line\"]");
}

TEST_F(FileTableTest, HasTheDeclaredColumns) {
  const columnar::Schema declared{{"Port", columnar::Type::int_}, {"Name", columnar::Type::string}};
  const auto table = open("declared.ndjson", R"({"Name":7,"Port":"22","Other":1})", &declared);
  ASSERT_TRUE(table);
  EXPECT_EQ(answer(*table, "T"), "Port:int, Name:string\n[22,\"7\"]");
}

TEST_F(FileTableTest, NamesTheRecordThatCannotBeRead) {
  const auto table = open("broken.ndjson", "{\"a\":1}\n{\"a\":\n");
  ASSERT_FALSE(table);
  EXPECT_THAT(table.error().message, testing::HasSubstr("broken.ndjson, line 2, record 2: "));
}

TEST_F(FileTableTest, LimitsTheColumns) {
  std::string record = "{";
  for (size_t i = 0; i <= file_table_columns_max; ++i) record += (i ? ",\"c" : "\"c") + std::to_string(i) + "\":1";
  const auto table = open("wide.ndjson", record + "}");
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().code, base::ErrorCode::limit_exceeded);
}

TEST_F(FileTableTest, NamesAFileByItsStem) {
  EXPECT_EQ(file_table_name("/logs/conn-2024.log.gz"), "conn_2024");
  EXPECT_EQ(file_table_name("eve.json"), "eve");
  EXPECT_EQ(file_table_name(".hidden"), "_hidden");
}

}  // namespace
}  // namespace vedette::ingest
