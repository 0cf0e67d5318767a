#include "push_proof.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>

#include "digest.h"
#include "vedette/base/ascii_case.h"
#include "vedette/base/base64.h"
#include "vedette/base/hexadecimal.h"
#include "vedette/ingest/record_reader.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;
using Algorithm = PushTransport::Algorithm;
using Encoding = PushTransport::Encoding;

namespace {

bool is_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::optional<std::string> decoded(Encoding encoding, std::string_view text) {
  switch (encoding) {
    case Encoding::hex:
      return base::from_hexadecimal(text);
    case Encoding::base64:
      return base::decode_base64(text);
    case Encoding::text:
      break;
  }
  return std::string(text);
}

const EVP_MD* digest_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::sha1:
      return EVP_sha1();
    case Algorithm::sha512:
      return EVP_sha512();
    case Algorithm::none:
    case Algorithm::sha256:
      break;
  }
  return EVP_sha256();
}

// The values in a field that begin with the prefix, without it. Fields hold one, or several with commas or blanks
// between them.
std::vector<std::string_view> values_in(std::string_view field, std::string_view prefix) {
  std::vector<std::string_view> values;
  while (!field.empty() && values.size() < signatures_max) {
    const size_t end = std::min(field.find_first_of(", "), field.size());
    const std::string_view item = field.substr(0, end);
    if (item.size() > prefix.size() && item.starts_with(prefix)) values.push_back(item.substr(prefix.size()));
    field.remove_prefix(std::min(end + 1, field.size()));
  }
  return values;
}

// Seconds or milliseconds since 1970, or ISO 8601.
std::optional<base::DateTime> time_of(std::string_view text) {
  constexpr size_t digits_of_seconds_max = 11, digits_max = 14;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0 || text.size() > digits_max)
    return base::parse_iso_date_time(text);
  const int64_t unit = text.size() > digits_of_seconds_max ? base::ticks_per_second / 1000 : base::ticks_per_second;
  return base::DateTime{base::unix_epoch_ticks + number * unit};
}

Result<std::string> timestamp_of(const PushTransport& rule, const http::Request& request, base::DateTime now) {
  if (rule.timestamp.empty()) return std::string();
  const std::string_view field = request.headers.get(rule.timestamp);
  const auto values = rule.timestamp_prefix.empty() ? std::vector{field} : values_in(field, rule.timestamp_prefix);
  const auto time = values.empty() ? std::nullopt : time_of(values.front());
  if (!time) return fail(ErrorCode::unauthenticated, "The field '" + rule.timestamp + "' of the request is no time.");
  const int64_t apart = std::abs((*time - now).ticks);
  if (apart > rule.tolerance.count() * base::ticks_per_second)
    return fail(ErrorCode::unauthenticated, "The request was made more than " + std::to_string(rule.tolerance.count()) +
                                                " seconds before or after now.");
  return std::string(values.front());
}

Status check_signature(const PushTransport& rule, std::string_view key, std::string_view field,
                       const TextTemplate::Lookup& parts) {
  const auto wrong = [&] { return fail(ErrorCode::unauthenticated, "The signature of the request is wrong."); };
  if (rule.algorithm == Algorithm::none) {
    const bool begins = field.starts_with(rule.prefix);
    return is_equal(field.substr(begins ? rule.prefix.size() : field.size()), key) ? Status() : wrong();
  }
  const std::string expected = TRY(hmac(digest_of(rule.algorithm), key, TRY(rule.signed_text.text(parts))));
  bool fits = false;
  for (const std::string_view value : values_in(field, rule.prefix)) {
    const auto bytes = decoded(rule.encoding, value);
    fits |= bytes && is_equal(*bytes, expected);
  }
  return fits ? Status() : wrong();
}

}  // namespace

Result<std::string> push_key(const PushTransport& rule, const std::string& secret) {
  auto key = decoded(rule.secret_encoding, secret);
  if (key && !key->empty()) return std::move(*key);
  return fail(ErrorCode::bad_request,
              "The setting 'signing_secret' is not in the encoding that the connector asks for.");
}

Result<std::string> prove_push(const PushTransport& rule, std::string_view key, const http::Request& request,
                               base::DateTime now) {
  const auto* field = request.headers.find(rule.signature);
  if (!field) return fail(ErrorCode::unauthenticated, "The request has no field '" + rule.signature + "'.");
  const std::string timestamp = TRY(timestamp_of(rule, request, now));
  const std::string delivery(rule.delivery.empty() ? "" : request.headers.get(rule.delivery));
  TRY(check_signature(rule, key, *field, [&](const std::string& name) -> std::optional<std::string> {
    if (name == "body") return request.body;
    return name == "timestamp" ? timestamp : delivery;
  }));
  if (!delivery.empty()) return delivery;
  return ingest::content_hash(ingest::memory_input("body", request.body));
}

}  // namespace vedette::federation
