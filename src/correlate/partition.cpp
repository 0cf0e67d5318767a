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

}  // namespace

EntityNumber Partition::number(const Entity& entity) {
  const auto [found, is_new] = entity_numbers_.try_emplace(entity, static_cast<EntityNumber>(entities_.size()));
  if (is_new) entities_.push_back(&found->first);
  return found->second;
}

KnownAlert Partition::known_form(const AlertRead& alert) {
  KnownAlert known;
  known.id = alert.id;
  known.stored = alert.incident;
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
  summary.title = facts.title;
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

GroupNumber Partition::group_of_incident(IncidentNumber incident) {
  const auto next = static_cast<GroupNumber>(groups_.size());
  if (incident != 0) {
    const auto [found, is_new] = group_numbers_.try_emplace(incident, next);
    if (!is_new) return found->second;
  }
  groups_.emplace_back().incident = incident;
  return next;
}

AlertNumber Partition::add_alert(const AlertRead& alert) {
  const auto number = static_cast<AlertNumber>(alerts_.size());
  KnownAlert known = known_form(alert);
  known.activity.alert = number;
  known.group = group_of_incident(resolve(known.stored));
  groups_[known.group].members.push_back(number);
  groups_[known.group].summary.add(known.summary);
  numbers_.insert_or_assign(known.id, number);
  alerts_.push_back(std::move(known));
  return number;
}

const KnownAlert* Partition::find(const std::string& id) const {
  const auto found = numbers_.find(id);
  return found == numbers_.end() ? nullptr : &alerts_[found->second];
}

void Partition::index(const KnownAlert& known, std::vector<AlertNumber>& linked) {
  if (!known.moved) index_.insert(known.activity, known.full, known.partial, linked);
}

void Partition::restore(const Redirect& redirect) {
  if (resolve(redirect.to) != redirect.from && redirect.from > 0) redirected_[redirect.from] = redirect.to;
}

void Partition::restore(const AlertRead& alert) {
  std::vector<AlertNumber> ignored;
  index(alerts_[add_alert(alert)], ignored);
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
  const auto found = numbers_.find(read.id);
  if (found != numbers_.end()) return take_again(found->second, read);
  const AlertNumber number = add_alert(read);
  touched_.insert(number);
  // With an incident of its own it was correlated before this process started, or a user put it there.
  const bool is_new = resolve(read.incident) == 0;
  changed_.insert(alerts_[number].group);
  return {number, true, is_new};
}

Partition::Change Partition::take_again(AlertNumber number, const AlertRead& read) {
  KnownAlert next = known_form(read);
  KnownAlert& known = alerts_[number];
  next.activity.alert = number;
  next.group = known.group;
  const bool relink = !same_links(known, next);
  lost_facts_ |= !includes(next.full, known.full) || !includes(next.partial, known.partial) ||
                 !within(known.activity, next.activity) || (next.moved && !known.moved);
  if (next.summary != known.summary) stale_.insert(known.group);
  known = std::move(next);
  touched_.insert(number);
  if (known.moved && resolve(known.stored) != 0) move(number, group_of_incident(resolve(known.stored)));
  return {number, relink, relink};
}

void Partition::move(AlertNumber alert, GroupNumber target) {
  if (alerts_[alert].group == target) return;
  leave_group(alert);
  alerts_[alert].group = target;
  groups_[target].members.push_back(alert);
  stale_.insert(target);
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

void Partition::leave_group(AlertNumber alert) {
  std::erase(groups_[alerts_[alert].group].members, alert);
  stale_.insert(alerts_[alert].group);
}

void Partition::remove(const std::string& id) {
  const auto found = numbers_.find(id);
  if (found == numbers_.end()) return;
  leave_group(found->second);
  alerts_[found->second].exists = false;
  numbers_.erase(found);
  lost_facts_ = true;
}

void Partition::summarize() {
  for (const GroupNumber number : stale_) {
    Group& group = groups_[number];
    group.summary = {};
    for (const AlertNumber member : group.members) group.summary.add(alerts_[member].summary);
    changed_.insert(number);
  }
  stale_.clear();
}

void Partition::rebuild_index(const std::vector<Change>& except) {
  std::vector<bool> skipped(alerts_.size());
  for (const Change& change : except) skipped[change.alert] = change.relink;
  index_.clear();
  lost_facts_ = false;
  std::vector<AlertNumber> ignored;
  for (const KnownAlert& known : alerts_) {
    if (known.exists && !skipped[known.activity.alert]) index(known, ignored);
  }
}

void Partition::relink(const Change& change) {
  std::vector<AlertNumber> linked;
  index(alerts_[change.alert], linked);
  std::sort(linked.begin(), linked.end());
  linked.erase(std::unique(linked.begin(), linked.end()), linked.end());
  for (const AlertNumber other : linked) {
    const bool joins = unite(change.alert, other);
    if (joins || change.report) links_.push_back({change.alert, other});
  }
}

bool Partition::unite(AlertNumber a, AlertNumber b) {
  GroupNumber into = alerts_[a].group;
  GroupNumber from = alerts_[b].group;
  if (into == from) return false;
  if (groups_[into].members.size() < groups_[from].members.size()) std::swap(into, from);
  Group& target = groups_[into];
  Group& source = groups_[from];
  for (const AlertNumber member : source.members) alerts_[member].group = into;
  target.members.insert(target.members.end(), source.members.begin(), source.members.end());
  target.summary.add(source.summary);
  target.absorbed.insert(target.absorbed.end(), source.absorbed.begin(), source.absorbed.end());
  if (source.incident != 0 && target.incident != 0) {
    target.absorbed.push_back(std::max(source.incident, target.incident));
    target.incident = std::min(source.incident, target.incident);
  } else {
    target.incident = std::max(source.incident, target.incident);
  }
  if (target.incident != 0) group_numbers_[target.incident] = into;
  source = {};
  if (stale_.erase(from) > 0) stale_.insert(into);
  changed_.erase(from);
  changed_.insert(into);
  return true;
}

void Partition::number_groups() {
  std::vector<GroupNumber> fresh;
  for (const GroupNumber number : changed_) {
    if (groups_[number].incident == 0 && !groups_[number].members.empty()) fresh.push_back(number);
  }
  const auto first_alert = [&](GroupNumber number) {
    return *std::min_element(groups_[number].members.begin(), groups_[number].members.end());
  };
  std::sort(fresh.begin(), fresh.end(), [&](GroupNumber a, GroupNumber b) { return first_alert(a) < first_alert(b); });
  for (const GroupNumber number : fresh) {
    groups_[number].incident = ++last_number_;
    group_numbers_[last_number_] = number;
  }
}

std::vector<GroupNumber> Partition::changed_groups() const {
  std::vector<GroupNumber> result;
  for (const GroupNumber number : changed_) {
    if (!groups_[number].members.empty()) result.push_back(number);
  }
  return result;
}

std::vector<AlertNumber> Partition::misplaced_alerts() const {
  std::set<AlertNumber> candidates = touched_;
  for (const GroupNumber number : changed_) {
    const Group& group = groups_[number];
    if (!group.absorbed.empty()) candidates.insert(group.members.begin(), group.members.end());
  }
  std::vector<AlertNumber> result;
  for (const AlertNumber number : candidates) {
    const KnownAlert& known = alerts_[number];
    if (known.exists && known.stored != groups_[known.group].incident) result.push_back(number);
  }
  return result;
}

std::vector<EntityNumber> Partition::shared_entities(const Link& link) const {
  const KnownAlert& a = alerts_[link.alert];
  const KnownAlert& b = alerts_[link.linked];
  std::vector<EntityNumber> shared;
  std::set_intersection(a.full.begin(), a.full.end(), b.full.begin(), b.full.end(), std::back_inserter(shared));
  std::set_intersection(a.partial.begin(), a.partial.end(), b.partial.begin(), b.partial.end(),
                        std::back_inserter(shared));
  return shared;
}

void Partition::finish_batch(const std::vector<AlertNumber>& written) {
  for (const AlertNumber number : written) alerts_[number].stored = groups_[alerts_[number].group].incident;
  for (const GroupNumber number : changed_) {
    Group& group = groups_[number];
    for (const IncidentNumber from : group.absorbed) {
      redirected_[from] = group.incident;
      group_numbers_.erase(from);
    }
    group.absorbed.clear();
  }
  changed_.clear();
  touched_.clear();
  links_.clear();
  user_redirects_.clear();
}

}  // namespace vedette::correlate
