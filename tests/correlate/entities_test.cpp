#include "vedette/correlate/entities.h"

#include <gmock/gmock.h>

namespace vedette::correlate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const std::string hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

AlertFacts facts(const std::string& alert) { return AlertReader::create()->read(*json::parse(alert)); }

// "kind value" of the entities in one piece of evidence.
std::vector<std::string> entities(const std::string& type, const std::string& members) {
  const AlertFacts read =
      facts(R"({"evidence":[{"@odata.type":"#microsoft.graph.security.)" + type + "\"," + members + "}]}");
  std::vector<std::string> result;
  for (const Entity& entity : read.entities) result.push_back(std::string(name(entity.kind)) + ' ' + entity.value);
  return result;
}
std::vector<std::string> user(const std::string& members) {
  return entities("userEvidence", R"("userAccount":{)" + members + "}");
}
std::vector<std::string> file(const std::string& members, const std::string& verdict = "unknown") {
  return entities("fileEvidence",
                  "\"verdict\":\"" + verdict + R"(","fileDetails":{"sha256":")" + hash + "\"," + members + "}");
}
std::vector<std::string> ip(const std::string& address) {
  return entities("ipEvidence", "\"ipAddress\":\"" + address + "\"");
}
std::vector<std::string> url(const std::string& text) { return entities("urlEvidence", "\"url\":\"" + text + "\""); }
std::vector<std::string> host(const std::string& name) {
  return entities("deviceEvidence", "\"hostName\":\"" + name + "\"");
}

TEST(Entities, AccountsUnderAllTheirNames) {
  EXPECT_THAT(user(R"("accountName":"Alice","domainName":"CONTOSO","userSid":"S-1-5-21-1-2-3-1104")"),
              UnorderedElementsAre("userSid s-1-5-21-1-2-3-1104", "domainAccount contoso\\alice", "userName alice"));
  EXPECT_THAT(user(R"("accountName":"CONTOSO\\Alice")"),
              UnorderedElementsAre("domainAccount contoso\\alice", "userName alice"));
  EXPECT_THAT(
      user(R"("userPrincipalName":"Alice@Contoso.com","azureAdUserId":"{0F0E0D0C-0B0A-0908-0706-050403020100}")"),
      UnorderedElementsAre("userId 0f0e0d0c-0b0a-0908-0706-050403020100", "domainAccount contoso\\alice",
                           "mailAddress alice@contoso.com", "userName alice"));
  // A consumer's mail domain names no directory.
  EXPECT_THAT(user(R"("userPrincipalName":"alice@gmail.com")"),
              UnorderedElementsAre("mailAddress alice@gmail.com", "userName alice"));
  EXPECT_THAT(user(R"("accountName":"alice","domainName":"WORKGROUP")"), ElementsAre("userName alice"));
  EXPECT_THAT(user(R"("accountName":"administrator","domainName":"CONTOSO")"),
              ElementsAre("domainAccount contoso\\administrator"));
}

TEST(Entities, AccountsOfEverywhereAreNone) {
  for (const char* members :
       {R"("accountName":"SYSTEM","domainName":"NT AUTHORITY")", R"("accountName":"LOCAL SERVICE")",
        R"("accountName":"Network Service")", R"("accountName":"ANONYMOUS LOGON")", R"("userSid":"S-1-5-18")",
        R"("userSid":"S-1-5-19","accountName":"x")", R"("userSid":"S-1-5-20")", R"("userSid":"S-1-5-7")",
        R"("userSid":"S-1-5-32-544")", R"("accountName":"root")", R"("accountName":"Administrator")",
        R"("accountName":"guest")", R"("accountName":"admin","domainName":".")",
        R"("accountName":"WS01$","domainName":"CONTOSO","userSid":"S-1-5-21-1-2-3-1001")",
        R"("accountName":"DWM-1","domainName":"Window Manager")", R"("accountName":"NT AUTHORITY\\SYSTEM")",
        R"("accountName":"","userPrincipalName":null)"}) {
    EXPECT_THAT(user(members), IsEmpty()) << members;
  }
}

TEST(Entities, Devices) {
  EXPECT_THAT(
      entities(
          "deviceEvidence",
          R"("hostName":"WS01","deviceDnsName":"ws01.contoso.com.","mdeDeviceId":"AB12","lastIpAddress":"10.1.2.3",)"
          R"("lastExternalIpAddress":"203.0.113.9","azureAdDeviceId":"00000000-0000-0000-0000-000000000000")"),
      UnorderedElementsAre("deviceName ws01", "deviceName ws01.contoso.com", "deviceId ab12", "privateIp 10.1.2.3"));
  EXPECT_THAT(host("10.1.2.3"), ElementsAre("privateIp 10.1.2.3"));
  EXPECT_THAT(host("localhost"), IsEmpty());
}

TEST(Entities, DomainControllersAreNone) {
  for (const char* name : {"dc", "DC01", "contoso-dc2", "mordordc", "dc01.contoso.com", "dc-01", "dc02-paris"}) {
    EXPECT_THAT(host(name), IsEmpty()) << name;
  }
  for (const char* name : {"dcws", "adcontrol", "dcim-7"}) EXPECT_FALSE(host(name).empty()) << name;
  EXPECT_THAT(
      entities("deviceEvidence", R"("hostName":"paris01","mdeDeviceId":"ab","detailedRoles":["Domain Controller"])"),
      IsEmpty());
  // Nor do its address and id count where other evidence of the alert names them.
  const AlertFacts read = facts(R"({"evidence":[
      {"@odata.type":"#microsoft.graph.security.ipEvidence","ipAddress":"10.1.2.3"},
      {"@odata.type":"#microsoft.graph.security.registryValueEvidence","mdeDeviceId":"AB"},
      {"@odata.type":"#microsoft.graph.security.deviceEvidence","hostName":"paris01","mdeDeviceId":"ab",
       "lastIpAddress":"10.1.2.3","tags":["DC"]}]})");
  EXPECT_THAT(read.entities, IsEmpty());
  EXPECT_THAT(read.devices, ElementsAre("paris01"));
}

TEST(Entities, Addresses) {
  EXPECT_THAT(ip("203.0.113.9"), ElementsAre("publicIp 203.0.113.9"));
  EXPECT_THAT(ip("::ffff:203.0.113.9"), ElementsAre("publicIp 203.0.113.9"));
  EXPECT_THAT(ip("2001:DB8:0:0::7"), ElementsAre("publicIp 2001:db8::7"));
  for (const char* address : {"10.1.2.3", "172.16.9.9", "192.168.4.4", "100.64.3.3", "fd00::1:5"}) {
    EXPECT_THAT(ip(address), ElementsAre(std::string("privateIp ") + address));
  }
  for (const char* address :
       {"127.0.0.1",      "::1",      "0.0.0.0",         "::",       "169.254.7.7",   "fe80::1%eth0",
        "224.0.0.251",    "ff02::fb", "255.255.255.255", "10.0.0.1", "192.168.1.254", "192.168.1.255",
        "172.16.0.0",     "fd00::1",  "8.8.8.8",         "1.1.1.1",  "104.16.1.1",    "2606:4700:4700::1111",
        "not an address", ""}) {
    EXPECT_THAT(ip(address), IsEmpty()) << address;
  }
}

TEST(Entities, UrlsAndDomains) {
  EXPECT_THAT(url("HTTPS://user@Evil.Example.net:443/Drop?a=1#top"),
              UnorderedElementsAre("url evil.example.net/Drop?a=1", "domain evil.example.net"));
  EXPECT_THAT(url("hxxp://www.evil[.]example:8080/"),
              UnorderedElementsAre("url www.evil.example:8080", "domain evil.example"));
  EXPECT_THAT(url("http://203.0.113.9/x"), UnorderedElementsAre("url 203.0.113.9/x", "publicIp 203.0.113.9"));
  EXPECT_THAT(url("http://[2001:db8::7]:8080/x"),
              UnorderedElementsAre("url [2001:db8::7]:8080/x", "publicIp 2001:db8::7"));
  EXPECT_THAT(url("https://drive.google.com/file/d/77"), ElementsAre("url drive.google.com/file/d/77"));
  EXPECT_THAT(url("https://evil.github.io"), UnorderedElementsAre("url evil.github.io", "domain evil.github.io"));
  for (const char* text :
       {"https://www.google.com/", "https://github.io", "", "://", "http://", "intranet", "http://127.0.0.1/x"}) {
    EXPECT_THAT(url(text), IsEmpty()) << text;
  }
}

TEST(Entities, Files) {
  const std::string entity = "fileHash " + hash;
  EXPECT_THAT(file(R"("filePath":"C:\\Users\\a\\evil.exe")"), ElementsAre(entity));
  EXPECT_THAT(file(R"("fileName":"svchost.exe","filePath":"C:\\Users\\a")"), ElementsAre(entity));
  EXPECT_THAT(file(R"("fileName":"evil.dll","filePath":"C:\\Windows\\System32")", "malicious"), ElementsAre(entity));
  EXPECT_THAT(file(R"("filePath":"C:\\Program Files\\Tool\\tool.exe")", "suspicious"), ElementsAre(entity));
  EXPECT_THAT(file(R"("filePath":"/tmp/x")", "noThreatsFound"), IsEmpty());
  for (const char* members :
       {R"("fileName":"powershell.exe","filePath":"C:\\Windows\\System32\\WindowsPowerShell\\v1.0")",
        R"("fileName":"cmd.exe")", R"("filePath":"\\Device\\HarddiskVolume3\\Windows\\SysWOW64\\rundll32.exe")",
        R"("filePath":"/usr/bin/bash")", R"("fileName":"a.exe","signer":"Microsoft Corporation")",
        R"("filePath":"C:\\Program Files\\Browser\\browser.exe")"}) {
    EXPECT_THAT(file(members), IsEmpty()) << members;
  }
  EXPECT_THAT(entities("fileHashEvidence", R"("value":"d41d8cd98f00b204e9800998ecf8427e")"), IsEmpty());
  EXPECT_THAT(entities("fileHashEvidence", R"("value":"00000000000000000000000000000000")"), IsEmpty());
  EXPECT_THAT(entities("fileHashEvidence", R"("value":"abc")"), IsEmpty());
}

TEST(Entities, MailCloudAndOthers) {
  EXPECT_THAT(
      entities(
          "analyzedMessageEvidence",
          R"("internetMessageId":"<A1@mail>","p2Sender":{"emailAddress":"Bill <Bill@evil.example>"},)"
          R"("recipientEmailAddress":"alice@contoso.com","senderIp":"203.0.113.9","urls":["http://evil.example/x"])"),
      UnorderedElementsAre("mailMessage a1@mail", "mailAddress bill@evil.example", "mailAddress alice@contoso.com",
                           "publicIp 203.0.113.9", "url evil.example/x", "domain evil.example"));
  EXPECT_THAT(entities("amazonResourceEvidence", R"("amazonResourceId":"arn:aws:s3:::Drop")"),
              ElementsAre("cloudResource arn:aws:s3:::drop"));
  EXPECT_THAT(entities("amazonResourceEvidence", R"("amazonResourceId":"arn:aws:iam::123:root")"), IsEmpty());
  EXPECT_THAT(entities("azureResourceEvidence", R"("resourceId":"/subscriptions/7/resourceGroups/g")"), IsEmpty());
  EXPECT_THAT(entities("containerEvidence", R"("containerId":"C7")"), ElementsAre("container c7"));
  EXPECT_THAT(entities("oauthApplicationEvidence", R"("appId":"00000003-0000-0000-c000-000000000000")"), IsEmpty());
  EXPECT_THAT(entities("registryKeyEvidence", R"("registryKey":"x")"), IsEmpty());
  EXPECT_THAT(facts(R"({"productName":"Sensor","additionalData":{"IncidentId":77}})").entities,
              ElementsAre(Entity{EntityKind::provider_incident, "sensor:77"}));
}

TEST(Entities, ManyPartialEntitiesDescribeARange) {
  std::string list;
  for (size_t i = 0; i <= partial_entities_max; ++i) {
    list += (i == 0 ? "" : ",") + (R"({"@odata.type":"#microsoft.graph.security.ipEvidence","ipAddress":"10.0.0.)" +
                                   std::to_string(i + 10) + "\"}");
    const size_t expected = i < partial_entities_max ? i + 1 : 0;
    EXPECT_EQ(facts(R"({"evidence":[)" + list + "]}").entities.size(), expected);
  }
}

TEST(Entities, TimesFallBack) {
  const AlertFacts read =
      facts(R"({"createdDateTime":"2026-03-01T10:00:00Z","firstActivityDateTime":"2026-03-01T09:00:00Z"})");
  EXPECT_EQ(base::format_date_time(read.last_activity), "2026-03-01T09:00:00.0000000Z");
  EXPECT_EQ(base::format_date_time(facts(R"({"createdDateTime":"2026-03-01T10:00:00Z"})").first_activity),
            "2026-03-01T10:00:00.0000000Z");
  EXPECT_EQ(facts("{}").last_activity, base::min_date_time);
}

TEST(Entities, FurtherSharedInfrastructure) {
  const auto reader = AlertReader::create("# ours\nnetwork 203.0.113.0/24\ndomain contoso.com\n");
  const auto alert = json::parse(R"({"evidence":[
      {"@odata.type":"#microsoft.graph.security.ipEvidence","ipAddress":"203.0.113.9"},
      {"@odata.type":"#microsoft.graph.security.urlEvidence","url":"http://proxy.contoso.com"}]})");
  EXPECT_THAT(reader->read(*alert).entities, IsEmpty());
  for (const char* text : {"domain x\nplanet mars", "network 1.2.3.4/40", "network x", "domain"}) {
    const auto refused = AlertReader::create(text);
    ASSERT_FALSE(refused.has_value()) << text;
    EXPECT_EQ(refused.error().code, base::ErrorCode::bad_request);
  }
  EXPECT_EQ(AlertReader::create("domain x\nplanet mars").error().message,
            "Shared infrastructure, line 2: unknown topic.");
}

}  // namespace
}  // namespace vedette::correlate
