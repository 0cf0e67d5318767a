#include "batch_writer.h"

#include <algorithm>
#include <charconv>

namespace vedette::correlate {
namespace {

using base::ErrorCode;
using base::Result;
using base::Status;

Result<json::Value> parse_stored(const std::string& text, const std::string& what) {
  auto parsed = json::parse(text);
  if (parsed.has_value() && parsed->is_object()) return std::move(*parsed);
  return base::fail(ErrorCode::corrupt_data, what + " is not a JSON object.");
}

// "2 d 4 h", "35 min", "10 s".
std::string span_text(base::TimeSpan span) {
  const int64_t seconds = span.ticks / base::ticks_per_second;
  const int64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
  if (days > 0) return std::to_string(days) + " d " + std::to_string(hours % 24) + " h";
  if (hours > 0) return std::to_string(hours) + " h " + std::to_string(minutes % 60) + " min";
  return minutes > 0 ? std::to_string(minutes) + " min" : std::to_string(seconds) + " s";
}

}  // namespace

std::string derived_state(std::string_view incident) { return "correlate.derived." + std::string(incident); }

std::shared_ptr<const store::Expression> equals(std::string_view property, std::string text) {
  store::Expression left, right;
  left.op = store::Operator::property;
  left.path = {std::string(property)};
  right.value = std::move(text);
  auto expression = std::make_shared<store::Expression>();
  expression->op = store::Operator::eq;
  expression->kind = store::ValueKind::boolean;
  expression->operands = {std::move(left), std::move(right)};
  return expression;
}

IncidentNumber incident_of(const json::Value& alert) {
  return parse_incident_number(json::find_string(alert, "incidentId"));
}

IncidentNumber parse_incident_number(std::string_view text) {
  IncidentNumber number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0 ? number : 0;
}

Result<BatchWrites> BatchWriter::build() {
  for (const GroupNumber group : partition_.changed_groups()) TRY(write_incident(group));
  for (const AlertNumber alert : partition_.misplaced_alerts()) TRY(write_alert(alert));
  for (const Redirect& redirect : partition_.user_redirects()) TRY(move_links(redirect.from, redirect.to));
  for (const Link& link : partition_.links()) write_link(link);
  for (auto& [id, link] : links_) {
    writes_.commit.entities.push_back({std::string(link_collection), id, json::to_text(link), store::any_version});
  }
  return std::move(writes_);
}

std::string BatchWriter::web_url(IncidentNumber number) const {
  return url_base_.empty() ? std::string() : url_base_ + std::to_string(number);
}

Result<std::optional<StoredIncident>> BatchWriter::read_incident(IncidentNumber number, int64_t& version) {
  const std::string id = std::to_string(number);
  const auto entity = TRY(store_.get(tenant_, incident_collection, id));
  version = entity ? entity->version : store::must_not_exist;
  if (!entity) return std::optional<StoredIncident>();
  StoredIncident incident;
  incident.document = TRY(parse_stored(entity->json, "Incident " + id)).get_object();
  if (const auto state = TRY(store_.state(tenant_, derived_state(id)))) {
    incident.derived = TRY(parse_stored(state->value, "State of incident " + id)).get_object();
  }
  return std::optional<StoredIncident>(std::move(incident));
}

Status BatchWriter::write_incident(GroupNumber group) {
  const IncidentSummary summary = partition_.summary(group);
  const IncidentNumber number = partition_.incident(group);
  const std::string id = std::to_string(number);
  const Names& names = partition_.names();
  const Derived derived =
      derived_values(incident_title(summary, names), incident_description(summary, names), summary.severity);
  const IncidentFrame frame{id, tenant_, web_url(number), summary.created, now_};
  int64_t version = 0;
  auto incident = TRY(read_incident(number, version));
  bool changed = !incident;
  if (!incident) {
    incident = StoredIncident{new_incident(frame, derived), derived};
    ++writes_.created;
  }
  if (!partition_.absorbed(group).empty()) {
    TRY(merge(*incident, group));
    changed = true;
  }
  if (!update_incident(*incident, frame, derived) && !changed) return {};
  auto& commit = writes_.commit;
  commit.entities.push_back(
      {std::string(incident_collection), id, json::to_text(std::move(incident->document)), version});
  commit.states.push_back({derived_state(id), json::to_text(std::move(incident->derived)), store::any_version});
  return {};
}

Status BatchWriter::merge(StoredIncident& into, GroupNumber group) {
  const IncidentNumber target = partition_.incident(group);
  std::vector<IncidentNumber> absorbed = partition_.absorbed(group);
  std::sort(absorbed.begin(), absorbed.end());
  for (const IncidentNumber number : absorbed) {
    int64_t version = 0;
    auto merged = TRY(read_incident(number, version));
    TRY(move_links(number, target));
    if (!merged) continue;  // deleted
    take_over(into, *merged);
    redirect(merged->document, std::to_string(target), now_);
    writes_.commit.entities.push_back({std::string(incident_collection), std::to_string(number),
                                       json::to_text(std::move(merged->document)), version});
    writes_.commit.states.push_back({derived_state(std::to_string(number)), std::nullopt, store::any_version});
    ++writes_.redirected;
  }
  return {};
}

Status BatchWriter::move_links(IncidentNumber from, IncidentNumber to) {
  store::Query query;
  query.collection = link_collection;
  query.filter = equals("incidentId", std::to_string(from));
  query.top = 1000;
  query.now = now_;
  do {
    auto page = TRY(store_.query(tenant_, query));
    for (const store::Entity& entity : page.entities) {
      json::Value link = TRY(parse_stored(entity.json, "Link " + entity.id));
      link.get_object()["incidentId"] = std::to_string(to);
      links_.insert_or_assign(entity.id, std::move(link));
    }
    query.after = std::move(page.next);
  } while (!query.after.empty());
  return {};
}

Status BatchWriter::write_alert(AlertNumber number) {
  const std::string id = partition_.alert(number).id;
  const auto entity = TRY(store_.get(tenant_, alert_collection, id));
  if (!entity) return {};  // deleted since; the feed will tell
  json::Value alert = TRY(parse_stored(entity->json, "Alert " + id));
  const IncidentNumber target = partition_.incident_of(number);
  // Another writer placed it since it was read: the feed will tell.
  if (incident_of(alert) != partition_.place(number).stored) return {};
  json::Object& object = alert.get_object();
  object["incidentId"] = std::to_string(target);
  if (!url_base_.empty()) object["incidentWebUrl"] = web_url(target);
  writes_.commit.entities.push_back({std::string(alert_collection), id, json::to_text(alert), entity->version});
  writes_.written.push_back(number);
  return {};
}

void BatchWriter::write_link(const Link& link) {
  const KnownAlert alert = partition_.alert(link.alert), linked = partition_.alert(link.linked);
  const base::TimeSpan apart = gap(alert.activity, linked.activity);
  const std::vector<EntityNumber> shared = partition_.shared_entities(link);
  json::Array entities;
  for (const EntityNumber number : shared) {
    const Entity entity = partition_.entity(number);
    entities.push_back(
        json::Object{{"kind", name(entity.kind)}, {"value", entity.value}, {"weight", weight(entity.kind)}});
  }
  const std::string id = alert.id + '~' + linked.id;
  const std::string incident = std::to_string(partition_.incident_of(link.alert));
  links_.insert_or_assign(id, json::Object{{"id", id},
                                           {"incidentId", incident},
                                           {"alertId", alert.id},
                                           {"linkedAlertId", linked.id},
                                           {"entities", std::move(entities)},
                                           {"gapSeconds", apart.ticks / base::ticks_per_second},
                                           {"reason", reason(shared, apart)},
                                           {"createdDateTime", base::format_date_time(now_)}});
}

std::string BatchWriter::reason(const std::vector<EntityNumber>& shared, base::TimeSpan apart) const {
  constexpr size_t named_max = 5;
  std::string text = "Both name ";
  for (size_t i = 0; i < shared.size() && i < named_max; ++i) {
    const Entity entity = partition_.entity(shared[i]);
    if (i > 0) text += i + 1 == shared.size() ? " and " : ", ";
    text += std::string(phrase(entity.kind)) + ' ' + entity.value;
  }
  if (shared.size() > named_max) text += " and " + std::to_string(shared.size() - named_max) + " more";
  if (apart.ticks == 0) return text + ", at the same time.";
  return text + ", " + span_text(apart) + " apart.";
}

}  // namespace vedette::correlate
