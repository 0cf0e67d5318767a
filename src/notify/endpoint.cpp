#include "vedette/notify/endpoint.h"

#include "vedette/base/ascii_case.h"
#include "vedette/base/guid.h"
#include "vedette/http/percent.h"

namespace vedette::notify {

using base::ErrorCode;

namespace {

constexpr uint64_t answer_bytes_max = 64 << 10;

base::Error wrong(const std::string& property, std::string message) {
  return base::fail(ErrorCode::bad_request, std::move(message)).with_target(property);
}

bool starts_with_name(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && base::equal_ignoring_ascii_case(text.substr(0, prefix.size()), prefix);
}

}  // namespace

base::Status check_url(std::string_view url, Schemes schemes, const std::string& property) {
  if (url.size() > url_bytes_max)
    return wrong(property, "'" + property + "' has more than " + std::to_string(url_bytes_max) + " bytes.");
  for (const std::string_view scheme : {"EventHub:", "EventGrid:"})
    if (starts_with_name(url, scheme))
      return wrong(property,
                   "Delivery to '" + std::string(scheme) + "' is not supported; '" + property + "' is an https URL.");
  const bool https = starts_with_name(url, "https://");
  const bool http = starts_with_name(url, "http://") && schemes == Schemes::https_and_http;
  if (!https && !http) return wrong(property, "'" + property + "' must start with https://.");
  for (const char c : url)
    if (c <= ' ' || c == 0x7f || c == '#' || c == '\\')
      return wrong(property, "'" + property + "' is no URL: blanks, fragments and control characters do not belong.");
  const std::string_view rest = url.substr(https ? 8 : 7);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  if (authority.empty() || authority.starts_with(':') || authority.find('@') != authority.npos)
    return wrong(property, "'" + property + "' must name a host, without a user.");
  return {};
}

base::Status validate_endpoint(const std::string& url, const std::string& property, const Send& send,
                               const base::StopCheck& stop) {
  const std::string token = "Validation: is this receiver wanted? Request " + base::to_string(base::random_guid());
  http::ClientRequest request;
  request.method = "POST";
  request.url = url + (url.find('?') == url.npos ? "?" : "&") + "validationToken=" + http::percent_encode(token);
  request.headers.set("Content-Type", "text/plain; charset=utf-8");
  request.stop = stop;
  const auto failed = [&](const std::string& why) {
    return wrong(property, "Subscription validation request failed. " + why +
                               " The receiver must answer 200 with the decoded validationToken as text/plain.");
  };
  const auto answer = send(request);
  if (!answer && answer.error().code == ErrorCode::cancelled) return answer.error();
  if (!answer) return failed(answer.error().message);
  if (answer->status != 200) return failed("'" + property + "' answered " + std::to_string(answer->status) + ".");
  const std::string_view type = answer->headers.get("Content-Type");
  if (!base::equal_ignoring_ascii_case(type.substr(0, type.find_first_of("; ")), "text/plain"))
    return failed("The answer of '" + property + "' is not text/plain.");
  if (answer->body != token) return failed("'" + property + "' answered with something else than the token.");
  return {};
}

http::ClientOptions handshake_options(http::ClientOptions options) {
  options.connect_timeout = options.timeout = handshake_timeout;
  options.body_bytes_max = answer_bytes_max;
  return options;
}

}  // namespace vedette::notify
