#include "incident_sender.h"

#include "poll_page.h"
#include "provider_alerts.h"
#include "provider_incident.h"
#include "vedette/resources/incidents/incident_copies.h"
#include "vedette/resources/incidents/incidents.h"

namespace vedette::federation {

using base::ErrorCode;
using base::Result;
using base::Status;

namespace {

constexpr int redirects_max = 10;  // of incidents that were merged

}  // namespace

Result<std::optional<json::Object>> IncidentSender::load_incident(const std::string& id) const {
  auto incident = TRY(load(resources::incident_collection, id));
  if (incident && json::find_string(*incident, "status") == "redirected") incident.reset();
  return incident;
}

Result<json::Value> IncidentSender::read(http::ClientRequest request, std::string& etag, const base::StopCheck& stop) {
  const auto answer = TRY(parts_.client.send(std::move(request), stop));
  etag = answer.headers.get("ETag");
  auto value = json::parse(answer.body);
  if (!value || !value->is_object()) return base::fail(ErrorCode::unavailable, "The provider's answer is no JSON.");
  return std::move(*value);
}

// The provider's name of the incident that one of the alerts is in there.
Result<std::string> IncidentSender::incident_there(const std::string& incident, const base::StopCheck& stop) {
  for (const json::Object& alert : TRY(alerts_of_incident(parts_.store, parts_.tenant, incident))) {
    if (json::find_string(alert, instance_member) != parts_.instance) continue;
    auto request = current_request(parts_.loaded->transport, parts_.client, alert);
    if (!request) continue;
    std::string etag;
    const auto current = read(std::move(*request), etag, stop);
    if (!current && current.error().code == ErrorCode::not_found) continue;  // it was deleted there
    if (!current) return current.error();
    const std::string there(json::find_string(*current, "incidentId"));
    if (!there.empty()) return there;
  }
  return base::fail(ErrorCode::unavailable, "None of the incident's alerts is in an incident of the provider yet.");
}

// The incident, or the one that it was merged into.
Result<IncidentSender::Current> IncidentSender::read_current(const std::string& id, const base::StopCheck& stop) {
  std::string there = id;
  for (int redirects = 0; redirects <= redirects_max; ++redirects) {
    Current current;
    current.url =
        TRY(parts_.loaded->transport.incidents->current.url([&](const std::string& name) -> std::optional<std::string> {
          return name == "id" ? std::optional(there) : parts_.client.setting(name);
        }));
    http::ClientRequest request;
    request.url = current.url;
    set_read_headers(request, parts_.loaded->transport);
    const json::Value shown = TRY(read(std::move(request), current.etag, stop));
    const std::string next(json::find_string(shown, "redirectIncidentId"));
    if (next.empty()) {
      current.shown = shown.get_object();
      return current;
    }
    there = next;
  }
  return base::fail(ErrorCode::unavailable, "The provider merged the incident into others without end.");
}

Status IncidentSender::send(IncidentWriteBack& entry, const base::StopCheck& stop) {
  if (!TRY(load_incident(entry.incident_id))) return finish(entry, "");
  Current current = TRY(read_current(TRY(incident_there(entry.incident_id, stop)), stop));
  TRY(merge_provider_incident({parts_.tenant, parts_.instance, parts_.store, parts_.clock}, entry.incident_id,
                              current.shown));
  const auto incident = TRY(load_incident(entry.incident_id));
  if (!incident) return finish(entry, "");
  // What it changed later was merged: of what still differs, nothing is later there.
  const auto copy = resources::read_incident_copy(json::Value(current.shown), current.shown, parts_.clock.now());
  if (copy.has_times) current.etag.clear();  // times decide
  TRY(send_difference(entry, resources::incident_difference(*incident, copy), current, stop));
  return finish(entry, TRY(digest_of_user_state(*incident)));
}

Status IncidentSender::send_difference(const IncidentWriteBack& entry, const resources::Difference& difference,
                                       const Current& current, const base::StopCheck& stop) {
  std::vector<ProviderRequest> requests;
  const auto add = [&](const char* method, std::string url, const json::Object& body) {
    ProviderRequest request;
    request.method = method;
    request.url = std::move(url);
    request.body = json::to_text(body);
    requests.push_back(std::move(request));
  };
  if (!difference.changes.empty()) add("PATCH", current.url, difference.changes);
  for (const json::Value& comment : difference.comments) {
    json::Object body{{"@odata.type", "microsoft.graph.security.alertComment"}};
    for (const auto& member : comment.get_object()) body[member.key()] = member.value();
    add("POST", current.url + "/comments", body);
  }
  for (size_t step = 0; step < requests.size(); ++step) {
    auto request =
        client_request(requests[step], idempotency_key(parts_.tenant, entry.id, entry.requested, requests[step], step));
    if (parts_.loaded->transport.write_back->if_match && !current.etag.empty() && step == 0)
      request.headers.set("If-Match", current.etag);
    TRY(parts_.client.send(std::move(request), stop));
  }
  return {};
}

Status IncidentSender::finish(IncidentWriteBack& entry, const std::string& digest) {
  entry.state = "synchronized";
  entry.synchronized = entry.last_attempt = parts_.clock.now();
  entry.forget_failures();
  entry.known_there = digest;
  return write_marked(entry);
}

}  // namespace vedette::federation
