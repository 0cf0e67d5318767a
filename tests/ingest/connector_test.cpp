#include "vedette/ingest/connector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "test_connector.h"

namespace vedette::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const std::string events = R"kql(// Two stages and what reads them.
let name_of = (record: dynamic) { tolower(tostring(record.host)) };
let event = source | extend Host = name_of(Record), Id = toint(Record.id);
let known = event | where Id < 10;
known | where Id == 1 | project Timestamp = todatetime(Record.ts), DeviceName = Host, ReportId = Id | as DeviceEvents;
known | where Id in (1, 2) | project DeviceName = Host, ActionType = strcat("id ", tostring(Id)) | as DeviceLogonEvents;
union (known | where Id == 3), (event | where Id == 13) | project DeviceName = Host | as DeviceLogonEvents;
event | where Id < 20 | project EventId = tostring(Id), Reason = "odd", Record | as UnmappedEvents
)kql";

const std::string records = R"({"id":1,"host":"A","ts":"2024-05-06T07:08:09Z"}
{"id":2,"host":"B"}
{"id":3,"host":"C"}
{"id":13,"host":"D"}
{"id":5}
{"id":50}
)";

TEST(Connector, GivesRowsOfTablesAndAccountsForEveryRecord) {
  const auto connector = load_from({{"events.kql", events}});
  ASSERT_TRUE(connector.has_value()) << connector.error().message;
  const auto mapped = (*connector)->map(read_batch(records + "nonsense\n"), {});
  EXPECT_THAT(rows_of(mapped.rows, "DeviceEvents"),
              ElementsAre(R"({"Timestamp":"2024-05-06T07:08:09.0000000Z","DeviceName":"a","ReportId":1})"));
  EXPECT_THAT(
      rows_of(mapped.rows, "DeviceLogonEvents"),
      UnorderedElementsAre(R"({"DeviceName":"a","ActionType":"id 1"})", R"({"DeviceName":"b","ActionType":"id 2"})",
                           R"({"DeviceName":"c"})", R"({"DeviceName":"d"})"));
  EXPECT_THAT(rows_of(mapped.rows, "UnmappedEvents"),
              UnorderedElementsAre(R"({"EventId":"5","Reason":"odd","Record":{"id":5}})",
                                   R"({"Source":"P","Reason":"no mapping","Record":{"id":50}})"));
  EXPECT_EQ(mapped.mapped, 4u);
  EXPECT_EQ(mapped.unmapped, 2u);
  EXPECT_EQ(mapped.quarantined.size(), 1u);
  EXPECT_THAT((*connector)->tables(), ElementsAre("DeviceEvents", "DeviceLogonEvents"));
}

TEST(Connector, TakesRowsThatNameTheirTable) {
  const auto connector = load_from({{"events.kql",
                                     "source | project Table = tostring(Record.t), Row = Record.r | as AnyTable;\n"
                                     "source | project Reason = \"left\", Record | as UnmappedEvents"}});
  ASSERT_TRUE(connector.has_value()) << connector.error().message;
  const auto mapped = (*connector)
                          ->map(read_batch(R"({"t":"DeviceEvents","r":{"DeviceName":"A","ReportId":"7"}}
{"t":"EmailEvents","r":{"Subject":"Hello","EmailDirection":"Inbound"}}
{"t":"DeviceEvents","r":{"ReportId":"many"}}
{"t":"NoTable","r":{"ReportId":1}}
{"t":"UnmappedEvents","r":{"Source":"x"}}
{"t":"DeviceEvents"}
)"),
                                {});
  EXPECT_THAT(rows_of(mapped.rows, "DeviceEvents"), ElementsAre(R"({"DeviceName":"A","ReportId":7})"));
  EXPECT_THAT(rows_of(mapped.rows, "EmailEvents"),
              ElementsAre(testing::AllOf(HasSubstr(R"("Subject":"Hello")"), HasSubstr(R"("Inbound")"))));
  EXPECT_EQ(rows_of(mapped.rows, "UnmappedEvents").size(), 4u);
  EXPECT_EQ(mapped.mapped, 2u);
}

std::string load_error(const std::string& text) {
  const auto connector = load_from({{"events.kql", text}});
  return connector ? "" : connector.error().message;
}

TEST(Connector, RefusesWhatIsWrongAtItsPlace) {
  EXPECT_EQ(load_error("let a = 1;\nsource | project NoColumn = 1 | as DeviceEvents"),
            "events.kql:2: The table DeviceEvents has no column 'NoColumn'.");
  EXPECT_EQ(load_error("source | project Timestamp = 1 | as DeviceEvents"),
            "events.kql:1: The column 'Timestamp' of DeviceEvents is datetime, the statement gives long.");
  EXPECT_EQ(load_error("\nsource | project DeviceName = Text | as NoTable"),
            "events.kql:2: There is no hunting table 'NoTable'.");
  EXPECT_EQ(load_error("source | project Table = Text, Row = Text | as AnyTable"),
            "events.kql:1: Rows of AnyTable have the columns Table (string) and Row (dynamic), no others.");
  EXPECT_EQ(load_error("source | project DeviceName = Text"), "events.kql:1: A statement ends in `| as TABLE`.");
  EXPECT_THAT(load_error("source | summarize ReportId = count() | as DeviceEvents"), HasSubstr("summarize"));
  EXPECT_THAT(load_error("let t = source | top 1 by Text;\nt | project DeviceName = Text | as DeviceEvents"),
              HasSubstr("events.kql:1: "));
  EXPECT_EQ(load_error("source | project Timestamp = now() | as DeviceEvents"),
            "events.kql:1: A connector cannot use now() or ago().");
  EXPECT_THAT(load_error("let a = 1;\n\nsource | project DeviceName = Nothing | as DeviceEvents"),
              HasSubstr("events.kql:3: "));
  EXPECT_THAT(load_error("print DeviceName = \"x\" | as DeviceEvents"), HasSubstr("does not read the table source"));
  EXPECT_THAT(load_error("let a = 1;"), HasSubstr("no tabular statement"));
}

std::string config_error(const std::string& toml) {
  const auto config = parse_connector_config("x", toml);
  return config ? "" : config.error().message;
}

TEST(Connector, RefusesAWrongConfiguration) {
  const std::string names = "vendor = \"V\"\nprovider = \"P\"\n";
  EXPECT_EQ(config_error(names), "");
  EXPECT_EQ(config_error("vendor = \"V\"\n"), "connector.toml, line 1: 'provider' is missing.");
  EXPECT_EQ(config_error(names + "colour = 1\n"), "connector.toml, line 3: the key 'colour' is not known.");
  EXPECT_EQ(config_error(names + "[[match]]\n"), "connector.toml, line 3: a match needs a condition.");
  EXPECT_THAT(config_error(names + "[[match]]\ntext = \"(\"\n"), HasSubstr("line 4: The pattern '(' is wrong"));
  EXPECT_THAT(config_error(names + "[group]\npattern = \"x\"\n"), HasSubstr("needs a group"));
  EXPECT_THAT(config_error(names + "[group]\nmember = \"x\"\nwindow = 100001\n"), HasSubstr("from 1 to 100000"));
  EXPECT_THAT(config_error(names + "general = 1\n"), HasSubstr("'general' is true or false"));
  EXPECT_THAT(config_error(names + "mapping = \"../x\"\n"), HasSubstr("'mapping' is the name of a connector"));
  EXPECT_THAT(config_error("vendor = "), HasSubstr("connector.toml, line 1"));
}

bool is_claimed(const std::string& rule, const std::string& text, const std::string& file = "d/conn.LOG") {
  const auto config = parse_connector_config("x", "vendor = \"V\"\nprovider = \"P\"\n[[match]]\n" + rule);
  EXPECT_TRUE(config.has_value());
  const auto batch = read_batch(text, file);
  return claims(*config, batch.records.at(0));
}

TEST(Connector, ClaimsRecords) {
  const std::string record = R"({"a":{"b":1},"id.x":"y","n":null})";
  EXPECT_TRUE(is_claimed("has = [\"a.b\", \"id.x\"]", record));
  EXPECT_FALSE(is_claimed("has = [\"a.b\", \"n\"]", record));
  EXPECT_TRUE(is_claimed("equals = { \"a.b\" = [\"0\", \"1\"] }", record));
  EXPECT_FALSE(is_claimed("equals = { \"a.b\" = \"2\" }", record));
  EXPECT_TRUE(is_claimed("file = \"conn*.log\"", record));
  EXPECT_TRUE(is_claimed("file = \"d/*\"", record));
  EXPECT_FALSE(is_claimed("file = \"dns*\"", record));
  EXPECT_TRUE(is_claimed("text = \"^type=\\\\w+\"", "type=X"));
  EXPECT_FALSE(is_claimed("text = \"^type=\\\\w+\"", "untype=X"));
}

TEST(Connector, TakesAlertsOfManyRecordsInTheirOrder) {
  const auto connector = load_from({{"alerts.kql",
                                     "source | where toint(Record.id) % 3 == 0 | project "
                                     "providerAlertId = tostring(Record.id)"}});
  ASSERT_TRUE(connector.has_value()) << connector.error().message;
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "{\"id\":" + std::to_string(i) + "}\n";
  const auto mapped = (*connector)->map(read_batch(many), {});
  ASSERT_EQ(mapped.alerts.size(), 334u);
  for (size_t i = 0; i < mapped.alerts.size(); ++i)
    EXPECT_EQ(mapped.alerts[i].at("providerAlertId").as_string(), std::to_string(3 * i));
  EXPECT_EQ(mapped.unmapped, 666u);
}

TEST(Connector, UsesTheMappingOfAnother) {
  const std::string toml = "vendor = \"V\"\nprovider = \"P\"\nmapping = \"other\"\n";
  const std::string alerts = "source | project providerAlertId = tostring(Record.id), title = 'theirs'";
  const std::string own = "source | project providerAlertId = tostring(Record.id), title = 'ours'";
  const auto title = [](const Connector& connector) {
    return std::string(json::find_string(connector.map(read_batch(R"({"id":"1"})"), {}).alerts.at(0), "title"));
  };
  const auto theirs = load_from({{"connector.toml", toml}, {"../other/alerts.kql", alerts}});
  ASSERT_TRUE(theirs.has_value()) << theirs.error().message;
  EXPECT_EQ(title(**theirs), "theirs");
  const auto ours = load_from({{"connector.toml", toml}, {"../other/alerts.kql", alerts}, {"alerts.kql", own}});
  ASSERT_TRUE(ours.has_value()) << ours.error().message;
  EXPECT_EQ(title(**ours), "ours");
  EXPECT_FALSE(load_from({{"connector.toml", toml}}).has_value());
}

TEST(Connector, TakesRowsOfATable) {
  const auto connector = table_connector("DeviceProcessEvents");
  ASSERT_TRUE(connector.has_value()) << connector.error().message;
  const auto mapped = (*connector)
                          ->map(read_batch(R"({"Timestamp":"2024-01-02","ProcessId":"17","AdditionalFields":"{\"a\":1}"}
{"Timestamp":"2024-01-02","ProcessId":"many"}
{"FileName":"x","FileSize":5,"Other":1}
)"),
                                {});
  EXPECT_THAT(rows_of(mapped.rows, "DeviceProcessEvents"),
              ElementsAre(HasSubstr("\"ProcessId\":17"), R"({"FileName":"x","FileSize":5})"));
  EXPECT_THAT(rows_of(mapped.rows, "UnmappedEvents"), ElementsAre(HasSubstr("\"Reason\":\"ProcessId is no ")));
  EXPECT_EQ(table_connector("NoTable").error().message, "There is no hunting table 'NoTable'.");
}

TEST(Connector, AllEmbeddedOnesLoad) {
  for (const auto& name : embedded_connector_names()) {
    const auto connector = embedded_connector(name);
    EXPECT_TRUE(connector.has_value()) << name << ": " << connector.error().message;
  }
  EXPECT_FALSE(embedded_connector("none").has_value());
}

TEST(Connector, AFileThatNobodyClaimsIsRefusedByName) {
  const auto nobody = detect_connector(memory_input("odd.json", "{\"x\":1}\n"), {});
  ASSERT_FALSE(nobody.has_value());
  EXPECT_EQ(nobody.error().message, "No connector claims 'odd.json'.");
}

}  // namespace
}  // namespace vedette::ingest
