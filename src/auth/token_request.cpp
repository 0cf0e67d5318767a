#include "token_request.h"

#include "vedette/base/utf8.h"

namespace vedette::auth {
namespace {

using base::ErrorCode;
using base::fail;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

enum class Plus : uint8_t { itself, blank };

std::optional<std::string> decode(std::string_view text, Plus plus) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i] == '+' && plus == Plus::blank ? ' ' : text[i];
    }
  }
  if (out.find('\0') != out.npos || !base::is_valid_utf8(out)) return std::nullopt;
  return out;
}

std::optional<std::string> decode_form_text(std::string_view text) { return decode(text, Plus::blank); }

// Standard base64 with its padding optional, as RFC 7617 has it.
std::optional<std::string> decode_base64(std::string_view text) {
  static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string out;
  uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const size_t value = alphabet.find(c);
    if (value == alphabet.npos) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>(bits >> held & 255);
  }
  return out;
}

base::Result<ClientCredentials> read_basic(std::string_view value) {
  const base::Error malformed = fail(ErrorCode::bad_request, "The field Authorization is malformed.");
  const size_t blank = value.find(' ');
  if (blank == value.npos || !http::equal_ignoring_case(value.substr(0, blank), "Basic"))
    return fail(ErrorCode::unauthenticated, "The field Authorization must use the scheme Basic.");
  value.remove_prefix(blank);
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  const auto pair = decode_base64(value);
  const size_t colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos) return malformed;
  auto id = decode_form_text(std::string_view(*pair).substr(0, colon));
  auto secret = decode_form_text(std::string_view(*pair).substr(colon + 1));
  if (!id || !secret) return malformed;
  return ClientCredentials{std::move(*id), std::move(*secret)};
}

}  // namespace

std::optional<std::string> decode_percent(std::string_view text) { return decode(text, Plus::itself); }

base::Result<Form> Form::parse(std::string_view text) {
  Form form;
  while (!text.empty()) {
    const size_t end = text.find('&');
    const std::string_view parameter = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (parameter.empty()) continue;
    const size_t equals = parameter.find('=');
    auto name = decode_form_text(parameter.substr(0, equals));
    auto value = decode_form_text(equals == parameter.npos ? std::string_view() : parameter.substr(equals + 1));
    if (!name || !value) return fail(ErrorCode::bad_request, "The request body is not well-formed.");
    for (const auto& known : form.parameters_)
      if (known.first == *name) return fail(ErrorCode::bad_request, "The request body has a parameter more than once.");
    if (form.parameters_.size() == parameters_max)
      return fail(ErrorCode::bad_request,
                  "The request body has more than " + std::to_string(parameters_max) + " parameters.");
    form.parameters_.emplace_back(std::move(*name), std::move(*value));
  }
  return form;
}

const std::string* Form::find(std::string_view name) const {
  for (const auto& parameter : parameters_)
    if (parameter.first == name) return parameter.second.empty() ? nullptr : &parameter.second;
  return nullptr;
}

std::string Form::text(std::string_view name) const {
  const std::string* const value = find(name);
  return value ? *value : std::string();
}

base::Result<ClientCredentials> read_credentials(const http::Request& request, const Form& form) {
  const std::string* const id = form.find("client_id");
  const std::string* const secret = form.find("client_secret");
  if (form.find("client_assertion") || form.find("client_assertion_type"))
    return fail(ErrorCode::unauthenticated, "Client assertions are not supported yet; use a client secret.");
  const size_t fields = request.headers.count("Authorization");
  if (fields > 1 || (fields == 1 && secret))
    return fail(ErrorCode::bad_request, "The request has more than one kind of client credentials.");
  if (fields == 1) {
    auto basic = TRY(read_basic(request.headers.get("Authorization")));
    if (id && *id != basic.client_id) return fail(ErrorCode::bad_request, "The request names two different clients.");
    return basic;
  }
  if (!id) return fail(ErrorCode::bad_request, "The request body must contain the parameter 'client_id'.");
  if (!secret) return fail(ErrorCode::unauthenticated, "The request body must contain the parameter 'client_secret'.");
  return ClientCredentials{*id, *secret};
}

}  // namespace vedette::auth
