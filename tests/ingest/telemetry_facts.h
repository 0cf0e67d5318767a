// What is asked of the hunting tables for each fact of expected-telemetry.json. The expected values stand there.
#pragma once

#include <string_view>

namespace vedette::ingest {

enum class Comparison {
  equal,      // all rows
  one_value,  // the one row's one column
  contains,   // the rows that are expected, among others
};

struct Question {
  std::string_view fact;
  std::string_view expected;  // the member of `expected`; "": all of it
  Comparison comparison = Comparison::equal;
  std::string_view query;
};

// Common beginnings, by the preprocessor because queries are string literals.
#define OPENED_LSASS "DeviceEvents | where ActionType == 'OpenProcessApiCall' and FileName =~ 'lsass.exe' "
#define GRANTED "| summarize count() by tostring(parse_json(AdditionalFields).GrantedAccess)"
#define COMMAND_OF(source, word)                                                                      \
  "DeviceProcessEvents | where ActionType == 'ProcessCreated' and ProcessCommandLine contains '" word \
  "' and tostring(parse_json(AdditionalFields).Source) == '" source "' | count"
#define SYSMON(table, id)                                                       \
  table                                                                         \
      " | where tostring(parse_json(AdditionalFields).Source) == 'Sysmon' and " \
      "tostring(parse_json(AdditionalFields).EventId) == '" id "' | count"
#define SYSMON_COUNTS(fact)                                                                               \
  {fact, "sysmon1", Comparison::one_value, SYSMON("DeviceProcessEvents", "1")},                           \
      {fact, "sysmon3", Comparison::one_value, SYSMON("DeviceNetworkEvents", "3")},                       \
      {fact, "sysmon7", Comparison::one_value, "DeviceImageLoadEvents | count"},                          \
      {fact, "sysmon10", Comparison::one_value, SYSMON("DeviceEvents", "10")},                            \
      {fact, "sysmon11", Comparison::one_value, SYSMON("DeviceFileEvents", "11")},                        \
      {fact, "sysmon12", Comparison::one_value,                                                           \
       "DeviceRegistryEvents | where ActionType !in ('RegistryValueSet', 'RegistryKeyRenamed') | count"}, \
      {fact, "sysmon13", Comparison::one_value,                                                           \
       "DeviceRegistryEvents | where ActionType == 'RegistryValueSet' | count"},                          \
  {                                                                                                       \
    fact, "sysmon22", Comparison::one_value, SYSMON("DeviceNetworkEvents", "22")                          \
  }
#define BY_SOURCE_TABLES                                                                          \
  "let by_source = union (DeviceNetworkEvents | project Fields = parse_json(AdditionalFields)), " \
  "(DeviceFileEvents | project Fields = parse_json(AdditionalFields)), "                          \
  "(IdentityLogonEvents | project Fields = AdditionalFields), "                                   \
  "(IdentityQueryEvents | project Fields = AdditionalFields), "                                   \
  "(UnmappedEvents | project Fields = bag_pack('Source', Source)), "                              \
  "(AlertInfo | project Fields = bag_pack('Source', 'zeek.notice')) "                             \
  "| summarize Rows = count() by Log = extract('zeek[.](.*)', 1, tostring(Fields.Source)); "      \
  "by_source"
#define RESPONDERS "DeviceNetworkEvents | where tostring(parse_json(AdditionalFields).Source) == 'zeek.conn' "

inline constexpr Question telemetry_questions[] = {
    SYSMON_COUNTS("T01a"),
    {"T01b", "total", Comparison::one_value, OPENED_LSASS "| count"},
    {"T01b", "bySource", Comparison::equal, OPENED_LSASS "| summarize count() by tolower(InitiatingProcessFileName)"},
    {"T01c", "byGrantedAccess", Comparison::equal,
     OPENED_LSASS "and InitiatingProcessFileName =~ 'wmiprvse.exe' " GRANTED},
    {"T01d", "byGrantedAccess", Comparison::equal,
     OPENED_LSASS "and InitiatingProcessFileName =~ 'winx64_payload.exe' " GRANTED},
    {"T01e", "by", Comparison::equal,
     "DeviceEvents | where ActionType == 'ObjectAccessed' "
     "| extend Fields = parse_json(AdditionalFields) | where tostring(Fields.ObjectName) endswith 'lsass.exe' "
     "| summarize count() by strcat(InitiatingProcessFileName, ' ', tostring(Fields.AccessMask))"},
    {"T01f", "by", Comparison::equal,
     "DeviceEvents | where ActionType == 'CreateRemoteThreadApiCall' "
     "| summarize count() by strcat(InitiatingProcessFileName, ' -> ', FileName)"},
    {"T01g", "by", Comparison::equal,
     "DeviceEvents | where ActionType == 'ServiceInstalled' | extend Fields = parse_json(AdditionalFields) "
     "| where tostring(Fields.Source) == 'System' | summarize count() by tostring(Fields.ServiceName)"},
    {"T01h", "by", Comparison::equal,
     "DeviceProcessEvents | where ActionType == 'ProcessCreated' and tostring(parse_json(AdditionalFields).Source) == "
     "'Sysmon' "
     "and InitiatingProcessFileName =~ 'winx64_payload.exe' | summarize count() by FileName"},
    {"T01i", "rows", Comparison::one_value, "DeviceNetworkEvents | where ActionType == 'DnsQueryResponse' | count"},
    {"T01i", "distinctNames", Comparison::one_value,
     "DeviceNetworkEvents | where ActionType == 'DnsQueryResponse' | distinct RemoteUrl | count"},
    {"T01i", "top", Comparison::contains,
     "DeviceNetworkEvents | where ActionType == 'DnsQueryResponse' | summarize count() by tolower(RemoteUrl)"},
    {"T02a", "sysmon1", Comparison::one_value, COMMAND_OF("Sysmon", "procdump")},
    {"T02a", "security4688", Comparison::one_value, COMMAND_OF("Security", "procdump")},
    {"T02b", "byGrantedAccess", Comparison::equal,
     OPENED_LSASS "and InitiatingProcessFileName =~ 'procdump64.exe' " GRANTED},
    {"T02c", "names", Comparison::equal,
     "DeviceFileEvents | where ActionType == 'FileCreated' and FileName endswith '.dmp' and "
     "tostring(parse_json(AdditionalFields).EventId) == '11' | project FolderPath"},
    {"T02c", "by", Comparison::equal,
     "DeviceFileEvents | where ActionType == 'FileCreated' and FileName endswith '.dmp' and "
     "tostring(parse_json(AdditionalFields).EventId) == '11' | summarize count() by InitiatingProcessFileName"},
    {"T03a", "sysmon1", Comparison::one_value, COMMAND_OF("Sysmon", "comsvcs")},
    {"T03a", "security4688", Comparison::one_value, COMMAND_OF("Security", "comsvcs")},
    {"T03b", "by", Comparison::equal,
     "DeviceLogonEvents | where ActionType == 'LogonFailed' | summarize count() by AccountName"},
    {"T03c", "byLogonTypeNumber", Comparison::equal,
     "DeviceLogonEvents | where ActionType == 'LogonSuccess' "
     "| summarize count() by case(LogonType == 'Service', '5', LogonType == 'CachedInteractive', '11', LogonType)"},
    {"T05a", "byGrantedAccess", Comparison::equal,
     OPENED_LSASS "and InitiatingProcessFileName =~ 'SharpDump.exe' " GRANTED},
    SYSMON_COUNTS("T05b"),
    {"T06a", "byGrantedAccess", Comparison::equal,
     OPENED_LSASS "and InitiatingProcessFileName =~ 'Outflank-Dumpert.exe' " GRANTED},
    {"T06b", "names", Comparison::equal,
     "DeviceFileEvents | where ActionType == 'FileCreated' and FileName endswith '.dmp' and "
     "tostring(parse_json(AdditionalFields).EventId) == '11' | project FolderPath"},
    {"T06c", "rows", Comparison::one_value, "DeviceFileCertificateInfo | where IsSigned == false | count"},
    {"T06c", "distinctImages", Comparison::one_value,
     "DeviceFileCertificateInfo | where IsSigned == false | distinct SHA1 | count"},
    {"T07a", "byGrantedAccess", Comparison::equal,
     OPENED_LSASS "and InitiatingProcessFileName =~ 'powershell.exe' " GRANTED},
    {"T08a", "by", Comparison::equal,
     "IdentityDirectoryEvents | where ActionType == 'Directory Services replication' | summarize count() by "
     "AccountName"},
    {"T08a", "all4662", Comparison::one_value,
     "IdentityDirectoryEvents | where tostring(AdditionalFields.EventId) == '4662' | count"},
    {"T09a", "sysmon1", Comparison::one_value, COMMAND_OF("Sysmon", "psexec")},
    {"T09a", "security4688", Comparison::one_value, COMMAND_OF("Security", "psexec")},
    {"T09b", "by", Comparison::equal,
     "DeviceEvents | where ActionType == 'ServiceInstalled' | extend "
     "Name = tostring(parse_json(AdditionalFields).ServiceName) | distinct Name, DeviceName | summarize count() by "
     "Name"},
    {"T09c", "sysmon1", Comparison::one_value, COMMAND_OF("Sysmon", "save hklm")},
    {"T09c", "security4688", Comparison::one_value, COMMAND_OF("Security", "save hklm")},
    {"T10a", "sysmon1", Comparison::one_value, COMMAND_OF("Sysmon", "rubeus")},
    {"T10a", "security4688", Comparison::one_value, COMMAND_OF("Security", "rubeus")},
    {"T10b", "by", Comparison::equal,
     "IdentityLogonEvents | where Protocol == 'Kerberos' and tostring(AdditionalFields.EventId) == '4768' "
     "| summarize count() by tostring(AdditionalFields.TicketEncryptionType)"},
    {"T11a", "sysmon1", Comparison::one_value, COMMAND_OF("Sysmon", "auditpol")},
    {"T11a", "security4688", Comparison::one_value, COMMAND_OF("Security", "auditpol")},
    {"T11b", "rows", Comparison::one_value, "DeviceEvents | where ActionType == 'AuditPolicyModification' | count"},
    {"T12a", "sysmon1", Comparison::one_value, COMMAND_OF("Sysmon", "schtasks")},
    {"T12a", "security4688", Comparison::one_value, COMMAND_OF("Security", "schtasks")},
    {"T12b", "by", Comparison::equal,
     "DeviceEvents | where ActionType == 'ScheduledTaskCreated' "
     "| summarize count() by tostring(parse_json(AdditionalFields).TaskName)"},
    {"T13a", "sysmon1", Comparison::one_value, COMMAND_OF("Sysmon", "bitsadmin")},
    {"T13a", "security4688", Comparison::one_value, COMMAND_OF("Security", "bitsadmin")},
    {"T14a", "by", Comparison::equal,
     "DeviceEvents | where ActionType == 'ServiceInstalled' | extend "
     "Name = tostring(parse_json(AdditionalFields).ServiceName) | distinct Name, DeviceName | summarize count() by "
     "Name"},
    {"T14b", "hosts", Comparison::equal,
     "union (DeviceEvents | project DeviceName), (DeviceProcessEvents | project DeviceName), "
     "(DeviceNetworkEvents | project DeviceName), (DeviceFileEvents | project DeviceName), "
     "(DeviceRegistryEvents | project DeviceName), (DeviceImageLoadEvents | project DeviceName), "
     "(DeviceLogonEvents | project DeviceName) | distinct DeviceName | sort by DeviceName asc"},
    {"T15a", "by", Comparison::equal,
     "IdentityLogonEvents | where tostring(AdditionalFields.EventId) == '4769' "
     "| summarize count() by tostring(AdditionalFields.TicketEncryptionType)"},
    {"T15b", "by", Comparison::equal,
     "DeviceLogonEvents | where ActionType == 'LogonFailed' | summarize count() by AccountName"},
    {"T15c", "rows", Comparison::one_value,
     "IdentityLogonEvents | where tostring(AdditionalFields.EventId) == '4776' and ActionType == 'LogonFailed' | "
     "count"},
    {"T15c", "by", Comparison::equal,
     "IdentityLogonEvents | where tostring(AdditionalFields.EventId) == '4776' "
     "| summarize count() by tostring(AdditionalFields.Status)"},
    {"T16a", "by", Comparison::equal,
     "DeviceProcessEvents | where ActionType == 'ProcessCreated' and tostring(parse_json(AdditionalFields).Source) == "
     "'Sysmon' "
     "and InitiatingProcessFileName =~ 'w3wp.exe' | summarize count() by FileName"},
    {"T16b", "names", Comparison::equal,
     "DeviceFileEvents | where ActionType == 'FileCreated' and FileName endswith '.aspx' | project FileName"},
    {"T17a", "rows", Comparison::one_value,
     "DeviceRegistryEvents | where ActionType == 'RegistryValueSet' and RegistryKey contains @'\\CurrentVersion\\Run' "
     "| count"},
    {"T17a", "keys", Comparison::equal,
     "DeviceRegistryEvents | where ActionType == 'RegistryValueSet' and RegistryKey contains @'\\CurrentVersion\\Run' "
     "| project replace_string(strcat(RegistryKey, @'\\', RegistryValueName), 'HKEY_LOCAL_MACHINE', 'HKLM')"},
    {"T18a", "rows", Comparison::one_value,
     "DeviceEvents | where ActionType == 'CreateRemoteThreadApiCall' and InitiatingProcessFileName =~ 'mavinject.exe' "
     "and FileName =~ 'notepad.exe' | count"},
    {"T19a", "rows", Comparison::one_value, SYSMON("DeviceEvents", "17")},
    {"T19a", "distinct", Comparison::one_value,
     "DeviceEvents | extend Fields = parse_json(AdditionalFields) | where tostring(Fields.EventId) == '17' "
     "| extend Pipe = tostring(Fields.PipeName) | distinct Pipe | count"},
    {"T19a", "msagent", Comparison::one_value,
     "DeviceEvents | extend Fields = parse_json(AdditionalFields) | where tostring(Fields.EventId) == '17' "
     "and tostring(Fields.PipeName) contains 'msagent' | count"},
    {"T20a", "sysmon19", Comparison::one_value, SYSMON("DeviceEvents", "19")},
    {"T20a", "sysmon20", Comparison::one_value, SYSMON("DeviceEvents", "20")},
    {"T20a", "sysmon21", Comparison::one_value,
     "DeviceEvents | where ActionType == 'WmiBindEventFilterToConsumer' | count"},
    {"T21a", "rows", Comparison::one_value, "CloudAuditEvents | where DataSource == 'AWS' | count"},
    {"T21a", "byEventName", Comparison::contains, "CloudAuditEvents | summarize count() by OperationName"},
    {"T21a", "distinctSourceIp", Comparison::one_value, "CloudAuditEvents | distinct IPAddress | count"},
    {"T21a", "getObject", Comparison::one_value, "CloudAuditEvents | where OperationName == 'GetObject' | count"},
    {"T21a", "errors", Comparison::one_value,
     "CloudAuditEvents | where isnotempty(tostring(AdditionalFields.ErrorCode)) | count"},
    {"T22a", "", Comparison::equal,
     "union (DeviceEvents | project ActionType), (IdentityDirectoryEvents | project ActionType), "
     "(CloudAppEvents | project ActionType) | summarize count() by ActionType"},
    {"T22b", "", Comparison::equal,
     "union (DeviceLogonEvents | project Id = tostring(parse_json(AdditionalFields).EventId)), "
     "(DeviceNetworkEvents | project Id = tostring(parse_json(AdditionalFields).EventId)), "
     "(DeviceEvents | project Id = tostring(parse_json(AdditionalFields).EventId)), "
     "(IdentityDirectoryEvents | project Id = tostring(AdditionalFields.EventId)), "
     "(UnmappedEvents | project Id = EventId) | summarize count() by Id"},
    {"T22c", "", Comparison::equal, "CloudAppEvents | summarize count() by ActionType"},
    {"T23a", "by", Comparison::equal,
     "DeviceNetworkEvents "
     "| summarize count() by strcat(InitiatingProcessFileName, ' ', RemoteIP, ':', tostring(RemotePort))"},
    {"T23b", "", Comparison::equal,
     "union (DeviceProcessEvents | project AdditionalFields), (DeviceNetworkEvents | project AdditionalFields), "
     "(DeviceFileEvents | project AdditionalFields) "
     "| summarize count() by tostring(parse_json(AdditionalFields).EventId)"},
    {"T24a", "", Comparison::contains, BY_SOURCE_TABLES},
    {"T24b", "distinctResponders", Comparison::one_value, RESPONDERS "| distinct RemoteIP | count"},
    {"T24b", "top", Comparison::contains,
     RESPONDERS "| summarize count() by strcat(RemoteIP, ':', tostring(RemotePort))"},
    {"T24c", "", Comparison::equal, "AlertInfo | summarize count() by Title"},
    {"T25a", "", Comparison::contains, BY_SOURCE_TABLES},
    {"T25b", "distinctResponders", Comparison::one_value, RESPONDERS "| distinct RemoteIP | count"},
    {"T25b", "top", Comparison::contains,
     RESPONDERS "| summarize count() by strcat(RemoteIP, ':', tostring(RemotePort))"},
    {"T25c", "", Comparison::equal, "AlertInfo | summarize count() by Title"},
};

}  // namespace vedette::ingest
