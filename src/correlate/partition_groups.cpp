// Partition: the groups of alerts that are linked, and the incidents they are.
#include <algorithm>

#include "partition.h"

namespace vedette::correlate {

GroupNumber Partition::group_of_incident(IncidentNumber incident) {
  const auto next = free_groups_.empty() ? static_cast<GroupNumber>(groups_.size()) : free_groups_.back();
  if (incident != 0) {
    const auto [found, is_new] = group_numbers_.try_emplace(incident, next);
    if (!is_new) return found->second;
  }
  if (free_groups_.empty())
    groups_.emplace_back();
  else
    free_groups_.pop_back();
  groups_[next].incident = incident;
  return next;
}

IncidentSummary Partition::summary(GroupNumber number) const {
  const Group& group = groups_[number];
  if (group.summary) return *group.summary;
  return group.members.empty() ? IncidentSummary() : alerts_.read(group.members.front()).summary;
}

// Before a member is added.
IncidentSummary& Partition::summary_to_add_to(GroupNumber number) {
  Group& group = groups_[number];
  if (!group.summary) group.summary = std::make_unique<IncidentSummary>(summary(number));
  return *group.summary;
}

const std::vector<IncidentNumber>& Partition::absorbed(GroupNumber number) const {
  static const std::vector<IncidentNumber> none;
  const auto found = absorbed_.find(number);
  return found == absorbed_.end() ? none : found->second;
}

void Partition::move(AlertNumber alert, GroupNumber target) {
  if (place(alert).group == target) return;
  leave_group(alert);
  alerts_.place(alert).group = target;
  groups_[target].members.push_back(alert);
  stale_.insert(target);
}

void Partition::leave_group(AlertNumber alert) {
  std::erase(groups_[place(alert).group].members, alert);
  stale_.insert(place(alert).group);
}

void Partition::summarize() {
  for (const GroupNumber number : stale_) {
    Group& group = groups_[number];
    group.summary.reset();
    if (group.members.size() > 1) group.summary = std::make_unique<IncidentSummary>();
    for (const AlertNumber member : group.members)
      if (group.summary) group.summary->add(alerts_.read(member).summary);
    changed_.insert(number);
  }
  stale_.clear();
}

bool Partition::unite(AlertNumber a, AlertNumber b) {
  GroupNumber into = place(a).group;
  GroupNumber from = place(b).group;
  if (into == from) return false;
  if (groups_[into].members.size() < groups_[from].members.size()) std::swap(into, from);
  Group& target = groups_[into];
  Group& source = groups_[from];
  for (const AlertNumber member : source.members) alerts_.place(member).group = into;
  summary_to_add_to(into).add(source.summary ? *source.summary : summary(from));
  target.members.insert(target.members.end(), source.members.begin(), source.members.end());
  if (const auto too = absorbed_.extract(from)) {
    auto& absorbed = absorbed_[into];
    absorbed.insert(absorbed.end(), too.mapped().begin(), too.mapped().end());
  }
  if (source.incident != 0 && target.incident != 0) {
    absorbed_[into].push_back(std::max(source.incident, target.incident));
    target.incident = std::min(source.incident, target.incident);
  } else {
    target.incident = std::max(source.incident, target.incident);
  }
  if (target.incident != 0) group_numbers_[target.incident] = into;
  source = {};
  united_.push_back(from);
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

}  // namespace vedette::correlate
