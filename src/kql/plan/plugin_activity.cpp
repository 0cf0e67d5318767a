// Plugins that count users along a timeline. Source: kusto/query, the page of each plugin.
//
// Ids, timelines and dimensions are columns; Start, End and the widths of windows are values of the timeline's kind
// (timespans beside a datetime).
#include "plugins.h"
#include "timeline.h"

namespace vedette::kql {
namespace {

// The further columns of `by` and of a projection: ", ['a'], ['b']".
std::string with_dimensions(const Schema& dimensions) {
  return dimensions.empty() ? "" : ", " + column_list(dimensions);
}

// An appearance counts when its id was seen in enough periods of the lookback window that ends with it.
Result<PlanPtr> active_users_count(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PluginText text(binding, *op.call, std::move(input));
  TRY(text.check_count(8, SIZE_MAX));
  const Timeline at = TRY(bind_timeline(text, 0, 1));
  TRY(add_period(text, at, 2));
  TRY(text.add_value("__Lookback", 4, at.width_type));
  TRY(text.add_value("__Period", 5, at.width_type));
  TRY(text.add_value("__Least", 6, Type::long_));
  const Windows windows = TRY(Windows::bind(text, at, 7));
  const Dimensions d = TRY(Dimensions::bind(text, 8));
  return text.bind(
      "let seen = T | where " + at.time + " > __Start - __Lookback and " + at.time +
      " <= __End | summarize by __id = " + at.id + ", __at = " + at.time + d.made() +
      "; seen | where __at >= __Start | join kind=inner (seen | project __id, __earlier = __at" + d.keys() +
      ") on __id" + d.keys() + " | where __earlier > __at - __Lookback and __earlier <= __at" +
      " | summarize __periods = count_distinct(bin(__earlier, __Period)) by __id, __at" + d.keys() +
      " | where __periods >= __Least | summarize __count = count_distinct(__id) by __w = " + windows.of("__at") +
      d.keys() + " | project " + at.time + " = __w" + d.shown() + ", dcount = __count");
}

// A session begins where the id was not seen for the lookback window.
Result<PlanPtr> session_count(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PluginText text(binding, *op.call, std::move(input));
  TRY(text.check_count(6, SIZE_MAX));
  const Timeline at = TRY(bind_timeline(text, 0, 1));
  TRY(add_period(text, at, 2));
  TRY(text.add_value("__Step", 4, at.width_type));
  TRY(text.add_value("__Lookback", 5, at.width_type));
  const auto dimensions = TRY(text.columns_from(6));
  std::string changed;
  for (const columnar::Column& dimension : dimensions)
    changed += " or " + column_text(dimension.name) + " != prev(" + column_text(dimension.name) + ")";
  return text.bind("T | where " + at.time + " between (__Start .. __End) | sort by " + column_list(dimensions) +
                   (dimensions.empty() ? "" : ", ") + at.id + " asc, " + at.time +
                   " asc | extend __first = row_number() == 1" + " or " + at.id + " != prev(" + at.id + ")" + changed +
                   " | where __first or " + at.time + " - prev(" + at.time +
                   ") >= __Lookback | summarize count_sessions = count() by " + at.time + " = bin(" + at.time +
                   ", __Step)" + with_dimensions(dimensions));
}

// Each row counts in its own window and the next ones, as many as the lookback has.
Result<PlanPtr> sliding_window_counts(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PluginText text(binding, *op.call, std::move(input));
  TRY(text.check_count(6, SIZE_MAX));
  const Timeline at = TRY(bind_timeline(text, 0, 1));
  TRY(add_period(text, at, 2));
  TRY(text.add_value("__Lookback", 4, at.width_type));
  const Windows windows = TRY(Windows::bind(text, at, 5));
  const auto dimensions = TRY(text.columns_from(6));
  return text.bind("let __windows = " + windows.count_in("__Lookback") + "; T | where " + at.time +
                   " > __Start - __Lookback and " + at.time + " <= __End | extend __w = " + windows.of(at.time) +
                   ", __step = range(0, __windows - 1, 1) | mv-expand __step to typeof(long) | extend __w = " +
                   windows.later("__w", "__step") + " | where __w >= " + windows.of("__Start") +
                   " and __w <= __End | summarize Count = count(), Dcount = count_distinct(" + at.id + ") by " +
                   at.time + " = __w" + with_dimensions(dimensions));
}

// Each window beside all windows before it.
Result<PlanPtr> activity_counts_metrics(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PluginText text(binding, *op.call, std::move(input));
  TRY(text.check_count(5, SIZE_MAX));
  const Timeline at = TRY(bind_timeline(text, 0, 1));
  TRY(add_period(text, at, 2));
  const Windows windows = TRY(Windows::bind(text, at, 4));
  const Dimensions d = TRY(Dimensions::bind(text, 5));
  const std::string by = "by __w" + d.keys(), on = "on __w" + d.keys();
  const std::string sum =
      d.empty() ? "sort by __w asc | extend __sum = row_cumsum(__new)"
                : "partition hint.strategy=native by __group (sort by __w asc | extend __sum = row_cumsum(__new))"
                  " | sort by __w asc";
  const std::string group = d.empty() ? "" : " | extend __group = tostring(pack_array(" + d.keys().substr(2) + "))";
  return text.bind("let seen = T | where " + at.time + " between (__Start .. __End) | project __id = " + at.id +
                   ", __w = " + windows.of(at.time) + d.made() +
                   "; seen | summarize __count = count(), __dcount = count_distinct(__id) " + by +
                   " | lookup (seen | summarize __w = min(__w) by __id" + d.keys() + " | summarize __new = count() " +
                   by + ") " + on + " | extend __new = coalesce(__new, 0)" + group + " | " + sum + " | project " +
                   at.time + " = __w" + d.shown() +
                   ", ['count'] = __count, ['dcount'] = __dcount, new_dcount = __new, aggregated_dcount = __sum");
}

// A bin's percentile is that of the last bins, itself included.
Result<PlanPtr> rolling_percentile(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PluginText text(binding, *op.call, std::move(input));
  TRY(text.check_count(5, SIZE_MAX));
  const Timeline at = TRY(bind_timeline(text, 0, 2));
  const std::string value = TRY(text.column(0)).name;
  TRY(text.add_value("__Step", 3, at.width_type));
  TRY(text.add_value("__Bins", 4, Type::long_));
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
      "T | extend __bin = bin(" + at.time + ", __Step), __step = range(0, __Bins - 1, 1)" +
      " | mv-expand __step to typeof(long) | extend __bin = __bin + __step * __Step | summarize __value = percentile(" +
      column_text(value) + ", " + rank + ") by " + by + " | join kind=leftsemi (T | summarize by __bin = bin(" +
      at.time + ", __Step)" + with_dimensions(dimensions) + ") on " + by + " | project " + at.time + " = __bin" +
      with_dimensions(dimensions) + ", " + result + " = __value");
}

constexpr Plugin plugin_activity_table[] = {
    {"active_users_count", active_users_count},       {"activity_counts_metrics", activity_counts_metrics},
    {"rolling_percentile", rolling_percentile},       {"session_count", session_count},
    {"sliding_window_counts", sliding_window_counts},
};

}  // namespace

std::span<const Plugin> activity_plugins() { return plugin_activity_table; }

}  // namespace vedette::kql
