#include "poll_cursor.h"

#include "document_members.h"

namespace vedette::federation {

void PollCursor::end_sweep() {
  pages = offset = 0;
  next.clear();
  last_record.clear();
  page_hash.clear();
  newest = asked_since = asked_until = begun = {};
}

std::string encode(const PollCursor& cursor) {
  return json::to_text(json::Object{{"watermark", cursor.watermark.ticks},
                                    {"cursor", cursor.cursor},
                                    {"recent", cursor.recent.encode()},
                                    {"pages", cursor.pages},
                                    {"next", cursor.next},
                                    {"offset", cursor.offset},
                                    {"lastRecord", cursor.last_record},
                                    {"pageHash", cursor.page_hash},
                                    {"newest", cursor.newest.ticks},
                                    {"askedSince", cursor.asked_since.ticks},
                                    {"begun", cursor.begun.ticks}});
}

base::Result<PollCursor> decode_poll_cursor(std::string_view text) {
  PollCursor cursor;
  if (text.empty()) return cursor;
  const auto value = json::parse(text);
  if (!value || !json::find(*value, "watermark"))
    return base::fail(base::ErrorCode::corrupt_data, "The cursor of a connector cannot be read.");
  cursor.watermark.ticks = number_in(*value, "watermark");
  cursor.cursor = json::find_string(*value, "cursor");
  cursor.recent = RecentRecords::decode(json::find(*value, "recent"));
  cursor.pages = number_in(*value, "pages");
  cursor.next = json::find_string(*value, "next");
  cursor.offset = number_in(*value, "offset");
  cursor.last_record = json::find_string(*value, "lastRecord");
  cursor.page_hash = json::find_string(*value, "pageHash");
  cursor.newest.ticks = number_in(*value, "newest");
  cursor.asked_since.ticks = number_in(*value, "askedSince");
  cursor.begun.ticks = number_in(*value, "begun");
  return cursor;
}

}  // namespace vedette::federation
