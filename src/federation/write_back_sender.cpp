#include "write_back_sender.h"

#include <algorithm>

#include "poll_details.h"
#include "poll_page.h"
#include "vedette/resources/alerts/alerts.h"

namespace vedette::federation {

using base::ErrorCode;
using base::Result;
using base::Status;

namespace {

bool carries(const ProviderRequest& request, std::string_view name) {
  return std::find(request.written.begin(), request.written.end(), json::Value(name)) != request.written.end();
}

// The changes that the requests say they carry.
json::Object carried(const json::Object& changes, const std::vector<ProviderRequest>& requests) {
  json::Object out;
  for (const auto& change : changes)
    if (std::any_of(requests.begin(), requests.end(),
                    [&](const ProviderRequest& request) { return carries(request, change.key()); }))
      out[change.key()] = change.value();
  return out;
}

}  // namespace

// The alert as its provider has it, through the connector's own mapping.
Result<WriteBackSender::Current> WriteBackSender::read_current(const WriteBackEntry& entry, const json::Object& alert,
                                                               const base::StopCheck& stop) {
  auto request = TRY(current_request(parts_.loaded->transport, parts_.client, alert));
  const auto answer = TRY(parts_.client.send(std::move(request), stop));
  for (json::Object& found : TRY(records_.read_alerts(TRY(current_records(answer.body, stop)))))
    if (json::find_string(found, "id") == entry.id)
      return Current{std::move(found), std::string(answer.headers.get("ETag"))};
  return base::fail(ErrorCode::unavailable, "The provider answered with something else than the alert.");
}

// What stands at `current`, or what that lists.
Result<std::string> WriteBackSender::current_records(const std::string& body, const base::StopCheck& stop) {
  const auto& transport = parts_.loaded->transport;
  const std::string& path = transport.write_back->current.records;
  if (!transport.write_back->each && path.empty()) return body;
  const auto answer = json::parse(body);
  if (!answer) return base::fail(ErrorCode::unavailable, "The provider's answer is no JSON.");
  const json::Value* found = find_path(*answer, path);
  if (!path.empty() && (!found || !found->is_array()))
    return base::fail(ErrorCode::unavailable, "The provider's answer has no array '" + path + "'.");
  const json::Array listed = found->is_array() ? found->get_array() : json::Array{*found};
  if (listed.empty()) return base::fail(ErrorCode::not_found, "The provider has no such alert.");
  if (!transport.write_back->each) return json::to_text(listed);
  return json::to_text(TRY(fetch_details(*transport.poll->each, listed, parts_.client, stop)).records);
}

// The provider's comments, with those that it was told and does not tell.
void WriteBackSender::add_written(json::Object& copy, const WriteBackEntry& entry) {
  json::Value& known = copy["comments"];
  if (!known.is_array()) known.emplace_array();
  std::vector<const json::Value*> written;
  for (const json::Value& comment : entry.written_comments) written.push_back(&comment);
  for (const json::Value* comment : resources::without_echoes(written, json::Array(known.get_array())))
    known.get_array().push_back(*comment);
}

Status WriteBackSender::send(WriteBackEntry& entry, const base::StopCheck& stop) {
  auto alert = TRY(load(resources::alert_collection, entry.id));
  if (!alert) return finish(entry);
  if (!can_read()) {
    if (entry.is_sending()) return send_requests(entry, "", stop);
    // What it said last, and was told since (mark_written).
    json::Object believed = TRY(resources::newest_copy(parts_.store, parts_.tenant, entry.id));
    add_written(believed, entry);
    return send_difference(entry, *alert, believed, "", stop);
  }
  auto current = TRY(read_current(entry, *alert, stop));
  TRY(records_.accept({current.alert}));
  alert = TRY(load(resources::alert_collection, entry.id));
  if (!alert) return finish(entry);
  // What requests name, etags above all, is as the provider has it now.
  if (const json::Value* more = current.alert.if_contains("additionalData")) (*alert)["additionalData"] = *more;
  add_written(current.alert, entry);
  return send_difference(entry, *alert, current.alert, current.etag, stop);
}

Status WriteBackSender::send_difference(WriteBackEntry& entry, const json::Object& alert, const json::Object& provider,
                                        const std::string& etag, const base::StopCheck& stop) {
  auto difference = resources::difference_from(alert, provider);
  if (difference.empty()) return finish(entry);
  const json::Value settings = visible_settings(parts_.loaded->transport, parts_.client.values());
  entry.requests =
      TRY(parts_.loaded->write_back->run({json::Value(alert), difference.changes, difference.comments, settings}));
  if (entry.requests.empty()) return finish(entry);  // the provider has no word for it
  if (!entry.is_sending()) entry.begun_for = entry.requested;
  entry.state = "sending";
  entry.step = 0;
  entry.sent_changes = carried(difference.changes, entry.requests);
  entry.sent_comments = std::move(difference.comments);
  entry.last_attempt = parts_.clock.now();
  TRY(write_marked(entry));
  return send_requests(entry, etag, stop);
}

// What the provider has by this request, also when the next one fails.
Status WriteBackSender::note_written(WriteBackEntry& entry, const ProviderRequest& request) {
  if (carries(request, "comments"))
    for (json::Value& comment : std::exchange(entry.sent_comments, {}))
      entry.written_comments.push_back(std::move(comment));
  return resources::mark_written(parts_.store, parts_.tenant, entry.id, carried(entry.sent_changes, {request}));
}

Status WriteBackSender::send_requests(WriteBackEntry& entry, const std::string& etag, const base::StopCheck& stop) {
  for (; entry.step < entry.requests.size(); ++entry.step) {
    const ProviderRequest& wanted = entry.requests[entry.step];
    auto request =
        client_request(wanted, idempotency_key(parts_.tenant, entry.id, entry.begun_for, wanted, entry.step));
    // What was read is what is changed; the requests behind the first change what that made of it.
    if (parts_.loaded->transport.write_back->if_match && !etag.empty() && entry.step == 0)
      request.headers.set("If-Match", etag);
    TRY(parts_.client.send(std::move(request), stop));
    if (can_read()) {
      TRY(note_written(entry, wanted));
      continue;
    }
    // Nobody can be asked later whether this one arrived.
    ++entry.step;
    TRY(write_marked(entry));
    --entry.step;
  }
  if (!can_read()) {
    TRY(resources::mark_written(parts_.store, parts_.tenant, entry.id, entry.sent_changes));
    for (const json::Value& comment : entry.sent_comments) entry.written_comments.push_back(comment);
  }
  return finish(entry);
}

// What was asked for while it was sent is looked at again.
Status WriteBackSender::finish(WriteBackEntry& entry) {
  entry.state = entry.is_sending() && entry.begun_for < entry.requested ? "pending" : "synchronized";
  entry.synchronized = parts_.clock.now();
  entry.forget_failures();
  entry.requests.clear();
  entry.step = 0;
  entry.sent_changes.clear();
  entry.sent_comments.clear();
  return write_marked(entry);
}

Status WriteBackSender::failed(WriteBackEntry& entry) {
  if (entry.state == "failed") entry.requests.clear();
  return write_marked(entry);
}

}  // namespace vedette::federation
