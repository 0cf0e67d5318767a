#include "poll_cursor.h"

#include "vedette/json/value.h"

namespace vedette::federation {

namespace {

int64_t number(const json::Value& value, const char* name) {
  const json::Value* member = json::find(value, name);
  return member && member->is_int64() ? member->get_int64() : 0;
}

}  // namespace

void PollCursor::end_sweep() {
  pages = offset = 0;
  next.clear();
  last_record.clear();
  page_hash.clear();
  newest = asked_since = begun = {};
}

std::string encode(const PollCursor& cursor) {
  return json::to_text(json::Object{{"watermark", cursor.watermark.ticks},
                                    {"cursor", cursor.cursor},
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
  cursor.watermark.ticks = number(*value, "watermark");
  cursor.cursor = json::find_string(*value, "cursor");
  cursor.pages = number(*value, "pages");
  cursor.next = json::find_string(*value, "next");
  cursor.offset = number(*value, "offset");
  cursor.last_record = json::find_string(*value, "lastRecord");
  cursor.page_hash = json::find_string(*value, "pageHash");
  cursor.newest.ticks = number(*value, "newest");
  cursor.asked_since.ticks = number(*value, "askedSince");
  cursor.begun.ticks = number(*value, "begun");
  return cursor;
}

}  // namespace vedette::federation
