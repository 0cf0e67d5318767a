#include "incident_poller.h"

#include <algorithm>
#include <set>

#include "delivery.h"
#include "document_members.h"
#include "poll_page.h"
#include "poller.h"
#include "vedette/resources/incidents/incident_copies.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

namespace {

// Pages have the form that the API gives them.
PollTransport page_form() {
  PollTransport form;
  form.records = "value";
  form.paging = Paging::next_link;
  form.next = "@odata.nextLink";
  return form;
}

json::Value as_waiting(const ProviderIncident& incident, base::DateTime since) {
  json::Object waiting{{"id", incident.id}, {"shown", incident.shown}};
  waiting["alerts"] = json::Array(incident.alerts.begin(), incident.alerts.end());
  set_time(waiting, "since", since);
  return waiting;
}

ProviderIncident read_waiting(const json::Value& waiting) {
  ProviderIncident incident;
  incident.id = json::find_string(waiting, "id");
  if (const json::Value* shown = json::find(waiting, "shown"); shown && shown->is_object())
    incident.shown = shown->get_object();
  if (const json::Value* alerts = json::find(waiting, "alerts"); alerts && alerts->is_array())
    for (const json::Value& alert : alerts->get_array()) incident.alerts.push_back(scalar_text(&alert));
  return incident;
}

}  // namespace

IncidentPoller::IncidentPoller(IncidentPollerParts parts)
    : parts_(std::move(parts)), key_(parts_.instance.name + "/" + std::to_string(parts_.instance.created.ticks)) {}

Result<std::string> IncidentPoller::first_url(base::DateTime watermark) const {
  const PollTransport& poll = *parts_.loaded->transport.poll;
  const base::DateTime since =
      watermark == base::DateTime{} ? parts_.clock.now() - poll.lookback : watermark - poll.overlap;
  return parts_.loaded->transport.incidents->url.url([&](const std::string& name) -> std::optional<std::string> {
    return name == "since" ? std::optional(base::format_date_time(since)) : parts_.client.setting(name);
  });
}

// False when none of its alerts is in an incident here yet.
Result<bool> IncidentPoller::merge(const ProviderIncident& incident) {
  if (!resources::says_anything(
          resources::read_incident_copy(json::Value(incident.shown), json::Object(), parts_.clock.now())))
    return true;
  const std::string ours = TRY(find_our_incident(parts_.store, parts_.tenant, incident.alerts));
  if (ours.empty()) return false;
  TRY(merge_provider_incident({parts_.tenant, parts_.instance.name, parts_.store, parts_.clock}, ours, incident.shown));
  return true;
}

Status IncidentPoller::wait_for_alerts(const ProviderIncident& incident) {
  const std::string prefix = "federation.waiting/" + key_ + "/", name = prefix + incident.id;
  base::DateTime since = parts_.clock.now();
  if (const auto known = TRY(parts_.store.state(parts_.tenant, name))) {
    const json::Value before = TRY(json::parse(known->value));
    if (read_waiting(before).shown == incident.shown) return {};
    since = time_in(before, "since");
  } else if (TRY(parts_.store.state_names(parts_.tenant, prefix)).size() >= waiting_incidents_max) {
    return fail(ErrorCode::limit_exceeded, "More than " + std::to_string(waiting_incidents_max) +
                                               " incidents wait for their alerts, the most there may be.");
  }
  store::Commit commit;
  commit.states.push_back({name, json::to_text(as_waiting(incident, since)), store::any_version});
  TRY(parts_.store.commit(parts_.tenant, commit));
  return {};
}

Status IncidentPoller::look_at_waiting() {
  for (const std::string& name : TRY(parts_.store.state_names(parts_.tenant, "federation.waiting/" + key_ + "/"))) {
    const auto state = TRY(parts_.store.state(parts_.tenant, name));
    if (!state) continue;
    const json::Value waiting = TRY(json::parse(state->value));
    const bool is_over = parts_.clock.now() - incident_waits_max > time_in(waiting, "since");
    if (!is_over && !TRY(merge(read_waiting(waiting)))) continue;
    store::Commit commit;
    commit.states.push_back({name, std::nullopt, state->version});
    TRY(parts_.store.commit(parts_.tenant, commit));
  }
  return {};
}

Result<std::string> IncidentPoller::take_page(const std::string& url, base::DateTime& newest,
                                              const base::StopCheck& stop) {
  http::ClientRequest request;
  request.url = url;
  set_read_headers(request, parts_.loaded->transport);
  const auto answer = TRY(parts_.client.send(std::move(request), stop));
  const PollPage page = TRY(read_poll_page(page_form(), answer));
  const std::string provider = provider_of(parts_.instance, parts_.loaded->connector->config().provider);
  for (const json::Value& record : page.records) {
    TRY(stop.check());
    const ProviderIncident incident = TRY(read_provider_incident(record, parts_.tenant, provider));
    if (!TRY(merge(incident))) TRY(wait_for_alerts(incident));
    const auto changed = base::parse_iso_date_time(json::find_string(record, "lastUpdateDateTime"));
    if (changed && *changed <= parts_.clock.now()) newest = std::max(newest, *changed);
  }
  return page.next;
}

Status IncidentPoller::sweep(const base::StopCheck& stop) {
  TRY(look_at_waiting());
  const std::string name = "federation.incidents/" + key_;
  const auto state = TRY(parts_.store.state(parts_.tenant, name));
  const base::DateTime watermark =
      state ? base::parse_iso_date_time(state->value).value_or(base::DateTime{}) : base::DateTime{};
  base::DateTime newest = watermark;
  std::set<std::string> asked;
  for (std::string url = TRY(first_url(watermark)); !url.empty();) {
    TRY(stop.check());
    if (!asked.insert(url).second) return fail(ErrorCode::unavailable, "The provider repeats a page of incidents.");
    if (static_cast<int64_t>(asked.size()) > sweep_pages_max)
      return fail(ErrorCode::limit_exceeded, "The provider has more than " + std::to_string(sweep_pages_max) +
                                                 " pages of incidents, the most of one sweep.");
    url = TRY(take_page(url, newest, stop));
  }
  if (newest == watermark) return {};
  store::Commit commit;
  commit.states.push_back({name, base::format_date_time(newest), store::any_version});
  TRY(parts_.store.commit(parts_.tenant, commit));
  return {};
}

}  // namespace vedette::federation
