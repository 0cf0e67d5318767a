// What a page's records say: when they changed, and which of them are new.
#include <algorithm>

#include "poller.h"
#include "recent_records.h"
#include "time_form.h"

namespace vedette::federation {

using base::Result;
using base::Status;

// The newest change among the page's records. A time that has not come yet moves no watermark.
void Poller::see_changes(PollCursor& cursor, const PollPage& page) const {
  if (page.until) cursor.newest = std::max(cursor.newest, *page.until);
  if (poll_.since.empty()) return;
  for (const json::Value& record : page.records) {
    const auto changed = read_time(find_path(record, poll_.since), poll_.time);
    if (changed && *changed <= parts_.clock.now()) cursor.newest = std::max(cursor.newest, *changed);
  }
}

void Poller::see(PollCursor& cursor, const PollPage& page) const {
  see_changes(cursor, page);
  if (!poll_.record.empty() && !page.records.empty())
    cursor.last_record = scalar_text(find_path(page.records.back(), poll_.record));
}

// A last page without a cursor behind it is asked for again, with what comes after: what it had is known.
Result<std::string> Poller::take_new_of_page(PollCursor& cursor, const PollPage& page, Asked asked) const {
  std::multiset<std::string> known = cursor.recent.all();
  cursor.recent.clear();
  json::Array added;
  for (const json::Value& record : page.records) {
    const std::string hash = TRY(RecentRecords::hash_of(record));
    if (asked == Asked::again) cursor.recent.add(hash, {}, page_size_max);
    if (const auto before = known.find(hash); before != known.end())
      known.erase(before);
    else
      added.push_back(record);
  }
  return added.size() == page.records.size() ? page.text : json::to_text(json::Value(std::move(added)));
}

// Polls overlap: what comes again as it was is known. Of connectors with events every record is a row, and is not asked
// for again.
Result<std::string> Poller::take_new(PollCursor& cursor, const PollPage& page, Asked asked) const {
  if (poll_.paging == Paging::cursor && !poll_.asks_since()) return take_new_of_page(cursor, page, asked);
  if (poll_.since.empty()) return page.text;
  json::Array added;
  for (const json::Value& record : page.records) {
    const std::string hash = TRY(RecentRecords::hash_of(record));
    if (cursor.recent.has(hash)) continue;
    cursor.recent.add(hash, changed_at(record));
    added.push_back(record);
  }
  // What this sweep may ask for again, or the next one.
  if (cursor.watermark.ticks > poll_.overlap.ticks) cursor.recent.forget_before(cursor.watermark - poll_.overlap);
  return added.size() == page.records.size() ? page.text : json::to_text(json::Value(std::move(added)));
}

// A record that comes again in another form changed meanwhile, and moved.
Status Poller::meet(const PollPage& page) {
  if (poll_.paging != Paging::next_link || poll_.record.empty()) return {};
  for (const json::Value& record : page.records) {
    const std::string identity = scalar_text(find_path(record, poll_.record));
    const std::string hash = TRY(RecentRecords::hash_of(record));
    const auto known = met_.find(identity);
    if (known != met_.end() && known->second.hash != hash)
      moved_from_ = std::min(moved_from_.value_or(base::max_date_time), known->second.changed);
    if (known == met_.end() && met_.size() < met_records_max) met_.emplace(identity, Met{hash, changed_at(record)});
  }
  return {};
}

base::DateTime Poller::changed_at(const json::Value& record) const {
  return read_time(find_path(record, poll_.since), poll_.time).value_or(parts_.clock.now());
}

}  // namespace vedette::federation
