// What plugins over timelines have in common: an id, a time, windows of it, dimensions that divide the rows.
//
// Inside a plugin's text the windows are called __w, the ids __id, and the dimensions __d0, __d1, …, so that columns of
// the input may have any name.
#pragma once

#include "plugin_text.h"

namespace vedette::kql {

struct Timeline {
  std::string id, time;  // as they stand in a text
  std::string time_name;
  Type time_type = Type::datetime, width_type = Type::timespan;
};
// Columns, by the places of their arguments.
Result<Timeline> bind_timeline(PluginText& text, size_t id, size_t time);
// The arguments at `start` and after it, Start and End, which the text calls __Start and __End.
Status add_period(PluginText& text, const Timeline& timeline, size_t start);

// Windows of a width from __Start on, or those of the calendar: the argument is then 'week', 'month' or 'year'. The
// text calls the width __Step.
class Windows {
 public:
  static Result<Windows> bind(PluginText& text, const Timeline& timeline, size_t argument);

  std::string of(const std::string& time) const;
  std::string after(const std::string& window) const;
  std::string later(const std::string& window, const std::string& count) const;
  // How many windows a span of time has, rounded down.
  std::string count_in(const std::string& span) const;
  std::string all() const;  // rows with the column __w, from __Start to __End

 private:
  std::string difference(const std::string& late, const std::string& early) const;

  std::string unit_;  // empty: a width
};

class Dimensions {
 public:
  static Result<Dimensions> bind(PluginText& text, size_t first, size_t end = SIZE_MAX);

  std::string made() const;   // ", __d0 = ['a']"
  std::string keys() const;   // ", __d0"
  std::string shown() const;  // ", ['a'] = __d0"
  // "by __d0"; empty without dimensions
  std::string by() const { return columns_.empty() ? "" : "by " + keys().substr(2); }
  bool empty() const { return columns_.empty(); }

 private:
  Schema columns_;
};

}  // namespace vedette::kql
