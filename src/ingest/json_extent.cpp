#include "json_extent.h"

#include <algorithm>

namespace vedette::ingest {

namespace {
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
}  // namespace

bool JsonExtent::is_wrapper_key(std::string_view view) const {
  if (key_end_ <= key_begin_) return false;
  const std::string_view key = view.substr(key_begin_, key_end_ - key_begin_);
  return std::find(wrapper_.begin(), wrapper_.end(), key) != wrapper_.end();
}

// A line that is followed by '{' where no value may stand was cut off: the next record begins there. (A string cannot
// hold a line end, so an open one was cut off too.)
JsonExtent::Follows JsonExtent::after_line_end(std::string_view view) const {
  size_t next = position_ + 1;
  while (next < view.size() && is_space(view[next])) ++next;
  if (next == view.size()) return Follows::unknown;
  const bool in_object = open_.back() == '{';
  const bool value_may_stand = last_token_ == ':' || last_token_ == '[' || (last_token_ == ',' && !in_object);
  return view[next] == '{' && !value_may_stand ? Follows::next_record : Follows::fine;
}

JsonExtent::Outcome JsonExtent::scan_string(std::string_view view) {
  while (position_ < view.size()) {
    const size_t stop = view.find_first_of("\"\\\n", position_);
    if (stop == std::string_view::npos) return position_ = view.size(), Outcome::need_more;
    position_ = stop;
    if (view[stop] == '\n') return Outcome::broken;
    if (view[stop] == '"') {
      in_string_ = false;
      if (open_.size() == 1 && expects_key_) key_end_ = position_, expects_key_ = false;
      last_token_ = 'v';
      ++position_;
      return Outcome::complete;
    }
    if (stop + 1 == view.size()) return Outcome::need_more;
    position_ += 2;
  }
  return Outcome::need_more;
}

JsonExtent::Outcome JsonExtent::scan(std::string_view view) {
  while (position_ < view.size()) {
    if (in_string_) {
      const Outcome outcome = scan_string(view);
      if (outcome != Outcome::complete) return outcome;
      continue;
    }
    const char c = view[position_];
    switch (c) {
      case '"':
        in_string_ = true;
        if (open_.size() == 1 && expects_key_) key_begin_ = position_ + 1;
        break;
      case '{':
      case '[':
        if (c == '[' && open_.size() == 1 && last_token_ == ':' && is_wrapper_key(view))
          return ++position_, Outcome::wrapper;
        open_ += c;
        last_token_ = c;
        if (open_.size() == 1) expects_key_ = true;
        break;
      case '}':
      case ']':
        last_token_ = 'v';
        open_.pop_back();
        if (open_.empty()) return ++position_, Outcome::complete;
        break;
      case ',':
      case ':':
        last_token_ = c;
        if (open_.size() == 1) expects_key_ = c == ',';
        break;
      case '\n':
        switch (after_line_end(view)) {
          case Follows::unknown:
            return Outcome::need_more;
          case Follows::next_record:
            return Outcome::broken;
          case Follows::fine:
            break;
        }
        break;
      default:
        if (!is_space(c)) last_token_ = 'v';
    }
    ++position_;
  }
  return Outcome::need_more;
}

}  // namespace vedette::ingest
