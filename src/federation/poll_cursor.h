// How far a provider was polled: one JSON object in the event store's state, written in the commit of each page.
//
// A sweep asks for all that changed since the watermark, page by page. Its end moves the watermark to the newest change
// it saw; until then the place of the next page is kept, so that a restart goes on there. A sweep that fails begins
// again at the watermark: what it sees twice merges by its id.
#pragma once

#include <string>
#include <string_view>

#include "recent_records.h"
#include "vedette/base/result.h"
#include "vedette/base/time.h"

namespace vedette::federation {

struct PollCursor {
  base::DateTime watermark{};  // 0: never
  std::string cursor;          // Paging::cursor: beyond sweeps, unless they ask since a time
  RecentRecords recent;        // beyond sweeps

  // Of the sweep under way; pages == 0: there is none.
  int64_t pages = 0;
  std::string next;         // link
  int64_t offset = 0;       // records seen
  std::string last_record;  // identity of the last one seen
  std::string page_hash;    // of the last page
  base::DateTime newest{};  // change seen
  base::DateTime asked_since{};
  base::DateTime asked_until{};  // of a window; never stored
  base::DateTime begun{};

  void end_sweep();  // without moving the watermark
};

std::string encode(const PollCursor& cursor);
base::Result<PollCursor> decode_poll_cursor(std::string_view text);  // corrupt_data; "" is a new one

}  // namespace vedette::federation
