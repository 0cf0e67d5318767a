// The alerts of a tenant and the incidents they make, in memory. A batch of alerts goes in, and what has to be written
// comes out; no store and no JSON in here.
//
// Groups are the connected components. A group without a number is not stored yet; numbers are given at the end of a
// batch. Uniting two groups moves the members of the smaller one, so n alerts are moved at most log n times each.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "alert_table.h"
#include "incident_summary.h"
#include "known_alert.h"
#include "names.h"
#include "vedette/correlate/entities.h"
#include "vedette/correlate/link_index.h"

namespace vedette::correlate {

struct AlertRead {
  std::string id;
  AlertFacts facts;
  IncidentNumber incident = 0;  // as stored; 0 when absent or no number
  bool moved = false;           // by a user, to that incident
};

// An incident that a user merged into another one.
struct Redirect {
  IncidentNumber from = 0;
  IncidentNumber to = 0;
};

struct BatchRead {
  std::vector<Redirect> redirects;
  std::vector<std::string> removed;
  std::vector<AlertRead> alerts;  // new and changed ones, each id once
};

struct Group {
  IncidentNumber incident = 0;
  std::vector<AlertNumber> members;          // none: united with another group, or emptied
  std::unique_ptr<IncidentSummary> summary;  // of several members; a single one has its own
};

// Why two alerts are in one incident.
struct Link {
  AlertNumber alert = 0;
  AlertNumber linked = 0;  // entered before
};

class Partition {
 public:
  // At the start. `last_number`: the highest incident number given out.
  explicit Partition(IncidentNumber last_number) : last_number_(last_number) {}
  void restore(const Redirect& redirect);
  // An alert that was correlated before: it is indexed where it is, and unites nothing.
  void restore(const AlertRead& alert);

  // Others gave out numbers too.
  void raise_last_number(IncidentNumber number) { last_number_ = std::max(last_number_, number); }
  // Facts that are gone from an alert link nothing any more, but what they linked stays. New groups are numbered in the
  // order of their first alerts.
  void enter(const BatchRead& batch);

  // Where an incident's alerts are now; 0 when the number was never given out.
  IncidentNumber resolve(IncidentNumber incident) const;

  std::optional<AlertNumber> find(std::string_view id) const { return alerts_.find(id); }
  KnownAlert alert(AlertNumber number) const { return alerts_.read(number); }
  const AlertPlace& place(AlertNumber number) const { return alerts_.place(number); }
  // Where it is now; its number may not be stored yet.
  IncidentNumber incident_of(AlertNumber number) const { return groups_[place(number).group].incident; }
  IncidentNumber incident(GroupNumber number) const { return groups_[number].incident; }
  IncidentSummary summary(GroupNumber number) const;
  // The incidents that this batch redirects to the group's.
  const std::vector<IncidentNumber>& absorbed(GroupNumber number) const;
  const Names& names() const { return names_; }
  Entity entity(EntityNumber number) const;
  IncidentNumber last_number() const { return last_number_; }
  int64_t steps() const { return index_.steps(); }

  // The work of the batch: groups whose incident is to be written, alerts whose incident differs from the stored one,
  // and the links found.
  std::vector<GroupNumber> changed_groups() const;
  std::vector<AlertNumber> misplaced_alerts() const;
  const std::vector<Link>& links() const { return links_; }
  const std::vector<Redirect>& user_redirects() const { return user_redirects_; }
  std::vector<EntityNumber> shared_entities(const Link& link) const;

  // The batch is stored; `written` are the alerts whose incidentId was.
  void finish_batch(const std::vector<AlertNumber>& written);

 private:
  struct Change {
    AlertNumber alert = 0;
    bool relink = false;  // new, or other entities or times than before
    bool report = false;  // its links are news, also inside one incident
  };

  KnownAlert known_form(const AlertRead& alert);
  AlertNumber add_alert(const AlertRead& alert);
  Change take(const AlertRead& alert);
  Change take_again(AlertNumber number, const AlertRead& alert);
  void merge(const Redirect& redirect);
  void remove(const std::string& id);
  void index(const KnownAlert& known, std::vector<AlertNumber>& linked);
  void relink(const Change& change);
  bool unite(AlertNumber a, AlertNumber b);
  void move(AlertNumber alert, GroupNumber target);
  void leave_group(AlertNumber alert);
  IncidentSummary& summary_to_add_to(GroupNumber number);
  void summarize();
  void number_groups();
  void rebuild_index(const std::vector<Change>& except);
  GroupNumber group_of_incident(IncidentNumber incident);
  EntityNumber number(const Entity& entity);

  IncidentNumber last_number_;
  std::map<IncidentNumber, IncidentNumber> redirected_;  // without circles
  Names names_;
  AlertTable alerts_;
  std::deque<Group> groups_;
  std::vector<GroupNumber> free_groups_;  // that united with others, in earlier batches
  std::unordered_map<IncidentNumber, GroupNumber> group_numbers_;
  Names entities_;  // the kind as a character, and the value
  LinkIndex index_;

  // Of the batch.
  bool lost_facts_ = false;        // the index holds what is not true any more
  std::set<GroupNumber> stale_;    // groups whose summary is to be made anew
  std::set<GroupNumber> changed_;  // groups whose incident is to be written
  std::map<GroupNumber, std::vector<IncidentNumber>> absorbed_;
  std::vector<GroupNumber> united_;  // groups that are no more
  std::set<AlertNumber> touched_;
  std::vector<Link> links_;
  std::vector<Redirect> user_redirects_;
};

}  // namespace vedette::correlate
