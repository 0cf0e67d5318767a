#include "aws_signature.h"

#include <algorithm>
#include <map>
#include <vector>

#include "digest.h"
#include "vedette/base/ascii_case.h"
#include "vedette/base/hexadecimal.h"
#include "vedette/http/percent.h"

namespace vedette::federation {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

base::Result<std::string> sha256_text(std::string_view bytes) {
  return base::hexadecimal(TRY(digest(EVP_sha256(), bytes)));
}

struct UrlParts {
  std::string host, path, query;
};

UrlParts parts_of(std::string_view url) {
  UrlParts parts;
  const size_t scheme = url.find("://");
  if (scheme == url.npos) return parts;
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('#'));
  const size_t query = std::min(url.find('?'), url.size());
  if (query < url.size()) parts.query = url.substr(query + 1);
  url = url.substr(0, query);
  const size_t path = std::min(url.find('/'), url.size());
  parts.host = base::ascii_lower(url.substr(0, path));
  parts.path = path < url.size() ? std::string(url.substr(path)) : "/";
  return parts;
}

// Each segment is encoded once more than it is on the wire.
std::string canonical_path(std::string_view path) {
  std::string canonical;
  for (size_t begin = 0; begin < path.size();) {
    canonical += '/';
    const size_t end = std::min(path.find('/', begin + 1), path.size());
    canonical += http::percent_encode(path.substr(begin + 1, end - begin - 1));
    begin = end;
  }
  return canonical;
}

// In the order of names, then values; a name alone has an empty value.
std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> options;
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view option = query.substr(0, end);
    const size_t equals = std::min(option.find('='), option.size());
    if (!option.empty())
      options.emplace_back(option.substr(0, equals), option.substr(std::min(equals + 1, option.size())));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  std::sort(options.begin(), options.end());
  std::string canonical;
  for (const auto& [name, value] : options) canonical += (canonical.empty() ? "" : "&") + name + "=" + value;
  return canonical;
}

// "20150830T123600Z" of "2015-08-30T12:36:00Z".
std::string basic_form(base::DateTime time) {
  const std::string text = base::format_date_time({time.ticks - time.ticks % base::ticks_per_second});
  std::string basic;
  for (const char c : text.substr(0, text.find_first_of(".Z")))
    if (c != '-' && c != ':') basic += c;
  return basic + "Z";
}

struct SignedHeaders {
  std::string lines, names;  // "name:value\n" each, and "a;b"
};

SignedHeaders signed_headers(const http::ClientRequest& request, const std::string& host) {
  std::map<std::string, std::string> headers{{"host", host}};
  for (const char* name : {"Content-Type", "X-Amz-Date", "X-Amz-Security-Token"}) {
    const std::string_view value = request.headers.get(name);
    if (!value.empty()) headers[base::ascii_lower(name)] = value;
  }
  SignedHeaders out;
  for (const auto& [name, value] : headers) {
    out.lines += name + ":" + value + "\n";
    out.names += (out.names.empty() ? "" : ";") + name;
  }
  return out;
}

}  // namespace

base::Status sign_aws_request(http::ClientRequest& request, const AwsCredentials& credentials, base::DateTime now) {
  const UrlParts url = parts_of(request.url);
  if (url.host.empty()) return base::fail(base::ErrorCode::bad_request, "A request without a host cannot be signed.");
  const std::string time = basic_form(now), day = time.substr(0, 8);
  request.headers.set("X-Amz-Date", time);
  if (!credentials.session_token.empty()) request.headers.set("X-Amz-Security-Token", credentials.session_token);
  const auto headers = signed_headers(request, url.host);
  const std::string body_hash = TRY(sha256_text(request.body));
  const std::string canonical = request.method + "\n" + canonical_path(url.path) + "\n" + canonical_query(url.query) +
                                "\n" + headers.lines + "\n" + headers.names + "\n" + body_hash;
  const std::string scope = day + "/" + credentials.region + "/" + credentials.service + "/aws4_request";
  const std::string hash = TRY(sha256_text(canonical));
  const std::string to_sign = std::string(algorithm) + "\n" + time + "\n" + scope + "\n" + hash;
  std::string key = "AWS4" + credentials.secret_access_key;
  for (const std::string& part : {day, credentials.region, credentials.service, std::string("aws4_request")})
    key = TRY(hmac(EVP_sha256(), key, part));
  const std::string signature = base::hexadecimal(TRY(hmac(EVP_sha256(), key, to_sign)));
  request.headers.set("Authorization", std::string(algorithm) + " Credential=" + credentials.access_key_id + "/" +
                                           scope + ", SignedHeaders=" + headers.names + ", Signature=" + signature);
  return {};
}

}  // namespace vedette::federation
