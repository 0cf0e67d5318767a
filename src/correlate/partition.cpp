#include "partition.h"

#include <algorithm>
#include <iterator>

namespace vedette::correlate {
namespace {

bool includes(const std::vector<EntityNumber>& all, const std::vector<EntityNumber>& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

bool within(const Activity& inner, const Activity& outer) {
  return outer.first <= inner.first && inner.last <= outer.last;
}

bool same_links(const KnownAlert& a, const KnownAlert& b) {
  return a.full == b.full && a.partial == b.partial && within(a.activity, b.activity) && within(b.activity, a.activity);
}

// Everything that it linked it links still.
bool says_no_less(const KnownAlert& now, const KnownAlert& before) {
  return includes(now.full, before.full) && includes(now.partial, before.partial) &&
         within(before.activity, now.activity) && (!now.moved || before.moved);
}

}  // namespace

EntityNumber Partition::number(const Entity& entity) {
  return entities_.number(static_cast<char>(entity.kind) + entity.value);
}

Entity Partition::entity(EntityNumber number) const {
  const std::string_view text = entities_.text(number);
  return {static_cast<EntityKind>(text.front()), std::string(text.substr(1))};
}

KnownAlert Partition::known_form(const AlertRead& alert) {
  KnownAlert known;
  known.id = alert.id;
  known.moved = alert.moved;
  const AlertFacts& facts = alert.facts;
  known.activity = {facts.first_activity, facts.last_activity, 0};
  for (const Entity& entity : facts.entities) {
    (is_partial(entity.kind) ? known.partial : known.full).push_back(number(entity));
  }
  std::sort(known.full.begin(), known.full.end());
  std::sort(known.partial.begin(), known.partial.end());
  IncidentSummary& summary = known.summary;
  summary.alerts = 1;
  summary.severity = facts.severity;
  summary.tactics = facts.tactics;
  summary.created = facts.created;
  summary.first_activity = facts.first_activity;
  summary.last_activity = facts.last_activity;
  summary.title = names_.number(facts.title);
  for (const std::string& device : facts.devices) summary.devices.insert(names_.number(device));
  for (const std::string& user : facts.users) summary.users.insert(names_.number(user));
  if (!facts.source.empty()) summary.sources.insert(names_.number(facts.source));
  return known;
}

IncidentNumber Partition::resolve(IncidentNumber incident) const {
  if (incident < 1 || incident > last_number_) return 0;
  for (auto next = redirected_.find(incident); next != redirected_.end(); next = redirected_.find(incident)) {
    incident = next->second;
  }
  return incident;
}

AlertNumber Partition::add_alert(const AlertRead& alert) {
  const KnownAlert known = known_form(alert);
  const GroupNumber group = group_of_incident(resolve(alert.incident));
  if (!groups_[group].members.empty()) summary_to_add_to(group).add(known.summary);
  const AlertNumber number = alerts_.add(known, {alert.incident, group});
  groups_[group].members.push_back(number);
  return number;
}

void Partition::index(const KnownAlert& known, std::vector<AlertNumber>& linked) {
  if (!known.moved) index_.insert(known.activity, known.full, known.partial, linked);
}

void Partition::restore(const Redirect& redirect) {
  if (resolve(redirect.to) != redirect.from && redirect.from > 0) redirected_[redirect.from] = redirect.to;
}

void Partition::restore(const AlertRead& alert) {
  std::vector<AlertNumber> ignored;
  index(alerts_.read(add_alert(alert)), ignored);
}

void Partition::enter(const BatchRead& batch) {
  for (const Redirect& redirect : batch.redirects) merge(redirect);
  for (const std::string& id : batch.removed) remove(id);
  std::vector<Change> changes;
  for (const AlertRead& alert : batch.alerts) changes.push_back(take(alert));
  if (lost_facts_) rebuild_index(changes);
  for (const Change& change : changes) {
    if (change.relink) relink(change);
  }
  summarize();
  number_groups();
}

Partition::Change Partition::take(const AlertRead& read) {
  if (const auto known = find(read.id)) return take_again(*known, read);
  const AlertNumber number = add_alert(read);
  touched_.insert(number);
  // With an incident of its own it was correlated before this process started, or a user put it there.
  const bool is_new = resolve(read.incident) == 0;
  changed_.insert(place(number).group);
  return {number, true, is_new};
}

Partition::Change Partition::take_again(AlertNumber number, const AlertRead& read) {
  const KnownAlert known = alert(number), next = known_form(read);
  const bool relink = !same_links(known, next);
  lost_facts_ |= !says_no_less(next, known);
  if (next.summary != known.summary) stale_.insert(place(number).group);
  alerts_.replace(number, next);
  alerts_.place(number).stored = read.incident;
  touched_.insert(number);
  if (next.moved && resolve(read.incident) != 0) move(number, group_of_incident(resolve(read.incident)));
  return {number, relink, relink};
}

void Partition::merge(const Redirect& redirect) {
  const IncidentNumber to = resolve(redirect.to);
  const IncidentNumber from = redirect.from;
  if (to == 0 || to == from || resolve(from) != from) return;
  user_redirects_.push_back({from, to});
  redirected_[from] = to;
  const auto found = group_numbers_.find(from);
  if (found == group_numbers_.end()) return;
  const std::vector<AlertNumber> members = groups_[found->second].members;
  for (const AlertNumber member : members) move(member, group_of_incident(to));
  touched_.insert(members.begin(), members.end());
  group_numbers_.erase(from);
}

void Partition::remove(const std::string& id) {
  const auto known = find(id);
  if (!known) return;
  leave_group(*known);
  alerts_.remove(*known);
  lost_facts_ = true;
}

void Partition::rebuild_index(const std::vector<Change>& except) {
  std::vector<bool> skipped(alerts_.size());
  for (const Change& change : except) skipped[change.alert] = change.relink;
  index_.clear();
  lost_facts_ = false;
  std::vector<AlertNumber> ignored;
  for (AlertNumber number = 0; number < alerts_.size(); ++number) {
    if (alerts_.exists(number) && !skipped[number]) index(alerts_.read(number), ignored);
  }
}

void Partition::relink(const Change& change) {
  std::vector<AlertNumber> linked;
  index(alerts_.read(change.alert), linked);
  std::sort(linked.begin(), linked.end());
  linked.erase(std::unique(linked.begin(), linked.end()), linked.end());
  for (const AlertNumber other : linked) {
    const bool joins = unite(change.alert, other);
    if (joins || change.report) links_.push_back({change.alert, other});
  }
}

std::vector<AlertNumber> Partition::misplaced_alerts() const {
  std::set<AlertNumber> candidates = touched_;
  for (const GroupNumber number : changed_) {
    const Group& group = groups_[number];
    if (!absorbed(number).empty()) candidates.insert(group.members.begin(), group.members.end());
  }
  std::vector<AlertNumber> result;
  for (const AlertNumber number : candidates) {
    if (alerts_.exists(number) && place(number).stored != incident_of(number)) result.push_back(number);
  }
  return result;
}

std::vector<EntityNumber> Partition::shared_entities(const Link& link) const {
  const KnownAlert a = alert(link.alert), b = alert(link.linked);
  std::vector<EntityNumber> shared;
  std::set_intersection(a.full.begin(), a.full.end(), b.full.begin(), b.full.end(), std::back_inserter(shared));
  std::set_intersection(a.partial.begin(), a.partial.end(), b.partial.begin(), b.partial.end(),
                        std::back_inserter(shared));
  return shared;
}

void Partition::finish_batch(const std::vector<AlertNumber>& written) {
  for (const AlertNumber number : written) alerts_.place(number).stored = incident_of(number);
  for (const auto& [number, incidents] : absorbed_) {
    for (const IncidentNumber from : incidents) {
      redirected_[from] = groups_[number].incident;
      group_numbers_.erase(from);
    }
  }
  absorbed_.clear();
  free_groups_.insert(free_groups_.end(), united_.begin(), united_.end());
  united_.clear();
  changed_.clear();
  touched_.clear();
  links_.clear();
  user_redirects_.clear();
}

}  // namespace vedette::correlate
