// Polling in windows of time, each of which is stored whole.
#include <algorithm>
#include <iterator>
#include <utility>

#include "poller.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

base::DateTime whole_seconds(base::DateTime time) {
  return {time.ticks / base::ticks_per_second * base::ticks_per_second};
}

}  // namespace

// What came before the reach of the provider is lost; that is told once.
base::DateTime Poller::window_begin(const PollCursor& cursor) {
  const bool is_first = cursor.watermark == base::DateTime{};
  const base::DateTime begin = whole_seconds(is_first ? cursor.asked_since : cursor.watermark);
  const base::DateTime earliest = whole_seconds(cursor.begun - poll_.reach_back);
  if (poll_.reach_back.ticks == 0 || begin >= earliest) return begin;
  if (!is_first && std::exchange(passed_over_, begin) != begin)
    parts_.store.tell(fail(ErrorCode::not_found, "What the provider had from " + base::format_date_time(begin) +
                                                     " to " + base::format_date_time(earliest) +
                                                     " is lost: it says nothing that is older."));
  return earliest;
}

// All of a window is stored at once, with the watermark at its end: no part of it is there without the others, and none
// is read twice.
Result<Poller::Step> Poller::step_window(PollCursor& cursor, const base::StopCheck& stop) {
  begin(cursor);
  seen_.clear();
  const base::DateTime latest = whole_seconds(cursor.begun - poll_.delay);
  cursor.asked_since = window_begin(cursor);
  cursor.asked_until = std::min(latest, cursor.asked_since + window_);
  if (cursor.asked_until <= cursor.asked_since) return end_window(cursor, Step::end);
  PollCursor place = cursor;
  json::Array records;
  size_t bytes = 0;
  for (bool more = true; more;) {
    TRY(stop.check());
    PollPage page = TRY(fetch(place, stop));
    more = TRY(advance(place, page));
    TRY(fetch_listed(place, page, stop));
    bytes += page.text.size();
    if (bytes > window_bytes_max) return too_much();
    std::move(page.records.begin(), page.records.end(), std::back_inserter(records));
  }
  const bool is_last = cursor.asked_until == latest;
  PollCursor after = cursor;
  after.watermark = cursor.asked_until;
  after.end_sweep();
  TRY(store(after, json::to_text(records)));
  cursor.watermark = after.watermark;
  window_ = poll_.window;
  return end_window(cursor, is_last ? Step::end : Step::more);
}

Poller::Step Poller::end_window(PollCursor& cursor, Step step) {
  const base::DateTime begun = cursor.begun;
  cursor.end_sweep();
  if (step == Step::end) parts_.store.health().succeeded(begun);
  return step;
}

base::Error Poller::too_much() const {
  return fail(ErrorCode::limit_exceeded, "What the provider has from one moment to another is more than " +
                                             std::to_string(window_bytes_max >> 20) +
                                             " MB, the most there may be at once.");
}

// A window that holds too much is asked for in halves.
Result<Poller::Step> Poller::next_step(PollCursor& cursor, const base::StopCheck& stop) {
  if (poll_.window.ticks == 0) return step(cursor, stop);
  auto done = step_window(cursor, stop);
  if (done) return done;
  cursor.end_sweep();
  const base::TimeSpan half{window_.ticks / 2 / base::ticks_per_second * base::ticks_per_second};
  if (done.error().code != ErrorCode::limit_exceeded || half.ticks == 0) return done;
  window_ = half;
  return Step::more;
}

}  // namespace vedette::federation
