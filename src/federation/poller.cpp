#include "poller.h"

#include <algorithm>
#include <utility>

#include "delivery.h"
#include "poll_details.h"
#include "time_form.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

namespace {

// Of hunting tables; what no mapping took may be kept twice.
bool has_rows(const ingest::Connector& connector) {
  const auto tables = connector.tables();
  return std::any_of(tables.begin(), tables.end(), [](const auto& table) { return table != "UnmappedEvents"; });
}

}  // namespace

Status check_pollable(const ConnectorTransport& transport, const ingest::Connector& connector) {
  if (!transport.poll || !has_rows(connector)) return {};
  if (transport.poll->paging == Paging::cursor && !transport.poll->asks_since()) return {};
  if (transport.poll->window.ticks > 0) return {};
  return fail(ErrorCode::bad_request,
              "connector.toml: a connector with events.kql is polled by a cursor, without 'since', or in windows: rows "
              "that are read twice would be stored twice.");
}

base::Error Poller::repeated(const char* what) {
  parts_.store.health().repeated_page();
  return fail(ErrorCode::unavailable, std::string("The provider repeats ") + what + ".");
}

void Poller::begin(PollCursor& cursor) const {
  const base::DateTime now = parts_.clock.now();
  cursor.end_sweep();
  cursor.begun = now;
  if (poll_.asks_since()) cursor.cursor.clear();  // it is of one sweep
  cursor.asked_since = cursor.watermark == base::DateTime{} ? now - poll_.lookback : cursor.watermark - poll_.overlap;
}

// Null for the first page: a body is sent without it then.
json::Value Poller::cursor_value(const PollCursor& cursor) const {
  if (cursor.cursor.empty()) return {};
  if (poll_.next_record.empty()) return json::Value(cursor.cursor);
  return json::parse(cursor.cursor).value_or(json::Value());
}

std::optional<json::Value> Poller::value_of(const std::string& name, const PollCursor& cursor) const {
  if (name == "since") return write_time(cursor.asked_since, poll_.time, parts_.clock.now());
  if (name == "until") return write_time(cursor.asked_until, poll_.time, parts_.clock.now());
  if (name == "cursor") return cursor_value(cursor);
  if (name == "page") return json::Value(cursor.pages + 1);
  if (name == "offset") return json::Value(cursor.offset - overlap(cursor));
  if (name == "page_size") return json::Value(poll_.page_size + overlap(cursor));
  const auto setting = parts_.client.setting(name);
  return setting ? std::optional(json::Value(*setting)) : std::nullopt;
}

Result<http::ClientRequest> Poller::next_request(const PollCursor& cursor) const {
  http::ClientRequest request;
  if (poll_.paging == Paging::next_link && !cursor.next.empty()) {
    request.url = cursor.next;
  } else {
    RequestTemplate asked = poll_;
    if (!poll_.next_url.empty() && !cursor.cursor.empty()) asked.url = poll_.next_url;
    request = TRY(asked.fill([&](const std::string& name) { return value_of(name, cursor); }));
  }
  set_read_headers(request, parts_.transport);
  return request;
}

Result<PollPage> Poller::fetch(PollCursor& cursor, const base::StopCheck& stop) {
  auto answer = parts_.client.send(TRY(next_request(cursor)), stop);
  if (!answer) {
    // A place in the middle that is no more is not asked for again.
    const ErrorCode code = answer.error().code;
    if (cursor.pages > 0 && (code == ErrorCode::not_found || code == ErrorCode::bad_request)) cursor.end_sweep();
    return answer.error();
  }
  return read_poll_page(poll_, *answer);
}

// What the page lists is fetched in place of it.
Status Poller::fetch_listed(PollCursor& cursor, PollPage& page, const base::StopCheck& stop) {
  if (!poll_.each) return {};
  auto details = TRY(fetch_details(*poll_.each, page.records, parts_.client, stop));
  parts_.store.health().lost(details.missing);
  TRY(replace_records(page, std::move(details.records)));
  see_changes(cursor, page);
  return {};
}

// A provider that has more and no cursor for it is asked for what changed later.
Result<bool> Poller::advance_by_time(PollCursor& cursor) {
  if (cursor.newest <= cursor.asked_since) return repeated("a page");
  cursor.asked_since = cursor.newest;
  cursor.cursor.clear();
  seen_.clear();
  return true;
}

// Moves the cursor behind the page; true when there is another.
Result<bool> Poller::advance(PollCursor& cursor, const PollPage& page) {
  ++cursor.pages;
  if (cursor.pages >= sweep_pages_max)
    return fail(ErrorCode::limit_exceeded,
                "The provider has more than " + std::to_string(sweep_pages_max) + " pages, the most of one sweep.");
  const bool is_same = page.hash == cursor.page_hash && !page.records.empty();
  const int64_t overlapping = overlap(cursor);
  cursor.page_hash = page.hash;
  switch (poll_.paging) {
    case Paging::none:
      return false;
    case Paging::next_link:
      if (page.next.empty()) return false;
      if (is_same || !seen_.insert(page.next).second) return repeated("a page");
      cursor.next = page.next;
      return true;
    case Paging::cursor:
      if (page.next.empty()) return page.more && poll_.asks_since() ? advance_by_time(cursor) : Result<bool>(false);
      if (page.next == cursor.cursor) return page.records.empty() ? Result<bool>(false) : repeated("a cursor");
      if (!seen_.insert(page.next).second) return repeated("a cursor");
      if (is_same && poll_.asks_since()) return repeated("a page");
      cursor.cursor = page.next;
      return poll_.more.empty() ? !page.records.empty() : page.more;
    case Paging::page:
      if (is_same) return repeated("a page");
      return !page.records.empty();
    case Paging::offset:
      cursor.offset += static_cast<int64_t>(page.records.size()) - overlapping;
      return static_cast<int64_t>(page.records.size()) > overlapping;
  }
  return false;
}

Status Poller::store(const PollCursor& cursor, std::string text) {
  return parts_.store.store(ingest::memory_input(parts_.instance, std::move(text)), ingest::Framing::file,
                            {{state_key_, encode(cursor)}});
}

Result<PollCursor> Poller::stored_cursor() const { return decode_poll_cursor(parts_.store.state(state_key_)); }

Result<Poller::Step> Poller::step(PollCursor& cursor, const base::StopCheck& stop) {
  if (cursor.pages == 0) {
    begin(cursor);
    seen_.clear();
    met_.clear();
    moved_from_.reset();
  }
  const int64_t overlapping = overlap(cursor);
  PollPage page = TRY(fetch(cursor, stop));
  if (poll_.paging == Paging::offset && overlapping > 0) {
    // The page begins with the last record of the one before, or records have moved.
    const bool stands =
        !page.records.empty() && scalar_text(find_path(page.records.front(), poll_.record)) == cursor.last_record;
    if (!stands) return cursor.end_sweep(), Step::moved;
  }
  TRY(meet(page));
  PollCursor after = cursor;
  see(after, page);
  const auto advanced = advance(after, page);
  TRY(fetch_listed(after, page, stop));
  if (!advanced) {
    cursor.end_sweep();
    if (!has_rows(parts_.store.connector())) {  // alerts merge, whatever repeats
      const std::string text = TRY(take_new(cursor, page, Asked::again));
      TRY(store(cursor, text));
    }
    return advanced.error();
  }
  const bool more = *advanced;
  if (!more) {
    const base::DateTime certain = std::min(after.newest, moved_from_.value_or(base::max_date_time));
    after.watermark = std::max(after.watermark, certain);
    after.end_sweep();
  }
  const std::string text = TRY(take_new(after, page, page.next.empty() ? Asked::again : Asked::once));
  TRY(store(after, text));
  const base::DateTime begun = cursor.begun;
  cursor = std::move(after);
  if (!more && moved_from_) return Step::moved;
  if (!more) parts_.store.health().succeeded(begun);
  return more ? Step::more : Step::end;
}

// After a page that repeats, or a place that is gone, the next sweep begins at the watermark again.
Status Poller::keep_ended(PollCursor& cursor) {
  cursor.end_sweep();
  if (encode(cursor) == encode(TRY(stored_cursor()))) return {};
  return store(cursor, "[]");
}

Status Poller::sweep(const base::StopCheck& stop) {
  PollCursor cursor = TRY(stored_cursor());
  int moved = 0;
  for (;;) {
    TRY(stop.check());
    auto done = next_step(cursor, stop);
    if (!done) {
      if (cursor.pages == 0) TRY(keep_ended(cursor));
      return done.error();
    }
    if (*done == Step::end) return {};
    if (*done == Step::moved && ++moved > moved_pages_max)
      return fail(ErrorCode::unavailable,
                  "The provider's records move between its pages, " + std::to_string(moved) + " times in one sweep.");
  }
}

}  // namespace vedette::federation
