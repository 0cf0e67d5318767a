#include "poll_section.h"

#include <algorithm>

namespace vedette::federation {

using base::Result;

namespace {

constexpr int64_t days_max = 3650, rate_max = 1'000'000;

void read_span(TomlSection& section, const char* key, base::TimeSpan& to) {
  int64_t seconds = to.ticks / base::ticks_per_second;
  section.read(key, seconds, 0, days_max * 86'400);
  to.ticks = seconds * base::ticks_per_second;
}

void read_time_form(TomlSection& section, TimeForm& time) {
  std::string form = "iso";
  section.read("time", form);
  if (form == "iso_microseconds")
    time = TimeForm::iso_microseconds;
  else if (form == "iso_seconds")
    time = TimeForm::iso_seconds;
  else if (form == "seconds")
    time = TimeForm::seconds;
  else if (form == "milliseconds")
    time = TimeForm::milliseconds;
  else if (form == "age_seconds")
    time = TimeForm::age_seconds;
  else if (form != "iso")
    section.fail("'time' is iso, iso_microseconds, iso_seconds, seconds, milliseconds or age_seconds.");
}

Result<DetailRule> read_each(const toml::node& node) {
  DetailRule rule;
  TomlSection section(node, "poll.each");
  read_request(section, rule);
  section.read("records", rule.records);
  section.read("into", rule.into);
  section.read("keep", rule.keep);
  if (rule.at_once() && (rule.keep || !rule.into.empty()))
    section.fail("'keep' and 'into' are for requests of one record each, not of {records}.");
  TRY(section.finish());
  return rule;
}

void read_paging(TomlSection& section, PollTransport& poll) {
  std::string paging = "none";
  section.read("paging", paging);
  section.read("next", poll.next);
  section.read("next_header", poll.next_header);
  section.read("next_record", poll.next_record);
  section.read("record", poll.record);
  if (paging == "next_link")
    poll.paging = Paging::next_link;
  else if (paging == "cursor")
    poll.paging = Paging::cursor;
  else if (paging == "offset")
    poll.paging = Paging::offset;
  else if (paging == "page")
    poll.paging = Paging::page;
  else if (paging != "none")
    section.fail("'paging' is none, next_link, cursor, offset or page.");
  const bool follows = poll.paging == Paging::next_link || poll.paging == Paging::cursor;
  if (follows && poll.next.empty() && poll.next_header.empty() && poll.next_record.empty())
    section.fail("'paging' by " + paging + " needs 'next', where the page says it.");
  if (!poll.next_record.empty() && poll.paging != Paging::cursor)
    section.fail("'next_record' is for paging by cursor.");
  if (poll.paging == Paging::offset && poll.record.empty())
    section.fail("'paging' by offset needs 'record', the member that identifies a record: pages move when records do.");
  const auto places = poll.places();
  const auto has_place = [&](const char* name) { return std::count(places.begin(), places.end(), name) > 0; };
  const auto further = poll.next_url.places();
  if (!poll.next_url.empty() &&
      (poll.paging != Paging::cursor || std::count(further.begin(), further.end(), "cursor") == 0))
    section.fail("'next_url' is for paging by cursor, and has a {cursor}.");
  if (poll.paging == Paging::cursor && !has_place("cursor")) section.fail("'url' and 'body' have no {cursor}.");
  if (poll.paging == Paging::offset && !has_place("offset")) section.fail("'url' and 'body' have no {offset}.");
  if (poll.paging == Paging::page && !has_place("page")) section.fail("'url' and 'body' have no {page}.");
  const bool has_window = poll.window.ticks > 0;
  if (has_place("since") && !poll.asks_since() && !has_window)
    section.fail("{since} is used: 'since' names a record's member, 'since_header' a field of the answer.");
  if (has_place("until") != has_window) section.fail("{until} and 'window_seconds' belong together.");
  if (has_window && (!has_place("since") || (poll.paging != Paging::none && poll.paging != Paging::next_link)))
    section.fail("with 'window_seconds', {since} is used, and 'paging' is none or next_link.");
  if (poll.reach_back.ticks > 0 && poll.reach_back <= poll.delay)
    section.fail("'reach_back_seconds' is more than 'delay_seconds'.");
  if (poll.reach_back.ticks > 0 && !has_window)
    section.fail("'reach_back_seconds' and 'window_seconds' belong together.");
}

}  // namespace

void read_request(TomlSection& section, RequestTemplate& request) {
  section.require("url");
  section.read("url", request.url);
  section.read("method", request.method);
  if (request.method != "GET" && request.method != "POST") section.fail("'method' is GET or POST.");
  const auto* node = section.take("body");
  if (!node) return;
  if (request.method != "POST") return section.fail(*node, "a 'body' needs method = \"POST\".");
  auto made = BodyTemplate::make(json_of(*node));
  if (!made) return section.fail(*node, "'body': " + made.error().message);
  request.body = std::move(*made);
}

Result<PollTransport> read_poll(const toml::node& node) {
  PollTransport poll;
  TomlSection section(node, "poll");
  read_request(section, poll);
  section.read("records", poll.records);
  section.read("since", poll.since);
  section.read("since_header", poll.since_header);
  section.read("next_url", poll.next_url);
  section.read("more", poll.more);
  section.read("may_lack_records", poll.may_lack_records);
  section.read("events", poll.events);
  read_span(section, "window_seconds", poll.window);
  read_span(section, "delay_seconds", poll.delay);
  read_span(section, "reach_back_seconds", poll.reach_back);
  read_time_form(section, poll.time);
  read_paging(section, poll);
  if (const auto* each = section.take("each")) poll.each = TRY(read_each(*each));
  int64_t interval = poll.interval.count();
  section.read("interval_seconds", interval, poll_interval_s_min, poll_interval_s_max);
  poll.interval = std::chrono::seconds(interval);
  section.read("page_size", poll.page_size, 1, page_size_max);
  section.read("requests_per_minute", poll.requests_per_minute, 1, rate_max);
  read_span(section, "lookback_seconds", poll.lookback);
  read_span(section, "overlap_seconds", poll.overlap);
  if (const auto* headers = section.take("headers")) {
    const auto* table = headers->as_table();
    if (!table) section.fail(*headers, "'headers' must be a table.");
    for (const auto& [key, value] : table ? *table : toml::table()) {
      const auto text = value.value_exact<std::string>();
      if (!text) section.fail(value, "'headers' is a table of strings.");
      poll.headers[std::string(key.str())] = text.value_or("");
    }
  }
  TRY(section.finish());
  return poll;
}

bool DetailRule::at_once() const {
  const auto all = places();
  return std::count(all.begin(), all.end(), "records") > 0;
}

std::vector<std::string> PollTransport::places() const {
  std::vector<std::string> all = RequestTemplate::places();
  for (std::string& place : next_url.places()) all.push_back(std::move(place));
  return all;
}

}  // namespace vedette::federation
