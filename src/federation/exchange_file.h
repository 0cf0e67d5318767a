// CASE.exchange.json, read: what is done with a provider, step by step, and what is asked and answered.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/json/value.h"

namespace vedette::federation {

// A request that the provider must see, and its answer.
struct Exchange {
  std::string method, target;  // options of the target's query are compared decoded
  json::Object headers;        // those that are compared
  json::Value body;            // null: none; a text as it is, anything else as JSON
  int status = 200;
  json::Object answer_headers;
  std::string answer;
};

struct ExchangeStep {
  enum class Kind : uint8_t { poll, change, action };
  Kind kind = Kind::poll;
  json::Object what;  // change: `alert`, `set`, `comment`; action: `name`, `parameters`, `reason`
  std::optional<base::DateTime> now;
  std::vector<Exchange> exchange;
  std::string status;                 // of the write-back, or of the action; "" for success
  std::optional<json::Array> alerts;  // all there are afterwards: each has at least these members
  json::Object rows;                  // how many there are afterwards, by table
};

struct ExchangeFile {
  base::DateTime now{};
  json::Object settings, secrets;
  std::vector<Exchange> any_time;  // asked at least once, at any time: the token
  std::vector<ExchangeStep> steps;
};

// bad_request naming the place that is wrong, also for a member that means nothing.
base::Result<ExchangeFile> parse_exchange_file(std::string_view text);

}  // namespace vedette::federation
