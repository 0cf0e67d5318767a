#include "poll_details.h"

#include <algorithm>

#include "poll_page.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

namespace {

constexpr std::string_view record_place = "record", records_place = "records";

// The value of a place for one listed record, or for all of them.
std::optional<json::Value> value_of(const std::string& name, const json::Value& record, const json::Array& listed,
                                    const ProviderClient& client) {
  if (name == records_place) return json::Value(listed);
  if (name == record_place) return record;
  if (name.starts_with(std::string(record_place) + ".")) {
    const json::Value* member = find_path(record, std::string_view(name).substr(record_place.size() + 1));
    return member ? std::optional(*member) : std::nullopt;
  }
  const auto setting = client.setting(name);
  return setting ? std::optional(json::Value(*setting)) : std::nullopt;
}

Result<http::ClientRequest> request_for(const DetailRule& rule, const json::Value& record, const json::Array& listed,
                                        const ProviderClient& client) {
  auto request = TRY(rule.fill([&](const std::string& name) { return value_of(name, record, listed, client); }));
  request.headers.set("Accept", "application/json");
  return request;
}

// What an answer has: the elements of its array, or the one record that it is.
Status add_records(const DetailRule& rule, const std::string& body, const json::Value& record, json::Array& to) {
  auto value = json::parse(body);
  if (!value)
    return fail(ErrorCode::unavailable, "The provider's answer is no JSON.").with_cause(value.error().message);
  const json::Value* found = find_path(*value, rule.records);
  if (!found || (!found->is_array() && !found->is_object()))
    return fail(ErrorCode::unavailable, "The provider's answer has no records.");
  const json::Array elements = found->is_array() ? found->get_array() : json::Array{*found};
  for (json::Value element : elements) {
    if (!rule.into.empty() && element.is_object()) element.get_object()[rule.into] = record;
    to.push_back(std::move(element));
  }
  return {};
}

}  // namespace

Result<Details> fetch_details(const DetailRule& rule, const json::Array& listed, ProviderClient& client,
                              const base::StopCheck& stop) {
  if (listed.size() > details_max)
    return fail(ErrorCode::limit_exceeded, "A page of the provider lists more than " + std::to_string(details_max) +
                                               " records, the most there may be.");
  Details details;
  size_t bytes = 0;
  const auto fetch = [&](const json::Value& record) -> Status {
    const auto answer = client.send(TRY(request_for(rule, record, listed, client)), stop);
    if (!answer && answer.error().code == ErrorCode::not_found) return ++details.missing, Status();
    if (!answer) return answer.error();
    bytes += answer->body.size();
    if (bytes > details_bytes_max)
      return fail(ErrorCode::limit_exceeded, "What a page lists has more than " +
                                                 std::to_string(details_bytes_max >> 20) +
                                                 " MB, the most there may be at once.");
    return add_records(rule, answer->body, record, details.records);
  };
  if (rule.at_once()) {
    if (!listed.empty()) TRY(fetch(json::Value(nullptr)));
    return details;
  }
  for (const json::Value& record : listed) {
    if (rule.keep) details.records.push_back(record);
    TRY(fetch(record));
  }
  return details;
}

}  // namespace vedette::federation
