#include "vedette/resources/behaviours.h"

#include <iterator>

#include "areas.h"
#include "vedette/resources/alerts/alerts.h"
#include "vedette/resources/incidents/incidents.h"

namespace vedette::resources {
namespace {

template <class T>
void append(std::vector<T>& all, std::vector<T> rows) {
  all.insert(all.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
}

}  // namespace

odata::Behaviours behaviours(const Dependencies& dependencies) {
  odata::Behaviours all;
  const auto views = legacy_alert_behaviours({}).views;
  for (odata::Behaviours area : {alert_behaviours(), incident_behaviours(), hunting_behaviours(dependencies.hunting),
                                 indicator_behaviours(), security_action_behaviours(),
                                 legacy_alert_behaviours(dependencies.gather_alerts), threat_submission_behaviours(),
                                 ediscovery_behaviours(), subscription_behaviours(dependencies.subscriptions, views)}) {
    append(all.views, std::move(area.views));
    append(all.changes, std::move(area.changes));
    append(all.inserts, std::move(area.inserts));
    append(all.operations, std::move(area.operations));
    append(all.deposits, std::move(area.deposits));
  }
  return all;
}

}  // namespace vedette::resources
