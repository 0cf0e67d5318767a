// Names and types of results, operator by operator.
#include <gtest/gtest.h>

#include "test_catalog.h"

namespace vedette::kql {
namespace {

struct NameCase {
  const char* query;
  const char* schema;
};

class Names : public testing::TestWithParam<NameCase> {};

// A case with a function that the registry does not have says nothing about names.
TEST_P(Names, AreAsDocumented) {
  const std::string schema = schema_of(GetParam().query);
  const bool expected_error = std::string_view(GetParam().schema).starts_with("not_supported");
  if (!expected_error && schema.starts_with("not_supported: The function")) GTEST_SKIP() << schema;
  EXPECT_EQ(schema, GetParam().schema) << GetParam().query;
}

INSTANTIATE_TEST_SUITE_P(Print, Names,
                         testing::Values(NameCase{"print 1, 'a', x = 2.5", "print_0:long print_1:string x:real"},
                                         NameCase{"print tostring(1)", "print_0:string"},
                                         NameCase{"range n from 1 to 3 step 1", "n:long"},
                                         NameCase{"datatable (a:int, b:guid) [1, guid(null)]", "a:int b:guid"}));

INSTANTIATE_TEST_SUITE_P(
    Results, Names,
    testing::Values(NameCase{"Logons | consume", ""}, NameCase{"Logons | consume decodeblocks=true", ""},
                    NameCase{"Logons | facet by Name", "Name:string count_Name:long"},
                    NameCase{"Devices; Logons | project Count", "Count:long"},
                    NameCase{"Logons | where Name == Count | project Name", "Name:string"},
                    NameCase{"Logons | reduce by Name", "Pattern:string Count:long Representative:string"}));

INSTANTIATE_TEST_SUITE_P(
    Project, Names,
    testing::Values(
        NameCase{"Logons | project Count + 1, strcat(Name, 'x'), N = Name", "Column1:long Column2:string N:string"},
        NameCase{"Devices | project Details.a.b, Details['k'][0], tostring(Details.c)",
                 "Details_a_b:dynamic Details_k_0:dynamic Details_c:string"},
        NameCase{"Devices | project bin(Timestamp, 1h), Timestamp", "Timestamp:datetime Timestamp1:datetime"},
        NameCase{"Logons | extend Count = tostring(Count), Twice = Count * 2",
                 "Timestamp:datetime Name:string Count:string Details:string Twice:long"},
        NameCase{"Logons | extend tostring(Count)", "Timestamp:datetime Name:string Count:string Details:string"},
        NameCase{"Logons | project-away *s*, Count", "Name:string"},
        NameCase{"Logons | project-rename Host = Name | project-keep Host, C*", "Host:string Count:long"},
        NameCase{"Logons | project-reorder Name, *t* desc", "Name:string Timestamp:datetime Details:string Count:long"},
        NameCase{"Logons | count", "Count:long"}, NameCase{"Logons | count as N", "N:long"}));

INSTANTIATE_TEST_SUITE_P(
    Summarize, Names,
    testing::Values(NameCase{"Logons | summarize count(), sum(Count), dcount(Name), sum(Count + 1) by Name",
                             "Name:string count_:long sum_Count:long dcount_Name:long sum_:long"},
                    NameCase{"Logons | summarize arg_max(Timestamp, *) by Name",
                             "Name:string Timestamp:datetime Count:long Details:string"},
                    NameCase{"Logons | summarize arg_max(Timestamp, Count), max(Timestamp) by Name, bin(Timestamp, 1d)",
                             "Name:string Timestamp:datetime Timestamp1:datetime Count:long max_Timestamp:datetime"},
                    NameCase{
                        "Logons | summarize Ratio = sum(Count) * 1.0 / count(), (T, C) = arg_min(Timestamp, Count)",
                        "Ratio:real T:datetime C:long"},
                    NameCase{"Logons | summarize by Name", "Name:string"},
                    NameCase{"Logons | summarize make_set(Name), percentile(Count, 95)",
                             "set_Name:dynamic percentile_Count_95:long"}));

INSTANTIATE_TEST_SUITE_P(
    Tables, Names,
    testing::Values(
        NameCase{"Logons | join kind=inner Logons on Name",
                 "Timestamp:datetime Name:string Count:long Details:string "
                 "Timestamp1:datetime Name1:string Count1:long Details1:string"},
        NameCase{"Logons | join kind=leftanti Devices on Name",
                 "Timestamp:datetime Name:string Count:long Details:string"},
        NameCase{"Logons | project Name, Count | lookup (Devices | project N = Name, Port) on $left.Name == $right.N",
                 "Name:string Count:long Port:int"},
        NameCase{"union withsource=T (Logons | project Name, Details), (Devices | project Name, Details)",
                 "T:string Name:string Details_string:string Details_dynamic:dynamic"},
        NameCase{"union kind=inner Logons, Devices", "Timestamp:datetime Name:string"},
        NameCase{"Devices | project Name, Details | mv-expand D = Details.list to typeof(long)",
                 "Name:string Details:dynamic D:long"},
        NameCase{"Devices | project Name, Details | mv-apply Details on (summarize n = count())", "Name:string n:long"},
        NameCase{"Logons | project Details | parse Details with 'a=' A:long ' b=' B", "Details:string A:long B:string"},
        NameCase{"Logons | make-series count() on Timestamp from datetime(2024-01-01) to datetime(2024-01-02) step 1h "
                 "by Name",
                 "Name:string count_:dynamic Timestamp:dynamic"},
        NameCase{"Logons | project Name | getschema",
                 "ColumnName:string ColumnOrdinal:int DataType:string ColumnType:string"},
        NameCase{"Logons | project Count | search 'x'", "$table:string Count:long"},
        NameCase{"Logons | top-hitters 2 of Name", "Name:string approximate_count_Name:long"}));

INSTANTIATE_TEST_SUITE_P(
    Lets, Names,
    testing::Values(
        NameCase{"let limit = 5; let T = Logons | where Count > limit; T | join T on Name | count", "Count:long"},
        NameCase{"let twice = (x:long) { x * 2 }; Logons | project y = twice(Count)", "y:long"},
        NameCase{"let f = (T:(Name:string), n:long = 3) { T | take n }; Logons | invoke f()",
                 "Timestamp:datetime Name:string Count:long Details:string"},
        NameCase{"let f = (T:(*)) { T | count }; f(Logons)", "Count:long"},
        NameCase{"let f = (a:long, b:long) { let c = a + b; c * 2 }; Logons | project x = f(a = Count, 1)", "x:long"},
        NameCase{"let V1 = view () { print x = 1 }; union isfuzzy=true V*, (Nothing | take 1)", "x:long"},
        NameCase{"let V1 = view () { print x = 1 }; search x == 1", "$table:string x:long"},
        NameCase{"Logons | as L | union (L | project Name)",
                 "Timestamp:datetime Name:string Count:long Details:string"},
        NameCase{"let n = toscalar(Logons | summarize max(Count)); Logons | where Count == n | project n", "n:long"}));

INSTANTIATE_TEST_SUITE_P(
    Errors, Names,
    testing::Values(
        NameCase{"Logons | where Cuont > 1",
                 "semantic_error: There is no column or variable 'Cuont'. Did you mean 'Count'?"},
        NameCase{"Logonz | take 1", "semantic_error: There is no table 'Logonz'. Did you mean 'Logons'?"},
        NameCase{"Logons | summarize Count",
                 "semantic_error: The column 'Count' stands outside of an aggregate; aggregate it, or group by it."},
        NameCase{"Devices | summarize count() by Details",
                 "semantic_error: A dynamic value cannot be a key of 'by'; convert it first, as in tostring(…)."},
        NameCase{"Logons | where Count", "semantic_error: The condition of 'where' must be a bool, not a long."},
        NameCase{"Logons | project a = 1, a = 2", "semantic_error: The column 'a' is declared twice."},
        NameCase{"Logons | summarize cuont()",
                 "not_supported: The function 'cuont' is not known. Did you mean 'count'?"},
        NameCase{"Logons | facet by Name, Count", "not_supported: More than one table of 'facet' is not supported."},
        NameCase{"Logons | extend n = row_number()",
                 "semantic_error: 'row_number' needs rows in order: sort or serialize them before."},
        NameCase{"Logons | join Devices on $left.Count == $right.Name",
                 "semantic_error: The keys of a join must have one type, not long and string."},
        NameCase{"Logons | parse Details with a * 'x'", "semantic_error: '*' after a string column is ambiguous."},
        NameCase{"externaldata (a:string) ['https://x.example']",
                 "external_data_disabled: External data is not read: 'externaldata' is disabled."},
        NameCase{"let f = (x:long) { x }; print f()", "semantic_error: The parameter 'x' has no value."}));

}  // namespace
}  // namespace vedette::kql
