// Fetches a provider's pages, one after the other, and stores each with the cursor behind it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "instance_store.h"
#include "poll_cursor.h"
#include "poll_page.h"
#include "provider_client.h"

namespace vedette::federation {

// How often a sweep may begin again, because records moved between its pages, before it counts as a failure.
inline constexpr int moved_pages_max = 5;
inline constexpr int64_t sweep_pages_max = 100'000;
inline constexpr size_t window_bytes_max = 128 << 20;
// Of one sweep, whose moves are noticed.
inline constexpr size_t met_records_max = 200'000;

struct PollerParts {
  std::string instance;
  const ConnectorTransport& transport;
  InstanceStore& store;
  ProviderClient& client;
  const base::Clock& clock;
};

// Belongs to one thread.
class Poller {
 public:
  explicit Poller(PollerParts parts)
      : parts_(std::move(parts)),
        poll_(*parts_.transport.poll),
        state_key_(parts_.store.state_key("poll")),
        window_(poll_.window) {}

  // Pages until the provider has no more. What was stored before an error stays stored.
  base::Status sweep(const base::StopCheck& stop);

 private:
  enum class Step : uint8_t { more, end, moved };
  base::Result<Step> next_step(PollCursor& cursor, const base::StopCheck& stop);
  base::Result<Step> step(PollCursor& cursor, const base::StopCheck& stop);
  base::Result<Step> step_window(PollCursor& cursor, const base::StopCheck& stop);
  Step end_window(PollCursor& cursor, Step step);
  base::DateTime window_begin(const PollCursor& cursor);
  base::Error too_much() const;
  json::Value cursor_value(const PollCursor& cursor) const;
  std::optional<json::Value> value_of(const std::string& name, const PollCursor& cursor) const;
  base::Result<http::ClientRequest> next_request(const PollCursor& cursor) const;
  base::Result<PollPage> fetch(PollCursor& cursor, const base::StopCheck& stop);
  base::Status fetch_listed(PollCursor& cursor, PollPage& page, const base::StopCheck& stop);
  void begin(PollCursor& cursor) const;
  void see(PollCursor& cursor, const PollPage& page) const;
  void see_changes(PollCursor& cursor, const PollPage& page) const;
  base::Result<bool> advance(PollCursor& cursor, const PollPage& page);
  base::Result<bool> advance_by_time(PollCursor& cursor);
  // The text of the records that are new. Those that may come again are remembered.
  enum class Asked : uint8_t { once, again };  // for this page
  base::Result<std::string> take_new(PollCursor& cursor, const PollPage& page, Asked asked) const;
  base::Result<std::string> take_new_of_page(PollCursor& cursor, const PollPage& page, Asked asked) const;
  base::DateTime changed_at(const json::Value& record) const;
  base::Result<PollCursor> stored_cursor() const;
  base::Status store(const PollCursor& cursor, std::string text);
  base::Status keep_ended(PollCursor& cursor);
  base::Error repeated(const char* what);
  base::Status meet(const PollPage& page);
  int64_t overlap(const PollCursor& cursor) const { return cursor.offset > 0 ? 1 : 0; }

  const PollerParts parts_;
  const PollTransport& poll_;
  const std::string state_key_;   // of the cursor
  base::TimeSpan window_;         // smaller than the connector says after one that held too much
  base::DateTime passed_over_{};  // the watermark that was too old, and told of
  // Of this sweep: next links and cursors; the records that have an identity, by it; and how far back one of them was
  // when it moved to a later page. Others may have moved up then, past the pages that were read.
  struct Met {
    std::string hash;
    base::DateTime changed;
  };
  std::set<std::string> seen_;
  std::unordered_map<std::string, Met> met_;
  std::optional<base::DateTime> moved_from_;
};

// What can be polled exactly: rows of events cannot merge, so they are polled by a cursor only. bad_request.
base::Status check_pollable(const ConnectorTransport& transport, const ingest::Connector& connector);

}  // namespace vedette::federation
