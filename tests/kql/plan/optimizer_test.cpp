// What reaches the scans, and what must not.
#include <gtest/gtest.h>

#include "test_catalog.h"

namespace vedette::kql {
namespace {

TEST(Optimizer, ConditionsAndColumnsReachTheScan) {
  EXPECT_EQ(explained("Logons | where Name has 'x' and Count + 1 > 2 | project Name"),
            "project [Name]\n"
            "  filter >(+(Count, 1), 2)\n"
            "    scan Logons [Name, Count] where has(Name, \"x\")\n");
}

TEST(Optimizer, TimesBecomeARange) {
  EXPECT_EQ(explained("Logons | where Timestamp > datetime(2024-01-01) and Timestamp <= datetime(2024-01-02) | count"),
            "count [Count]\n"
            "  scan Logons [Timestamp] where and(>(Timestamp, datetime(\"2024-01-01T00:00:00.0000000Z\")), "
            "<=(Timestamp, datetime(\"2024-01-02T00:00:00.0000000Z\"))) from 2024-01-01T00:00:00.0000001Z to "
            "2024-01-02T00:00:00.0000001Z\n");
}

TEST(Optimizer, LimitsStopAtFilters) {
  EXPECT_EQ(explained("Logons | project Name | take 5"),
            "take 5\n"
            "  scan Logons [Name] limit 5\n");
  EXPECT_EQ(explained("Logons | where Count * 2 > 1 | take 5 | project Name"),
            "project [Name]\n"
            "  take 5\n"
            "    filter >(*(Count, 2), 1)\n"
            "      scan Logons [Name, Count]\n");
  EXPECT_EQ(explained("Logons | top 3 by Count asc | project Count"),
            "top 3 by Count asc nulls first\n"
            "  scan Logons [Count] top 3 by Count asc\n");
  EXPECT_EQ(explained("Logons | summarize arg_max(Timestamp, Count) by Name"),
            "summarize arg_max(Timestamp, Count) by Name [Name, Timestamp, Count]\n"
            "  scan Logons [Timestamp, Name, Count] newest first\n");
}

TEST(Optimizer, FiltersPassWhatKeepsRows) {
  EXPECT_EQ(explained("Logons | extend Host = Name | summarize n = count() by Host | where Host == 'a' and n > 1"),
            "filter >(n, 1)\n"
            "  summarize count() by Host [Host, n]\n"
            "    project [Host = Name]\n"
            "      scan Logons [Name] where ==(Name, \"a\")\n");
}

TEST(Optimizer, FiltersStayAboveTakeAndWindows) {
  EXPECT_EQ(explained("Logons | project Name | take 5 | where Name == 'a'"),
            "filter ==(Name, \"a\")\n"
            "  take 5\n"
            "    scan Logons [Name] limit 5\n");
  EXPECT_EQ(explained("Logons | sort by Name asc | extend n = row_number() | where Name == 'a' | project n"),
            "project [n = $window4]\n"
            "  filter ==(Name, \"a\")\n"
            "    window row_number(1, false)\n"
            "      sort by Name asc nulls first\n"
            "        scan Logons [Name]\n");
}

TEST(Optimizer, ConditionsPassJoins) {
  EXPECT_EQ(explained("Logons | project Name, Count | join (Devices | project Name, Port) on Name "
                      "| where Count == 1 and Port == 2 | project Name"),
            "join innerunique on Name == Name [Name]\n"
            "  scan Logons [Name] where ==(Count, 1)\n"
            "  scan Devices [Name] where ==(Port, int(2))\n");
  EXPECT_EQ(explained("Logons | project Name | join kind=leftouter (Devices | project Name, Port) on Name "
                      "| where Port == 2 | project Port"),
            "filter ==(tolong(Port), 2)\n"
            "  join leftouter on Name == Name [Port]\n"
            "    scan Logons [Name]\n"
            "    scan Devices [Name, Port]\n");
}

TEST(Optimizer, NamedRowsReadOnceAreInlined) {
  EXPECT_EQ(explained("let T = Logons | summarize n = count() by Name; T | where n > 1"),
            "filter >(n, 1)\n"
            "  summarize count() by Name [Name, n]\n"
            "    scan Logons [Name]\n");
  EXPECT_EQ(explained("let T = Logons | summarize n = count() by Name; T | join kind=inner T on Name | count"),
            "count [Count]\n"
            "  join inner on Name == Name []\n"
            "    subplan 0\n"
            "    subplan 0\n"
            "subplan 0:\n"
            "  project [Name, n = null]\n"
            "    summarize by Name [Name]\n"
            "      scan Logons [Name]\n");
}

TEST(Optimizer, SubqueriesReadOneColumn) {
  EXPECT_EQ(explained("Logons | where Name in ((Devices | where Port == 1 | project Name)) | project Count"),
            "project [Count]\n"
            "  filter in(Name, array(subplan 0))\n"
            "    scan Logons [Name, Count]\n"
            "subplan 0:\n"
            "  scan Devices [Name] where ==(Port, int(1))\n");
}

TEST(Optimizer, MvApplyCarriesWhatIsRead) {
  EXPECT_EQ(explained("Devices | mv-apply d = Details on (where tostring(d.k) == Owner | summarize n = count()) "
                      "| project Name, n"),
            "mv-apply [Name, n]\n"
            "  scan Devices [Name, Details, Owner]\n"
            "  for each row:\n"
            "    mv-expand d = Details [Owner, d]\n"
            "      apply-input [Name, Details, Owner]\n"
            "  then:\n"
            "    summarize count() [n]\n"
            "      filter ==(tostring(d.k), Owner)\n"
            "        apply-input [Owner, d]\n");
}

TEST(Optimizer, OffLeavesThePlanAlone) {
  EXPECT_EQ(explained("Logons | where Name == 'a' | count", Optimizer::off),
            "count [Count]\n"
            "  filter ==(Name, \"a\")\n"
            "    scan Logons [Timestamp, Name, Count, Details]\n");
}

TEST(Optimizer, OffStillChoosesTheLeftRowOfInnerUnique) {
  EXPECT_EQ(explained("Logons | project Name | join (Devices | project Name) on Name | where Name == 'a' | count",
                      Optimizer::off),
            "count [Count]\n"
            "  join innerunique on Name == Name [Name, Name1]\n"
            "    filter ==(Name, \"a\")\n"
            "      project [Name]\n"
            "        scan Logons [Timestamp, Name, Count, Details]\n"
            "    project [Name]\n"
            "      scan Devices [Timestamp, Name, Port, Score, Details, Owner]\n");
}

}  // namespace
}  // namespace vedette::kql
