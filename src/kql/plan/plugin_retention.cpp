// Plugins that compare the ids of one window of a timeline with those of others: activity_engagement, activity_metrics,
// new_activity_metrics. Source: kusto/query, the page of each plugin. Distinct counts are exact.
#include "plugins.h"
#include "timeline.h"

namespace vedette::kql {
namespace {

std::string seen_text(const Timeline& at, const std::string& window, const Dimensions& dimensions) {
  return "T | where " + at.time + " between (__Start .. __End) | summarize by __id = " + at.id + ", __w = " + window +
         dimensions.made();
}

// The period of the rows, where none is given.
std::string own_period(const Timeline& at) {
  return "let __Start = toscalar(T | summarize min(" + at.time + ")); let __End = toscalar(T | summarize max(" +
         at.time + ")); ";
}

// (Id, Timeline [, Start, End], Inner, Outer [, dim …]): ids of each inner window beside those of the outer window that
// ends with it.
Result<PlanPtr> activity_engagement(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PluginText text(binding, *op.call, std::move(input));
  const bool has_period = text.argument_count() != 4;
  TRY(text.check_count(has_period ? 6 : 4, SIZE_MAX));
  const Timeline at = TRY(bind_timeline(text, 0, 1));
  if (has_period) TRY(add_period(text, at, 2));
  const size_t inner = has_period ? 4 : 2;
  TRY(text.add_value("__Inner", inner, at.width_type));
  TRY(text.add_value("__Outer", inner + 1, at.width_type));
  const Dimensions dimensions = TRY(Dimensions::bind(text, inner + 2));
  const std::string by = "by __w" + dimensions.keys(), on = "on __w" + dimensions.keys();
  return text.bind(
      (has_period ? "" : own_period(at)) +
      "let __seen = " + seen_text(at, "bin_at(" + at.time + ", __Inner, __Start)", dimensions) +
      "; let __inner = __seen | summarize __in = count() " + by +
      "; let __windows = tolong(__Outer / __Inner);"
      " __seen | extend __k = range(0, __windows - 1, 1) | mv-expand __k to typeof(long)"
      " | extend __w = __w + __k * __Inner | where __w <= __End | summarize __out = count_distinct(__id) " +
      by + " | lookup kind=leftouter __inner " + on +
      " | extend __in = coalesce(__in, 0) | sort by __w asc | project " + at.time + " = __w" + dimensions.shown() +
      ", dcount_activities_inner = __in, dcount_activities_outer = __out,"
      " activity_ratio = toreal(__in) / toreal(__out)");
}

// (Id, Timeline [, Start, End], Window [, dim …]): each window beside the one before it.
Result<PlanPtr> activity_metrics(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PluginText text(binding, *op.call, std::move(input));
  const bool has_period = text.argument_count() != 3;
  TRY(text.check_count(has_period ? 5 : 3, SIZE_MAX));
  const Timeline at = TRY(bind_timeline(text, 0, 1));
  if (has_period) TRY(add_period(text, at, 2));
  const size_t window = has_period ? 4 : 2;
  const Windows windows = TRY(Windows::bind(text, at, window));
  const Dimensions dimensions = TRY(Dimensions::bind(text, window + 1));
  const std::string by = "by __w" + dimensions.keys(), on = "on __w" + dimensions.keys();
  return text.bind((has_period ? "" : own_period(at)) +
                   "let __seen = " + seen_text(at, windows.of(at.time), dimensions) +
                   "; let __all = __seen | summarize __count = count() " + by + "; let __kept = __seen" +
                   " | join kind=leftsemi (__seen | extend __w = " + windows.after("__w") + ") on __id, __w" +
                   dimensions.keys() + " | summarize __kept = count() " + by + "; __all" +
                   " | lookup kind=leftouter (__all | project __w = " + windows.after("__w") + dimensions.keys() +
                   ", __before = __count) " + on + " | lookup kind=leftouter __kept " + on +
                   " | extend __kept = coalesce(__kept, 0), __before = coalesce(__before, 0) | sort by __w asc" +
                   " | project " + at.time + " = __w" + dimensions.shown() +
                   ", dcount_values = __count, dcount_newvalues = __count - __kept,"
                   " retention_rate = toreal(__kept) / toreal(__before),"
                   " churn_rate = toreal(__before - __kept) / toreal(__before)");
}

// The arguments of new_activity_metrics after the window.
struct Cohorts {
  std::optional<size_t> cohort, lookback;
  Dimensions dimensions;
};

Result<Cohorts> bind_cohorts(PluginText& text) {
  Cohorts out;
  size_t first = 5, end = text.argument_count();
  if (end > first && text.is_table(end - 1)) out.lookback = --end;
  if (end > first && !text.is_column(first)) out.cohort = first++;
  out.dimensions = TRY(Dimensions::bind(text, first, end));
  return out;
}

// Ids of the look-back are new in no window.
Result<std::string> without_known(PluginText& text, const Timeline& at, std::optional<size_t> lookback) {
  if (!lookback) return std::string();
  const Schema known = TRY(text.add_table("__Lookback", *lookback));
  for (const columnar::Column& column : known)
    if (column_text(column.name) == at.id)
      return " | join kind=leftanti (__Lookback | project __id = " + at.id + ") on __id";
  return semantic_error("The look-back has no column " + at.id + ".", text.argument(*lookback).span);
}

// (Id, Timeline, Start, End, Window [, Cohort] [, dim …] [, Lookback]): the ids that are new in one window, in each of
// the windows from there on. What is new in a later window are the ids that were first seen between the two.
Result<PlanPtr> new_activity_metrics(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PluginText text(binding, *op.call, std::move(input));
  TRY(text.check_count(5, SIZE_MAX));
  const Timeline at = TRY(bind_timeline(text, 0, 1));
  TRY(add_period(text, at, 2));
  const Windows windows = TRY(Windows::bind(text, at, 4));
  const Cohorts cohorts = TRY(bind_cohorts(text));
  if (cohorts.cohort) TRY(text.add_value("__Cohort", *cohorts.cohort, at.time_type));
  const std::string known = TRY(without_known(text, at, cohorts.lookback));
  const Dimensions& d = cohorts.dimensions;
  const std::string pair = "__from, __w" + d.keys();
  const std::string of_cohort = cohorts.cohort ? " | where __w == " + windows.of("__Cohort") : "";
  const std::string groups =
      d.empty() ? "" : " | join kind=inner (__seen | summarize " + d.by() + " | extend __one = 1) on __one";
  return text.bind(
      "let __seen = " + seen_text(at, windows.of(at.time), d) + known +
      "; let __first = __seen | summarize __from = min(__w) by __id" + d.keys() +
      "; let __kept = __seen | lookup kind=inner __first on __id" + d.keys() + " | summarize __kept = count() by " +
      pair + "; let __size = __first | summarize __size = count()" + " by __from" + d.keys() + "; let __windows = " +
      windows.all() + "; let __pairs = __windows" + of_cohort + " | project __from = __w, __one = 1" +
      " | join kind=inner (__windows | project __w, __one = 1) on __one | where __w >= __from" + groups +
      " | project " + pair + "; let __new = __pairs | join kind=inner (__kept | project __first = __from" + ", __w" +
      d.keys() + ", __kept) on __w" + d.keys() + " | where __first > __from" + " | summarize __new = sum(__kept) by " +
      pair + "; __pairs | lookup kind=leftouter __size on" + " __from" + d.keys() +
      " | lookup kind=leftouter __kept on " + pair + " | lookup kind=leftouter __new on " + pair +
      " | extend __size = coalesce(__size, 0), __kept = coalesce(__kept, 0)"
      " | extend __new = iff(__w == __from, __size, coalesce(__new, 0)) | sort by __from asc, __w asc"
      " | project " +
      column_text("from_" + at.time_name) + " = __from, " + column_text("to_" + at.time_name) + " = __w" + d.shown() +
      ", dcount_new_values = __new, dcount_retained_values = __kept,"
      " dcount_churn_values = __size - __kept, retention_rate = toreal(__kept) / toreal(__size),"
      " churn_rate = toreal(__size - __kept) / toreal(__size)");
}

constexpr Plugin plugin_retention_table[] = {
    {"activity_engagement", activity_engagement},
    {"activity_metrics", activity_metrics},
    {"new_activity_metrics", new_activity_metrics},
};

}  // namespace

std::span<const Plugin> retention_plugins() { return plugin_retention_table; }

}  // namespace vedette::kql
