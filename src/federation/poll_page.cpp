#include "poll_page.h"

#include "vedette/ingest/record_reader.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;

const json::Value* find_path(const json::Value& value, std::string_view path) {
  if (path.empty()) return &value;
  if (const json::Value* member = json::find(value, path)) return member;
  for (size_t dot = path.find('.'); dot != path.npos; dot = path.find('.', dot + 1)) {
    const json::Value* outer = json::find(value, path.substr(0, dot));
    if (const json::Value* inner = outer ? find_path(*outer, path.substr(dot + 1)) : nullptr) return inner;
  }
  return nullptr;
}

std::string scalar_text(const json::Value* value) {
  if (!value || value->is_null() || value->is_object() || value->is_array()) return "";
  return value->is_string() ? std::string(value->get_string()) : json::to_text(*value);
}

base::Status replace_records(PollPage& page, json::Array records) {
  page.records = std::move(records);
  page.text = json::to_text(page.records);
  page.hash = TRY(ingest::content_hash(ingest::memory_input("page", page.text)));
  return {};
}

base::Result<PollPage> read_poll_page(const PollTransport& poll, const http::ClientResponse& answer) {
  auto value = json::parse(answer.body);
  if (!value)
    return fail(ErrorCode::unavailable, "The provider's answer is no JSON.").with_cause(value.error().message);
  static const json::Value none = json::Array();
  const json::Value* records = find_path(*value, poll.records);
  const bool lacks_records =
      (records && records->is_null()) || (!records && poll.may_lack_records && value->is_object());
  if (lacks_records) records = &none;
  if (!records || !records->is_array())
    return fail(ErrorCode::unavailable, poll.records.empty()
                                            ? "The provider's answer is no array."
                                            : "The provider's answer has no array '" + poll.records + "'.");
  PollPage page;
  TRY(replace_records(page, records->get_array()));
  if (!poll.next_header.empty()) page.next = answer.headers.get(poll.next_header);
  if (!poll.next.empty()) page.next = scalar_text(find_path(*value, poll.next));
  if (!poll.more.empty()) page.more = scalar_text(find_path(*value, poll.more)) == "true";
  // Without a time to ask since, a cursor is also where the next sweep begins.
  if (!poll.more.empty() && !page.more && (poll.paging != Paging::cursor || poll.asks_since())) page.next.clear();
  if (!poll.since_header.empty()) page.until = base::parse_iso_date_time(answer.headers.get(poll.since_header));
  if (!poll.next_record.empty() && !page.records.empty())
    if (const json::Value* last = find_path(page.records.back(), poll.next_record)) page.next = json::to_text(*last);
  return page;
}

}  // namespace vedette::federation
