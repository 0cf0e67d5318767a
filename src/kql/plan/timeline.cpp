#include "timeline.h"

#include <algorithm>

namespace vedette::kql {

Result<Timeline> bind_timeline(PluginText& text, size_t id, size_t time) {
  Timeline out;
  out.id = column_text(TRY(text.column(id)).name);
  const columnar::Column column = TRY(text.column(time));
  out.time_name = column.name;
  out.time = column_text(column.name);
  out.time_type = column.type;
  out.width_type = column.type == Type::datetime ? Type::timespan : column.type;
  return out;
}

Status add_period(PluginText& text, const Timeline& timeline, size_t start) {
  TRY(text.add_value("__Start", start, timeline.time_type));
  return text.add_value("__End", start + 1, timeline.time_type);
}

Result<Windows> Windows::bind(PluginText& text, const Timeline& timeline, size_t argument) {
  Windows out;
  const BoundExpression width = TRY(text.value(argument));
  if (width.type != Type::string) {
    TRY(text.add_value("__Step", argument, timeline.width_type));
    return out;
  }
  const SourceSpan span = text.argument(argument).span;
  const auto unit = constant_text(width);
  if (!unit) return not_supported("A computed text as the width of a window", span);
  out.unit_ = *unit;
  const bool known = out.unit_ == "week" || out.unit_ == "month" || out.unit_ == "year";
  if (known && timeline.time_type == Type::datetime) return out;
  return semantic_error("A window is a width, or 'week', 'month' or 'year' of datetimes.", span);
}

std::string Windows::of(const std::string& time) const {
  return unit_.empty() ? "bin_at(" + time + ", __Step, __Start)" : "startof" + unit_ + "(" + time + ")";
}

std::string Windows::after(const std::string& window) const {
  return unit_.empty() ? window + " + __Step" : "startof" + unit_ + "(" + window + ", 1)";
}

std::string Windows::later(const std::string& window, const std::string& count) const {
  return unit_.empty() ? window + " + " + count + " * __Step" : "startof" + unit_ + "(" + window + ", " + count + ")";
}

// Months and years differ in length: only a span that has as many of them before the end of each window is a number of
// them.
std::string Windows::count_in(const std::string& span) const {
  if (unit_.empty()) return "tolong(" + span + " / __Step)";
  const std::string first_whole = "startof" + unit_ + "(__end - " + span + " - 1tick, 1)";
  return "toscalar(" + all() + " | extend __end = " + after("__w") +
         " | extend __count = " + difference("__end", first_whole) +
         " | summarize __least = min(__count), __most = max(__count), __unknown = countif(isnull(__count))"
         " | where $supported(__unknown == 0 and coalesce(__least > 0 and __least == __most, true),"
         " 'A lookback that does not have the same number of whole " +
         unit_ + "s, at least one, before the end of each window') | project __least)";
}

std::string Windows::all() const {
  if (unit_.empty()) return "range __w from __Start to __End step __Step";
  return "range __n from 0 to " + difference("__End", "__Start") + " step 1 | project __w = startof" + unit_ +
         "(__Start, __n)";
}

// In units of the calendar; of weeks datetime_diff() gives a real.
std::string Windows::difference(const std::string& late, const std::string& early) const {
  return "tolong(datetime_diff('" + unit_ + "', " + late + ", " + early + "))";
}

Result<Dimensions> Dimensions::bind(PluginText& text, size_t first, size_t end) {
  Dimensions out;
  for (size_t i = first; i < std::min(end, text.argument_count()); ++i) {
    out.columns_.push_back(TRY(text.column(i)));
    if (out.columns_.back().type == Type::dynamic)
      return semantic_error("A dynamic column cannot be a dimension.", text.argument(i).span);
  }
  return out;
}

std::string Dimensions::made() const {
  std::string out;
  for (size_t i = 0; i < columns_.size(); ++i)
    out += ", __d" + std::to_string(i) + " = " + column_text(columns_[i].name);
  return out;
}

std::string Dimensions::keys() const {
  std::string out;
  for (size_t i = 0; i < columns_.size(); ++i) out += ", __d" + std::to_string(i);
  return out;
}

std::string Dimensions::shown() const {
  std::string out;
  for (size_t i = 0; i < columns_.size(); ++i)
    out += ", " + column_text(columns_[i].name) + " = __d" + std::to_string(i);
  return out;
}

}  // namespace vedette::kql
