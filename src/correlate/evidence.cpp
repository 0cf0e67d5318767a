#include "evidence.h"

#include <algorithm>

#include "text_form.h"

namespace vedette::correlate {
namespace {

using json::Value;

struct Context {
  EntitySet& set;
  const SharedInfrastructure& shared;
};

const Value& member(const Value& evidence, std::string_view name) {
  static const Value none;
  const Value* found = json::find(evidence, name);
  return found == nullptr ? none : *found;
}

template <class F>
void for_each(const Value& evidence, std::string_view name, F&& f) {
  if (const auto* array = member(evidence, name).if_array()) {
    for (const Value& element : *array) f(element);
  }
}

std::string_view as_text(const Value& value) {
  return value.is_string() ? std::string_view(value.get_string()) : std::string_view();
}

void add_id(const Context& c, EntityKind kind, const Value& evidence, std::string_view name) {
  c.set.add(kind, comparable_id(json::find_string(evidence, name)));
}

void address_of(const Context& c, const Value& ip_evidence) {
  if (read_verdict(ip_evidence) == Verdict::harmless) return;
  add_ip_address(c.set, json::find_string(ip_evidence, "ipAddress"), c.shared);
}

void user(const Context& c, const Value& e) { add_account(c.set, member(e, "userAccount"), c.shared); }
void device(const Context& c, const Value& e) { add_device(c.set, e, c.shared); }

void file(const Context& c, const Value& e) {
  add_file(c.set, member(e, "fileDetails"), read_verdict(e), c.shared);
  add_id(c, EntityKind::device_id, e, "mdeDeviceId");
}

void file_hash(const Context& c, const Value& e) {
  if (read_verdict(e) != Verdict::harmless) add_file_hash(c.set, json::find_string(e, "value"), c.shared);
}

void process(const Context& c, const Value& e) {
  const Verdict verdict = read_verdict(e);
  add_file(c.set, member(e, "imageFile"), verdict, c.shared);
  // The verdict is about the process, not about what started it.
  add_file(c.set, member(e, "parentProcessImageFile"), Verdict::unknown, c.shared);
  add_id(c, EntityKind::device_id, e, "mdeDeviceId");
  user(c, e);
}

void malware(const Context& c, const Value& e) {
  for_each(e, "files", [&](const Value& f) { file(c, f); });
  for_each(e, "processes", [&](const Value& p) { process(c, p); });
}

void registry_value(const Context& c, const Value& e) { add_id(c, EntityKind::device_id, e, "mdeDeviceId"); }

void url(const Context& c, const Value& e) {
  if (read_verdict(e) != Verdict::harmless) add_url(c.set, json::find_string(e, "url"), c.shared);
}

void dns(const Context& c, const Value& e) {  // dnsServerIp is the resolver of a whole site
  if (read_verdict(e) == Verdict::harmless) return;
  add_host(c.set, json::find_string(e, "domainName"), c.shared);
  address_of(c, member(e, "hostIpAddress"));
  for_each(e, "ipAddresses", [&](const Value& address) { address_of(c, address); });
}

void connection(const Context& c, const Value& e) {
  address_of(c, member(e, "sourceAddress"));
  address_of(c, member(e, "destinationAddress"));
}

void message_ids(const Context& c, const Value& e) {
  std::string message = comparable(json::find_string(e, "internetMessageId"));
  std::erase_if(message, [](char ch) { return ch == '<' || ch == '>'; });
  c.set.add(EntityKind::mail_message, message);
  add_id(c, EntityKind::mail_message, e, "networkMessageId");
}

// The address of a large provider's relay is shared by all its customers.
void sender_address(const Context& c, const Value& e, std::string_view sender, std::string_view name) {
  const std::string domain = comparable(sender.substr(std::min(sender.rfind('@') + 1, sender.size())));
  if (!c.shared.has_domain(domain)) add_ip_address(c.set, json::find_string(e, name), c.shared);
}

void mail(const Context& c, const Value& e) {
  if (read_verdict(e) == Verdict::harmless) return;
  message_ids(c, e);
  for (const char* sender : {"p1Sender", "p2Sender"}) {
    add_mail_address(c.set, json::find_string(member(e, sender), "emailAddress"), MailRole::sender, c.shared);
  }
  add_mail_address(c.set, json::find_string(e, "recipientEmailAddress"), MailRole::mailbox, c.shared);
  sender_address(c, e, json::find_string(member(e, "p1Sender"), "emailAddress"), "senderIp");
  for_each(e, "urls", [&](const Value& link) { add_url(c.set, as_text(link), c.shared); });
}

void submitted_mail(const Context& c, const Value& e) {
  message_ids(c, e);
  add_mail_address(c.set, json::find_string(e, "sender"), MailRole::sender, c.shared);
  add_mail_address(c.set, json::find_string(e, "recipient"), MailRole::mailbox, c.shared);
  sender_address(c, e, json::find_string(e, "sender"), "senderIp");
}

void mail_cluster(const Context& c, const Value& e) {
  for_each(e, "networkMessageIds",
           [&](const Value& id) { c.set.add(EntityKind::mail_message, comparable_id(as_text(id))); });
}

void mailbox(const Context& c, const Value& e) {
  for (const char* name : {"primaryAddress", "mailboxPrimaryAddress", "upn"}) {
    add_mail_address(c.set, json::find_string(e, name), MailRole::mailbox, c.shared);
  }
  user(c, e);
}

void teams_message(const Context& c, const Value& e) {
  add_id(c, EntityKind::mail_message, e, "messageId");
  add_mail_address(c.set, json::find_string(e, "senderFromAddress"), MailRole::sender, c.shared);
  for_each(e, "urls", [&](const Value& link) { url(c, link); });
  for_each(e, "files", [&](const Value& f) { file(c, f); });
}

// Whole subscriptions, accounts and projects are where everything happens.
bool is_scope(std::string_view resource) {
  if (resource.starts_with("/subscriptions/")) return resource.find("/providers/") == std::string_view::npos;
  if (resource.starts_with("arn:")) return resource.ends_with(":root") || resource.ends_with(':');
  const size_t projects = resource.find("/projects/");
  return projects != std::string_view::npos && resource.find('/', projects + 10) == std::string_view::npos;
}

void resource(const Context& c, const Value& e) {
  for (const char* name : {"resourceId", "amazonResourceId", "fullResourceName"}) {
    std::string id = comparable(json::find_string(e, name));
    while (id.ends_with('/')) id.pop_back();
    if (!is_scope(id)) c.set.add(EntityKind::cloud_resource, id);
  }
}

void blob(const Context& c, const Value& e) {
  url(c, e);
  for_each(e, "fileHashes", [&](const Value& hash) { file_hash(c, hash); });
}

void container(const Context& c, const Value& e) { add_id(c, EntityKind::container, e, "containerId"); }

void pod(const Context& c, const Value& e) {
  const Value& space = member(e, "namespace");
  const std::string_view cluster = json::find_string(member(space, "cluster"), "name");
  const std::string_view name = json::find_string(e, "name");
  if (!cluster.empty() && !name.empty()) {
    c.set.add(EntityKind::container,
              comparable(std::string(cluster) + '/' + std::string(json::find_string(space, "name")) + '/' +
                         std::string(name)));
  }
  for_each(e, "containers", [&](const Value& inner) { container(c, inner); });
}

void application(const Context& c, const Value& e) {
  for (const char* name : {"appId", "objectId", "servicePrincipalObjectId", "appOwnerTenantId"}) {
    const std::string id = comparable_id(json::find_string(e, name));
    if (c.shared.has(SharedInfrastructure::Topic::application, id)) return;  // the platform's own
  }
  for (const char* name : {"appId", "objectId", "servicePrincipalObjectId"}) {
    add_id(c, EntityKind::application, e, name);
  }
}

void cloud_session(const Context& c, const Value& e) {
  add_id(c, EntityKind::session, e, "sessionId");
  add_account(c.set, member(member(e, "account"), "userAccount"), c.shared);
  add_device_name(c.set, json::find_string(e, "deviceName"), c.shared);
}

void cloud_request(const Context& c, const Value& e) { add_id(c, EntityKind::session, e, "requestId"); }

void host_session(const Context& c, const Value& e) {  // the id is a number of the host's own
  add_account(c.set, member(member(e, "account"), "userAccount"), c.shared);
  add_device(c.set, member(e, "host"), c.shared);
}

void iot_device(const Context& c, const Value& e) {
  add_id(c, EntityKind::device_id, e, "deviceId");
  add_id(c, EntityKind::device_id, e, "macAddress");
  add_device_name(c.set, json::find_string(e, "deviceName"), c.shared);
  address_of(c, member(e, "ipAddress"));
}

void network_card(const Context& c, const Value& e) {
  add_id(c, EntityKind::device_id, e, "macAddress");
  address_of(c, member(e, "ipAddress"));
}

void token(const Context& c, const Value& e) { add_id(c, EntityKind::session, e, "signatureHash"); }
void agent(const Context& c, const Value& e) { add_id(c, EntityKind::application, e, "agentId"); }

void repository_user(const Context& c, const Value& e) {
  c.set.add(EntityKind::repository_account, comparable(json::find_string(e, "login")));
}

void repository(const Context& c, const Value& e) {
  add_id(c, EntityKind::cloud_resource, e, "baseUrl");
  c.set.add(EntityKind::repository_account, comparable(json::find_string(e, "login")));
}

struct Rule {
  std::string_view type;
  void (*read)(const Context&, const Value&);
};

// Types that are not here (registry keys, security groups, domains, clusters, namespaces, images, registries, cloud
// applications, organisations) name what many alerts have in common.
constexpr std::string_view type_prefix = "#microsoft.graph.security.";
constexpr Rule rules[] = {
    {"aiAgentEvidence", agent},
    {"amazonResourceEvidence", resource},
    {"analyzedMessageEvidence", mail},
    {"azureResourceEvidence", resource},
    {"blobContainerEvidence", url},
    {"blobEvidence", blob},
    {"cloudLogonRequestEvidence", cloud_request},
    {"cloudLogonSessionEvidence", cloud_session},
    {"containerEvidence", container},
    {"deviceEvidence", device},
    {"dnsEvidence", dns},
    {"fileEvidence", file},
    {"fileHashEvidence", file_hash},
    {"gitHubRepoEvidence", repository},
    {"gitHubUserEvidence", repository_user},
    {"googleCloudResourceEvidence", resource},
    {"hostLogonSessionEvidence", host_session},
    {"ioTDeviceEvidence", iot_device},
    {"ipEvidence", address_of},
    {"kubernetesPodEvidence", pod},
    {"mailClusterEvidence", mail_cluster},
    {"mailboxConfigurationEvidence", mailbox},
    {"mailboxEvidence", mailbox},
    {"malwareEvidence", malware},
    {"networkConnectionEvidence", connection},
    {"nicEvidence", network_card},
    {"oauthApplicationEvidence", application},
    {"processEvidence", process},
    {"registryValueEvidence", registry_value},
    {"sasTokenEvidence", token},
    {"servicePrincipalEvidence", application},
    {"submissionMailEvidence", submitted_mail},
    {"teamsMessageEvidence", teams_message},
    {"urlEvidence", url},
    {"userEvidence", user},
};

std::string_view type_of(const Value& evidence) {
  std::string_view type = json::find_string(evidence, "@odata.type");
  if (type.starts_with(type_prefix)) type.remove_prefix(type_prefix.size());
  return type;
}

void ignore_domain_controllers(EntitySet& set, const Value& evidence) {
  const std::string_view type = type_of(evidence);
  if (type == "deviceEvidence" && is_domain_controller(evidence)) ignore_device(set, evidence);
  const Value& host = member(evidence, "host");
  if (type == "hostLogonSessionEvidence" && is_domain_controller(host)) ignore_device(set, host);
}

}  // namespace

void read_evidence(EntitySet& set, const Value& alert, const SharedInfrastructure& shared) {
  for_each(alert, "evidence", [&](const Value& evidence) { ignore_domain_controllers(set, evidence); });
  for_each(alert, "evidence", [&](const Value& evidence) {
    const auto* rule = std::find_if(std::begin(rules), std::end(rules),
                                    [type = type_of(evidence)](const Rule& r) { return r.type == type; });
    if (rule != std::end(rules)) rule->read({set, shared}, evidence);
  });
}

}  // namespace vedette::correlate
