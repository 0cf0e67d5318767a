// A page as a provider answered it, taken apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/federation/connector_transport.h"
#include "vedette/http/client.h"
#include "vedette/json/value.h"

namespace vedette::federation {

struct PollPage {
  json::Array records;
  std::string text;                     // the records as a JSON array
  std::string hash;                     // of the text
  std::string next;                     // link, cursor or token; "" when the page says none
  bool more = false;                    // what `more` names is true
  std::optional<base::DateTime> until;  // of the field `since_header`
};

// unavailable for what is no page: no JSON, or without the array of records. A page is as good as its JSON: nothing of
// one that breaks off is taken.
base::Result<PollPage> read_poll_page(const PollTransport& poll, const http::ClientResponse& answer);
// The page with other records.
base::Status replace_records(PollPage& page, json::Array records);

// The member at a path of names with dots between; also where a name has dots itself. Null when there is none.
const json::Value* find_path(const json::Value& value, std::string_view path);
// A scalar as text; "" for others.
std::string scalar_text(const json::Value* value);

}  // namespace vedette::federation
