#include "cursor.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;

std::string to_text(const Cursor& cursor) {
  json::Array pending;
  for (const uint64_t ordinal : cursor.pending) pending.emplace_back(ordinal);
  const auto& summary = cursor.summary;
  return json::to_text(json::Object{{"next", cursor.next_ordinal},
                                    {"pending", std::move(pending)},
                                    {"quarantineBytes", cursor.quarantine_bytes},
                                    {"bytes", cursor.bytes},
                                    {"hash", cursor.hash},
                                    {"complete", cursor.complete},
                                    {"mapped", summary.mapped},
                                    {"unmapped", summary.unmapped},
                                    {"quarantined", summary.quarantined},
                                    {"alerts", summary.alerts},
                                    {"indicators", summary.indicators}});
}

base::Result<Cursor> parse_cursor(std::string_view text) {
  Cursor cursor;
  if (text.empty()) return cursor;
  const auto value = TRY(json::parse(text));
  const auto number = [&](std::string_view name) -> uint64_t {
    const auto* member = json::find(value, name);
    return member && member->is_int64() ? static_cast<uint64_t>(member->get_int64()) : 0;
  };
  if (!json::find(value, "next")) return fail(ErrorCode::corrupt_data, "The cursor of an ingest cannot be read.");
  cursor.next_ordinal = number("next");
  cursor.quarantine_bytes = number("quarantineBytes");
  cursor.bytes = number("bytes");
  if (const auto* hash = json::find(value, "hash"); hash && hash->is_string()) cursor.hash = hash->as_string();
  if (const auto* complete = json::find(value, "complete"); complete && complete->is_bool())
    cursor.complete = complete->get_bool();
  if (const auto* pending = json::find(value, "pending"); pending && pending->is_array())
    for (const auto& ordinal : pending->get_array())
      if (ordinal.is_int64()) cursor.pending.push_back(static_cast<uint64_t>(ordinal.get_int64()));
  auto& summary = cursor.summary;
  summary.mapped = number("mapped");
  summary.unmapped = number("unmapped");
  summary.quarantined = number("quarantined");
  summary.alerts = number("alerts");
  summary.indicators = number("indicators");
  summary.records = summary.mapped + summary.unmapped + summary.quarantined;
  return cursor;
}

}  // namespace vedette::ingest
