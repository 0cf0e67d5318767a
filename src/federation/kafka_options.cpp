#include <algorithm>
#include <array>

#include "kafka_consumer.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    std::string part = text.substr(at, end - at);
    std::erase(part, ' ');
    if (!part.empty()) parts.push_back(std::move(part));
    at = end + 1;
  }
  return parts;
}

struct Security {
  const char *name, *protocol;
  bool tls, sasl;
};
constexpr std::array securities = {
    Security{"plaintext", "plaintext", false, false},
    Security{"tls", "ssl", true, false},
    Security{"sasl_plaintext", "sasl_plaintext", false, true},
    Security{"sasl_tls", "sasl_ssl", true, true},
};
constexpr std::array mechanisms = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"};

// Of every connection: nothing is kept by the broker, no certificate goes unread, and what waits here is bounded.
std::map<std::string, std::string> fixed() {
  return {{"enable.auto.commit", "false"},
          {"enable.auto.offset.store", "false"},
          {"auto.offset.reset", "error"},
          {"enable.partition.eof", "true"},
          {"allow.auto.create.topics", "false"},
          {"enable.ssl.certificate.verification", "true"},
          {"ssl.endpoint.identification.algorithm", "https"},
          {"queued.max.messages.kbytes", "16384"},
          {"fetch.max.bytes", "16777216"},
          {"fetch.wait.max.ms", "100"},
          {"reconnect.backoff.max.ms", "5000"},
          {"topic.metadata.refresh.interval.ms", "30000"},
          {"log_level", "0"}};
}

std::string value_in(const SettingValues& values, const char* name) {
  const auto found = values.find(name);
  return found == values.end() ? std::string() : found->second;
}

base::Error wrong(const std::string& what) { return fail(ErrorCode::bad_request, "The setting " + what); }

Result<Security> security_of(const SettingValues& values, const Outbound& outbound) {
  const std::string wanted = value_in(values, "security");
  const auto security =
      std::find_if(securities.begin(), securities.end(), [&](const auto& known) { return known.name == wanted; });
  if (security == securities.end()) return wrong("'security' is plaintext, tls, sasl_plaintext or sasl_tls.");
  if (!security->tls && !outbound.allow_http)
    return fail(ErrorCode::forbidden,
                "The setting 'security' must be tls or sasl_tls; [connectors] allow_http allows the others.");
  if (security->sasl && (value_in(values, "username").empty() || value_in(values, "password").empty()))
    return wrong("'security' is " + wanted + ": it needs 'username' and 'password'.");
  return *security;
}

Result<std::vector<std::string>> topics_of(const SettingValues& values) {
  auto topics = split(value_in(values, "topics"));
  if (topics.empty()) return wrong("'topics' names no topic.");
  if (topics.size() > kafka_topics_max)
    return wrong("'topics' names more than " + std::to_string(kafka_topics_max) + " topics, the most.");
  return topics;
}

}  // namespace

Result<KafkaOptions> kafka_options(const SettingValues& values, const Outbound& outbound) {
  const Security security = TRY(security_of(values, outbound));
  const std::string mechanism = value_in(values, "sasl_mechanism"), begin = value_in(values, "begin");
  if (std::find(mechanisms.begin(), mechanisms.end(), mechanism) == mechanisms.end())
    return wrong("'sasl_mechanism' is PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512.");
  if (begin != "beginning" && begin != "end") return wrong("'begin' is beginning or end.");
  KafkaOptions options;
  options.configuration = fixed();
  options.topics = TRY(topics_of(values));
  options.from_end = begin == "end";
  options.reach = outbound.client;
  auto& out = options.configuration;
  out["bootstrap.servers"] = value_in(values, "brokers");
  out["group.id"] = value_in(values, "group");
  out["security.protocol"] = security.protocol;
  if (security.sasl) {
    out["sasl.mechanism"] = mechanism;
    out["sasl.username"] = value_in(values, "username");
    out["sasl.password"] = value_in(values, "password");
  }
  const std::string own = value_in(values, "ca_file");
  for (const auto& [name, text] : {std::pair{"ssl.ca.location", own.empty() ? outbound.client.ca_file : own},
                                   std::pair{"ssl.certificate.location", value_in(values, "certificate")},
                                   std::pair{"ssl.key.location", value_in(values, "certificate_key")}})
    if (security.tls && !text.empty()) out[name] = text;
  return options;
}

}  // namespace vedette::federation
