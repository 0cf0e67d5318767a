// Plugins that count users along a timeline. Source: kusto/query, the page of each plugin.
//
// Ids, timelines and dimensions are columns; Start, End and the widths of windows are values of the timeline's kind
// (timespans beside a datetime). Steps by calendar ("week", "month", "year") are refused.
#include "plugin_text.h"
#include "plugins.h"

namespace vedette::kql {
namespace {

// What the arguments of these plugins begin with.
struct Activity {
  std::string id, time;  // as they stand in a text
  Type time_type = Type::datetime, width_type = Type::timespan;
};

Result<Activity> bind_activity(PluginText& text, size_t id, size_t time) {
  Activity out;
  out.id = column_text(TRY(text.column(id)).name);
  const columnar::Column timeline = TRY(text.column(time));
  out.time = column_text(timeline.name);
  out.time_type = timeline.type;
  out.width_type = timeline.type == Type::datetime ? Type::timespan : timeline.type;
  return out;
}

// The further columns of `by` and of a projection: ", ['a'], ['b']".
std::string with_dimensions(const Schema& dimensions) {
  return dimensions.empty() ? "" : ", " + column_list(dimensions);
}

// An appearance counts when its id was seen in enough periods of the lookback window that ends with it.
Result<PlanPtr> active_users_count(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PluginText text(binding, *op.call, std::move(input));
  TRY(text.check_count(8, 8));
  const Activity at = TRY(bind_activity(text, 0, 1));
  TRY(text.add_value("Start", 2, at.time_type));
  TRY(text.add_value("End", 3, at.time_type));
  TRY(text.add_value("Lookback", 4, at.width_type));
  TRY(text.add_value("Period", 5, at.width_type));
  TRY(text.add_value("Least", 6, Type::long_));
  TRY(text.add_value("Step", 7, at.width_type));
  return text.bind("let seen = T | where " + at.time + " > Start - Lookback and " + at.time +
                   " <= End | summarize by id = " + at.id + ", at = " + at.time +
                   "; seen | where at >= Start | join kind=inner (seen | project id, earlier = at) on id"
                   " | where earlier > at - Lookback and earlier <= at"
                   " | summarize periods = count_distinct(bin(earlier, Period)) by id, at | where periods >= Least"
                   " | summarize dcount = count_distinct(id) by " +
                   at.time + " = bin_at(at, Step, Start)");
}

// A session begins where the id was not seen for the lookback window.
Result<PlanPtr> session_count(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PluginText text(binding, *op.call, std::move(input));
  TRY(text.check_count(6, SIZE_MAX));
  const Activity at = TRY(bind_activity(text, 0, 1));
  TRY(text.add_value("Start", 2, at.time_type));
  TRY(text.add_value("End", 3, at.time_type));
  TRY(text.add_value("Step", 4, at.width_type));
  TRY(text.add_value("Lookback", 5, at.width_type));
  const auto dimensions = TRY(text.columns_from(6));
  std::string changed;
  for (const columnar::Column& dimension : dimensions)
    changed += " or " + column_text(dimension.name) + " != prev(" + column_text(dimension.name) + ")";
  return text.bind("T | where " + at.time + " between (Start .. End) | sort by " + column_list(dimensions) +
                   (dimensions.empty() ? "" : ", ") + at.id + " asc, " + at.time +
                   " asc | extend __first = row_number() == 1" + " or " + at.id + " != prev(" + at.id + ")" + changed +
                   " | where __first or " + at.time + " - prev(" + at.time +
                   ") >= Lookback | summarize count_sessions = count() by " + at.time + " = bin(" + at.time +
                   ", Step)" + with_dimensions(dimensions));
}

// Each row counts in the bins of the window that begins with its own.
Result<PlanPtr> sliding_window_counts(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PluginText text(binding, *op.call, std::move(input));
  TRY(text.check_count(6, SIZE_MAX));
  const Activity at = TRY(bind_activity(text, 0, 1));
  TRY(text.add_value("Start", 2, at.time_type));
  TRY(text.add_value("End", 3, at.time_type));
  TRY(text.add_value("Lookback", 4, at.width_type));
  TRY(text.add_value("Step", 5, at.width_type));
  const auto dimensions = TRY(text.columns_from(6));
  return text.bind("let bins = tolong(Lookback / Step); T | where " + at.time + " > Start - Lookback and " + at.time +
                   " <= End | extend __bin = bin_at(" + at.time + ", Step, Start), __step = range(0, bins - 1, 1)" +
                   " | mv-expand __step to typeof(long) | extend __bin = __bin + __step * Step" +
                   " | where __bin >= Start and __bin <= End | summarize Count = count(), Dcount = count_distinct(" +
                   at.id + ") by " + at.time + " = __bin" + with_dimensions(dimensions));
}

// Each window beside all windows before it.
Result<PlanPtr> activity_counts_metrics(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PluginText text(binding, *op.call, std::move(input));
  TRY(text.check_count(5, 5));
  const Activity at = TRY(bind_activity(text, 0, 1));
  TRY(text.add_value("Start", 2, at.time_type));
  TRY(text.add_value("End", 3, at.time_type));
  TRY(text.add_value("Step", 4, at.width_type));
  return text.bind("let seen = T | where " + at.time + " between (Start .. End) | project id = " + at.id +
                   ", window = bin_at(" + at.time + ", Step, Start); " +
                   "seen | summarize ['count'] = count(), ['dcount'] = count_distinct(id) by window" +
                   " | lookup (seen | summarize window = min(window) by id | summarize new_dcount = count() by window)"
                   " on window | extend new_dcount = coalesce(new_dcount, 0) | sort by window asc" +
                   " | extend aggregated_dcount = row_cumsum(new_dcount) | project " + at.time +
                   " = window, ['count'], ['dcount'], new_dcount, aggregated_dcount");
}

// A bin's percentile is that of the last bins, itself included.
Result<PlanPtr> rolling_percentile(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PluginText text(binding, *op.call, std::move(input));
  TRY(text.check_count(5, SIZE_MAX));
  const Activity at = TRY(bind_activity(text, 0, 2));
  const std::string value = TRY(text.column(0)).name;
  TRY(text.add_value("Step", 3, at.width_type));
  TRY(text.add_value("Bins", 4, Type::long_));
  const BoundExpression percentile = TRY(bind_expression(binding, Rows{}, text.argument(1)));
  const BoundExpression bins = TRY(bind_expression(binding, Rows{}, text.argument(4)));
  if (!is_constant(percentile) || !constant_integer(bins))
    return not_supported("A computed percentile or number of bins", op.call->span);
  std::string rank, bin_count;
  columnar::append_json(rank, percentile.constant, 0);
  columnar::append_json(bin_count, bins.constant, 0);
  const auto dimensions = TRY(text.columns_from(5));
  const std::string by = "__bin" + with_dimensions(dimensions);
  const std::string result = column_text("rolling_" + bin_count + "_percentile_" + value + "_" + rank);
  return text.bind(
      "T | extend __bin = bin(" + at.time + ", Step), __step = range(0, Bins - 1, 1)" +
      " | mv-expand __step to typeof(long) | extend __bin = __bin + __step * Step | summarize __value = percentile(" +
      column_text(value) + ", " + rank + ") by " + by + " | join kind=leftsemi (T | summarize by __bin = bin(" +
      at.time + ", Step)" + with_dimensions(dimensions) + ") on " + by + " | project " + at.time + " = __bin" +
      with_dimensions(dimensions) + ", " + result + " = __value");
}

constexpr Plugin table[] = {
    {"active_users_count", active_users_count},       {"activity_counts_metrics", activity_counts_metrics},
    {"rolling_percentile", rolling_percentile},       {"session_count", session_count},
    {"sliding_window_counts", sliding_window_counts},
};

}  // namespace

std::span<const Plugin> activity_plugins() { return table; }

}  // namespace vedette::kql
