#include "exchange_file.h"

#include <algorithm>
#include <initializer_list>

namespace vedette::federation {

namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

// An object of the file, and where it is.
class Part {
 public:
  static Result<Part> open(const json::Value& value, std::string place,
                           std::initializer_list<std::string_view> members) {
    if (!value.is_object()) return fail(ErrorCode::bad_request, place + " is no object.");
    for (const auto& member : value.get_object())
      if (std::find(members.begin(), members.end(), std::string_view(member.key())) == members.end())
        return fail(ErrorCode::bad_request, place + " has no member '" + std::string(member.key()) + "'.");
    return Part(value.get_object(), std::move(place));
  }

  base::Error wrong(const std::string& what) const { return fail(ErrorCode::bad_request, place_ + ": " + what); }
  std::string place(const std::string& member) const { return place_ + "." + member; }
  const json::Value* find(const char* name) const { return object_->if_contains(name); }

  Result<std::string> text(const char* name) const {
    const json::Value* value = find(name);
    if (!value) return std::string();
    if (!value->is_string()) return wrong("'" + std::string(name) + "' is no text.");
    return std::string(value->get_string());
  }
  Result<json::Object> object(const char* name) const {
    const json::Value* value = find(name);
    if (!value) return json::Object();
    if (!value->is_object()) return wrong("'" + std::string(name) + "' is no object.");
    return value->get_object();
  }
  Result<json::Array> array(const char* name) const {
    const json::Value* value = find(name);
    if (!value) return json::Array();
    if (!value->is_array()) return wrong("'" + std::string(name) + "' is no array.");
    return value->get_array();
  }
  Result<std::optional<base::DateTime>> time(const char* name) const {
    if (!find(name)) return std::optional<base::DateTime>();
    const auto time = base::parse_iso_date_time(TRY(text(name)));
    if (!time) return wrong("'" + std::string(name) + "' is no time.");
    return std::optional(*time);
  }

 private:
  Part(const json::Object& object, std::string place) : object_(&object), place_(std::move(place)) {}

  const json::Object* object_;
  std::string place_;
};

Result<Exchange> read_exchange(const json::Value& value, const std::string& place) {
  const Part part = TRY(Part::open(value, place, {"request", "headers", "body", "status", "answer", "answerHeaders"}));
  Exchange exchange;
  const std::string request = TRY(part.text("request"));
  const size_t blank = request.find(' ');
  if (blank == request.npos || !request.substr(blank + 1).starts_with('/'))
    return part.wrong("'request' is a method, a blank and a path.");
  exchange.method = request.substr(0, blank);
  exchange.target = request.substr(blank + 1);
  exchange.headers = TRY(part.object("headers"));
  if (const json::Value* body = part.find("body")) exchange.body = *body;
  exchange.answer_headers = TRY(part.object("answerHeaders"));
  if (const json::Value* answer = part.find("answer")) {
    exchange.answer = answer->is_string() ? std::string(answer->get_string()) : json::to_text(*answer);
    if (!answer->is_string() && !exchange.answer_headers.contains("Content-Type"))
      exchange.answer_headers["Content-Type"] = "application/json";
  }
  if (const json::Value* status = part.find("status")) {
    constexpr int64_t status_min = 200, status_max = 599;
    if (!status->is_int64() || status->get_int64() < status_min || status->get_int64() > status_max)
      return part.wrong("'status' is a number from 200 to 599.");
    exchange.status = static_cast<int>(status->get_int64());
  }
  return exchange;
}

Result<std::vector<Exchange>> read_exchanges(const Part& part, const char* name) {
  std::vector<Exchange> exchanges;
  const json::Array all = TRY(part.array(name));
  for (size_t i = 0; i < all.size(); ++i)
    exchanges.push_back(TRY(read_exchange(all[i], part.place(name) + "[" + std::to_string(i) + "]")));
  return exchanges;
}

Status read_kind(const Part& part, ExchangeStep& step) {
  const bool is_change = part.find("change") != nullptr, is_action = part.find("action") != nullptr;
  if ((part.find("poll") ? 1 : 0) + (is_change ? 1 : 0) + (is_action ? 1 : 0) != 1)
    return part.wrong("is a 'poll', a 'change' or an 'action'.");
  if (is_change) {
    const auto change = TRY(Part::open(*part.find("change"), part.place("change"), {"alert", "set", "comment"}));
    if (TRY(change.text("alert")).empty()) return change.wrong("'alert' is a providerAlertId.");
    TRY(change.object("set"));
    TRY(change.text("comment"));
    step.kind = ExchangeStep::Kind::change;
    step.what = part.find("change")->get_object();
  } else if (is_action) {
    const auto action = TRY(Part::open(*part.find("action"), part.place("action"), {"name", "parameters", "reason"}));
    if (TRY(action.text("name")).empty()) return action.wrong("'name' is that of an [[action]].");
    TRY(action.object("parameters"));
    TRY(action.text("reason"));
    step.kind = ExchangeStep::Kind::action;
    step.what = part.find("action")->get_object();
  }
  return {};
}

Result<ExchangeStep> read_step(const json::Value& value, const std::string& place) {
  const Part part =
      TRY(Part::open(value, place, {"poll", "change", "action", "now", "exchange", "status", "alerts", "rows"}));
  ExchangeStep step;
  TRY(read_kind(part, step));
  step.now = TRY(part.time("now"));
  step.exchange = TRY(read_exchanges(part, "exchange"));
  step.status = TRY(part.text("status"));
  if (part.find("alerts")) step.alerts = TRY(part.array("alerts"));
  step.rows = TRY(part.object("rows"));
  return step;
}

}  // namespace

Result<ExchangeFile> parse_exchange_file(std::string_view text) {
  const json::Value value = TRY(json::parse(text));
  const Part part = TRY(Part::open(value, "The file", {"now", "settings", "secrets", "anyTime", "steps"}));
  ExchangeFile file;
  const auto now = TRY(part.time("now"));
  if (!now) return part.wrong("'now' says when it begins.");
  file.now = *now;
  file.settings = TRY(part.object("settings"));
  file.secrets = TRY(part.object("secrets"));
  file.any_time = TRY(read_exchanges(part, "anyTime"));
  const json::Array steps = TRY(part.array("steps"));
  if (steps.empty()) return part.wrong("'steps' has none.");
  for (size_t i = 0; i < steps.size(); ++i)
    file.steps.push_back(TRY(read_step(steps[i], "steps[" + std::to_string(i) + "]")));
  return file;
}

}  // namespace vedette::federation
