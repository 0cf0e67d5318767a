// Plugins over what comes one after the other: rows_near, sequence_detect, funnel_sequence_completion.
// Source: kusto/query, the page of each plugin.
#include "operators.h"
#include "plugins.h"
#include "timeline.h"

namespace vedette::kql {
namespace {

// The input with one more column.
Result<PlanPtr> with_column(Binding& binding, PlanPtr input, std::string_view name, BoundExpression value,
                            SourceSpan span) {
  Projection projection(Projection::Style::extend);
  projection.add_columns(input->output);
  projection.add({std::string(name), std::move(value)}, false);
  return project(binding, std::move(input), projection.take(), span);
}

// (Condition, NumRows [, RowsAfter]): the rows around those for which the condition holds.
Result<PlanPtr> rows_near(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  if (op.call->arguments.empty()) return semantic_error("rows_near() takes a condition.", op.call->span);
  const Rows rows{&input->output, true, nullptr, nullptr};
  BoundExpression condition =
      TRY(bind_typed(binding, rows, *op.call->arguments[0].expr, Type::bool_, "The condition of rows_near()"));
  input = TRY(with_column(binding, std::move(input), "__hit", std::move(condition), op.span));
  PluginText text(binding, *op.call, std::move(input));
  TRY(text.check_count(2, 3));
  TRY(text.add_value("__Before", 1, Type::long_));
  TRY(text.add_value("__After", text.argument_count() - 1, Type::long_));
  return text.bind(
      "let __rows = T | serialize __n = row_number(); __rows | join kind=leftsemi (__rows | where __hit"
      " | project __n = range(__n - __Before, __n + __After, 1) | mv-expand __n to typeof(long)) on __n"
      " | sort by __n asc | project-away __n, __hit");
}

constexpr size_t states_max = 32;  // of a sequence

struct Steps {
  std::vector<std::string> names;
  size_t end = 3;  // the argument after them
};

// The arguments from the third on that are conditions become columns __e0, __e1, … of the input.
Result<Steps> add_steps(Binding& binding, const ast::Call& call, PlanPtr& input) {
  Steps out;
  const Schema columns = input->output;
  for (; out.end < call.arguments.size(); ++out.end) {
    const ast::NamedExpr& argument = call.arguments[out.end];
    BoundExpression value = TRY(bind_expression(binding, Rows{&columns, true, nullptr, nullptr}, *argument.expr));
    if (value.type != Type::bool_) break;
    const auto name = result_name(argument);
    if (!name) return semantic_error("A step of sequence_detect() needs a name.", argument.span);
    input = TRY(with_column(binding, std::move(input), "__e" + std::to_string(out.names.size()), std::move(value),
                            argument.span));
    out.names.push_back(*name);
  }
  if (out.names.empty() || out.names.size() > states_max)
    return semantic_error("A sequence has 1 to " + std::to_string(states_max) + " steps.", call.span);
  return out;
}

// (Timeline, MaxSequenceStepWindow, MaxSequenceSpan, Step …, Dimension …): each choice of times, one a step, each later
// than the one before, within the windows.
Result<PlanPtr> sequence_detect(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  if (op.call->arguments.size() < 4)
    return semantic_error("sequence_detect() takes a timeline, two windows and steps.", op.call->span);
  const Steps steps = TRY(add_steps(binding, *op.call, input));
  PluginText text(binding, *op.call, std::move(input));
  const Timeline at = TRY(bind_timeline(text, 0, 0));
  TRY(text.add_value("__Window", 1, at.width_type));
  TRY(text.add_value("__Span", 2, at.width_type));
  const Dimensions d = TRY(Dimensions::bind(text, steps.end));
  std::string out, times, shown;
  for (size_t k = 0; k < steps.names.size(); ++k) {
    const std::string n = std::to_string(k), before = std::to_string(k - 1);
    const std::string times_of_step =
        "T | where __e" + n + " | summarize by __t" + n + " = " + at.time + d.made() + " | extend __one = 1";
    out += "let __s" + n + " = ";
    out += k == 0 ? times_of_step
                  : "__s" + before + " | join kind=inner (" + times_of_step + ") on __one" + d.keys() + " | where __t" +
                        n + " > __t" + before + " and __t" + n + " - __t" + before + " <= __Window and __t" + n +
                        " - __t0 <= __Span";
    times += (k == 0 ? "__t" : ", __t") + n;
    out += " | project " + times + d.keys() + ", __one; ";
    shown += column_text(steps.names[k] + "_" + at.time_name) + " = __t" + n + ", ";
  }
  const std::string last = std::to_string(steps.names.size() - 1);
  const std::string by = d.empty() ? "" : d.shown().substr(2) + ", ";
  return text.bind(out + "__s" + last + " | sort by __t0 asc, __t" + last + " asc | project " + by + shown +
                   "Duration = __t" + last + " - __t0");
}

// The number of items of an argument that is a constant array.
Result<size_t> array_size(Binding& binding, PluginText& text, size_t argument, std::string_view name) {
  BoundExpression value = TRY(bind_expression(binding, Rows{}, text.argument(argument)));
  const bool known = is_constant(value) && value.type == Type::dynamic && !value.constant.is_null(0);
  if (!known || value.constant.view<columnar::Dynamic>()[0].kind() != columnar::DynamicKind::array)
    return semantic_error(quoted(name) + " must be a constant array.", text.argument(argument).span);
  const size_t size = value.constant.view<columnar::Dynamic>()[0].items().size();
  TRY(text.add_value(name, std::move(value)));
  return size;
}

// Each row of __s0, __s1, … is how far a sequence that began at __begin came: its last state at the earliest, __at.
std::string steps_text(size_t steps) {
  std::string out;
  for (size_t k = 0; k < steps; ++k) {
    const std::string n = std::to_string(k), before = std::to_string(k - 1), state = "tostring(States[" + n + "])";
    if (k == 0) {
      out += "let __s0 = __events | where __state == " + state + " | summarize by __id, __w, __begin = __at, __at;";
      continue;
    }
    out += " let __s" + n + " = __s" + before + " | join kind=inner (__events | where __state == " + state +
           " | project __id, __w, __next = __at) on __id, __w | where __next > __at or (__next == __at and " + state +
           " != tostring(States[" + before + "])) | summarize __at = min(__next) by __id, __w, __begin;";
  }
  return out;
}

// (Id, Timeline, Start, End, BinSize, State, Sequence, MaxSequenceStepPeriods): for each window and period, how many
// ids came to each state of the sequence within the period from its first one.
Result<PlanPtr> funnel_sequence_completion(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  PluginText text(binding, *op.call, std::move(input));
  TRY(text.check_count(8, 8));
  const Timeline at = TRY(bind_timeline(text, 0, 1));
  TRY(add_period(text, at, 2));
  const Windows windows = TRY(Windows::bind(text, at, 4));
  const std::string state = column_text(TRY(text.column(5)).name);
  const size_t states = TRY(array_size(binding, text, 6, "States"));
  TRY(array_size(binding, text, 7, "Periods"));
  if (states == 0 || states > states_max)
    return semantic_error("A sequence has 1 to " + std::to_string(states_max) + " states.", op.call->span);
  std::string reached;
  for (size_t k = 0; k < states; ++k) {
    const std::string n = std::to_string(k);
    reached += (k == 0 ? "(__s" : ", (__s") + n + " | extend __k = " + n + ")";
  }
  const std::string width(columnar::to_string(at.width_type));
  return text.bind("let __events = T | where " + at.time + " between (__Start .. __End) | project __id = " + at.id +
                   ", __w = " + windows.of(at.time) + ", __at = " + at.time + ", __state = tostring(" + state + ");" +
                   steps_text(states) + " union " + reached +
                   " | extend Period = Periods | mv-expand with_itemindex=__p Period to typeof(" + width + ")" +
                   " | where __at - __begin <= Period | summarize dcount = count_distinct(__id) by __w, __p, __k" +
                   ", Period | sort by __w asc, __p asc, __k asc | project " + at.time + " = __w, " + state +
                   " = tostring(States[__k]), Period, dcount");
}

constexpr Plugin plugin_sequence_table[] = {
    {"funnel_sequence_completion", funnel_sequence_completion},
    {"rows_near", rows_near},
    {"sequence_detect", sequence_detect},
};

}  // namespace

std::span<const Plugin> sequence_plugins() { return plugin_sequence_table; }

}  // namespace vedette::kql
