#include "provider_client.h"

#include <algorithm>
#include <charconv>
#include <thread>

#include "vedette/base/ascii_case.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;
using http::ClientResponse;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr uint32_t retry_after_s_max = 3600;

// Seconds, or an HTTP date.
uint32_t retry_after_s(const http::Headers& headers, const base::Clock& clock) {
  const std::string_view text = headers.get("Retry-After");
  uint32_t seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size()) return std::min(seconds, retry_after_s_max);
  const auto until = text.empty() ? std::nullopt : base::parse_date_time(text);
  if (!until) return 0;
  const int64_t left = (*until - clock.now()).ticks / base::ticks_per_second + 1;
  return static_cast<uint32_t>(std::clamp<int64_t>(left, 0, retry_after_s_max));
}

ErrorCode code_of(int status) {
  switch (status) {
    case 401:
    case 403:
      return ErrorCode::unauthenticated;
    case 404:
    case 410:
      return ErrorCode::not_found;
    case 412:
      return ErrorCode::precondition_failed;
    case 429:
      return ErrorCode::too_many_requests;
    case 408:
    case 409:
    case 425:
      return ErrorCode::unavailable;
    default:
      return status >= 500 || status < 400 ? ErrorCode::unavailable : ErrorCode::bad_request;
  }
}

base::Error answer_error(const ClientResponse& answer, const std::string& who, const base::Clock& clock) {
  base::Error error(code_of(answer.status), who + " answered " + std::to_string(answer.status) + ".");
  error.retry_after_s = retry_after_s(answer.headers, clock);
  return error;
}

bool is_success(const ClientResponse& answer) { return answer.status >= 200 && answer.status < 300; }

}  // namespace

std::string origin_of(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == url.npos) return "";
  const size_t end = url.find_first_of("/?#", scheme + 3);
  std::string origin = base::ascii_lower(url.substr(0, end));
  if (origin.find('@') != origin.npos || origin.size() == scheme + 3) return "";
  const auto drop_default = [&](std::string_view scheme_name, std::string_view port) {
    if (origin.starts_with(scheme_name) && origin.ends_with(port)) origin.resize(origin.size() - port.size());
  };
  drop_default("https://", ":443");
  drop_default("http://", ":80");
  return origin;
}

std::optional<std::string> ProviderClient::setting(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::nullopt : std::optional(found->second);
}

Status ProviderClient::check_url(const std::string& url) const {
  const std::string origin = origin_of(url);
  if (origin.empty()) return fail(ErrorCode::bad_request, "The connector makes an address that is no URL.");
  if (!origin.starts_with("https://") && !(outbound_.allow_http && origin.starts_with("http://")))
    return fail(ErrorCode::forbidden, "'" + origin + "' must start with https://; [connectors] allow_http allows it.");
  for (const auto& setting : transport_.settings) {
    const auto value = values_.find(setting.name);
    if (setting.kind == SettingKind::url && value != values_.end() && origin_of(value->second) == origin) return {};
  }
  return fail(ErrorCode::forbidden, "'" + origin + "' is at none of the addresses in the connector's settings.");
}

// Requests are spread evenly over the minute.
Status ProviderClient::wait_for_turn(const base::StopCheck& stop) {
  const int64_t rate = transport_.poll ? transport_.poll->requests_per_minute : 0;
  if (rate == 0) return stop.check();
  constexpr std::chrono::milliseconds between_checks{20};
  while (SteadyClock::now() < next_turn_) {
    TRY(stop.check());
    std::this_thread::sleep_for(std::min<SteadyClock::duration>(between_checks, next_turn_ - SteadyClock::now()));
  }
  next_turn_ = SteadyClock::now() + std::chrono::milliseconds(60'000 / rate);
  return stop.check();
}

Result<ClientResponse> ProviderClient::exchange(http::ClientRequest request, const base::StopCheck& stop) {
  request.stop = stop;
  last_status_ = 0;
  auto answer = http::send(request, outbound_.client);
  if (answer) last_status_ = answer->status;
  return answer;
}

Result<ClientResponse> ProviderClient::send_for_token(http::ClientRequest request, const base::StopCheck& stop) {
  TRY(check_url(request.url));
  auto answer = TRY(exchange(std::move(request), stop));
  if (is_success(answer)) return answer;
  base::Error error = answer_error(answer, "The token endpoint", clock_);
  if (error.code == ErrorCode::bad_request) error.code = ErrorCode::unauthenticated;
  return error;
}

Result<ClientResponse> ProviderClient::send(http::ClientRequest request, const base::StopCheck& stop) {
  TRY(check_url(request.url));
  for (int attempt = 1;; ++attempt) {
    TRY(wait_for_turn(stop));
    TRY(prover_.prove(request, stop));
    auto answer = TRY(exchange(request, stop));
    if (is_success(answer)) return answer;
    // A token may have been revoked before its time: a new one is asked for, once.
    const bool again = answer.status == 401 && attempt == 1 && prover_.forget_token(request);
    if (!again) return answer_error(answer, "'" + origin_of(request.url) + "'", clock_);
  }
}

}  // namespace vedette::federation
