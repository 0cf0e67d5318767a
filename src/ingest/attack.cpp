// The enterprise matrix, https://attack.mitre.org (version 13). Techniques that stand under several tactics (T1078,
// T1055, …) imply none of them and are left out.
#include "attack.h"

#include <string>

#include "vedette/base/ascii_case.h"

namespace vedette::ingest {
namespace {

struct Tactic {
  std::string_view name, id, techniques;
};

constexpr Tactic tactics[] = {
    {"Reconnaissance", "TA0043", "T1589 T1590 T1591 T1592 T1593 T1594 T1595 T1596 T1597 T1598"},
    {"ResourceDevelopment", "TA0042", "T1583 T1584 T1585 T1586 T1587 T1588 T1608 T1650"},
    {"InitialAccess", "TA0001", "T1189 T1190 T1195 T1199 T1200 T1566"},
    {"Execution", "TA0002", "T1047 T1059 T1106 T1129 T1203 T1204 T1559 T1569 T1609 T1648 T1651"},
    {"Persistence", "TA0003", "T1136 T1137 T1176 T1505 T1525 T1554 T1653"},
    {"PrivilegeEscalation", "TA0004", "T1068 T1611"},
    {"DefenseEvasion", "TA0005",
     "T1006 T1014 T1027 T1036 T1070 T1112 T1127 T1140 T1202 T1207 T1211 T1216 T1218 T1220 T1221 T1222 T1480 T1535 "
     "T1553 T1562 T1564 T1578 T1599 T1600 T1601 T1612 T1620 T1647 T1656"},
    {"CredentialAccess", "TA0006", "T1003 T1110 T1111 T1187 T1212 T1528 T1539 T1552 T1555 T1558 T1606 T1621 T1649"},
    {"Discovery", "TA0007",
     "T1007 T1010 T1012 T1016 T1018 T1033 T1046 T1049 T1057 T1069 T1082 T1083 T1087 T1120 T1124 T1135 T1201 T1217 "
     "T1482 T1518 T1526 T1538 T1580 T1613 T1614 T1615 T1619 T1652 T1654"},
    {"LateralMovement", "TA0008", "T1021 T1080 T1210 T1534 T1563 T1570"},
    {"Collection", "TA0009",
     "T1005 T1025 T1039 T1074 T1113 T1114 T1115 T1119 T1123 T1125 T1185 T1213 T1530 T1560 T1602"},
    {"CommandAndControl", "TA0011",
     "T1001 T1008 T1071 T1090 T1092 T1095 T1102 T1104 T1105 T1132 T1219 T1568 T1571 T1572 T1573"},
    {"Exfiltration", "TA0010", "T1011 T1020 T1029 T1030 T1041 T1048 T1052 T1537 T1567"},
    {"Impact", "TA0040", "T1485 T1486 T1489 T1490 T1491 T1495 T1496 T1498 T1499 T1529 T1531 T1561 T1565 T1657"},
};

std::string letters_and_digits(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    const char lower = base::ascii_lower(c);
    if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9')) kept += lower;
  }
  return kept;
}

}  // namespace

std::string_view tactic_name(std::string_view text) {
  const std::string wanted = letters_and_digits(text);
  for (const auto& tactic : tactics)
    if (wanted == letters_and_digits(tactic.name) || wanted == letters_and_digits(tactic.id)) return tactic.name;
  return {};
}

std::string_view tactic_of_technique(std::string_view technique_id) {
  constexpr size_t id_size = 5;  // without its sub-technique
  if (technique_id.size() < id_size || (technique_id.size() > id_size && technique_id[id_size] != '.')) return {};
  const std::string_view id = technique_id.substr(0, id_size);
  for (const auto& tactic : tactics)
    if (id.front() == 'T' && tactic.techniques.find(id) != std::string_view::npos) return tactic.name;
  return {};
}

}  // namespace vedette::ingest
