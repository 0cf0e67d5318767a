#include "token_request.h"

#include "vedette/base/base64.h"
#include "vedette/http/percent.h"

namespace vedette::auth {
namespace {

using base::ErrorCode;
using base::fail;

base::Result<std::string> decode_form_text(std::string_view text) {
  return http::percent_decode(text, http::Plus::blank);
}

// The padding may be missing.
std::optional<std::string> decode_padded(std::string_view text) {
  std::string whole(text.substr(0, text.find_last_not_of('=') + 1));
  while (whole.size() % 4 != 0) whole += '=';
  return base::decode_base64(whole);
}

base::Result<ClientCredentials> read_basic(std::string_view value) {
  const base::Error malformed = fail(ErrorCode::bad_request, "The field Authorization is malformed.");
  const size_t blank = value.find(' ');
  if (blank == value.npos || !http::equal_ignoring_case(value.substr(0, blank), "Basic"))
    return fail(ErrorCode::unauthenticated, "The field Authorization must use the scheme Basic.");
  value.remove_prefix(blank);
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  const auto pair = decode_padded(value);
  const size_t colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos) return malformed;
  auto id = decode_form_text(std::string_view(*pair).substr(0, colon));
  auto secret = decode_form_text(std::string_view(*pair).substr(colon + 1));
  if (!id || !secret) return malformed;
  return ClientCredentials{std::move(*id), std::move(*secret)};
}

}  // namespace

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
