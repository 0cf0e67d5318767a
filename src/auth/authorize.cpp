// The authorization endpoint (RFC 6749, section 4.1; RFC 7636): a page on which a user signs in, answered with a code.
//
// Nothing goes to a redirect URI that is not registered; until it is known to be, errors are pages. Every request asks
// for the password: there are no sessions, so that no other page can have a code issued.
#include <algorithm>

#include "authority.h"
#include "pages.h"
#include "redirect_uri.h"
#include "requested_access.h"
#include "vedette/base/base64.h"
#include "vedette/http/percent.h"

namespace vedette::auth {
namespace {

using tl::unexpected;

constexpr size_t query_bytes_max = 8 * 1024;
constexpr size_t state_bytes_max = 4 * 1024;

struct AuthorizationRequest {
  std::string query;  // as it came: the form carries it
  Tenant tenant;
  Application application;
  std::string redirect_uri, response_mode, state, user_name;
  Grant grant;
  std::string challenge;
  bool silent = false;  // prompt=none

  std::string subject() const { return "authorize\n" + tenant.id + "\n" + query; }
};

struct Refused {
  Refusal refusal;
  bool redirects = false;  // what it is of has an address to go to
};

// How the application gets its answer: on the URI, behind '?' or '#', or as a form.
http::Response send_back(const AuthorizationRequest& asked, HiddenFields fields) {
  if (!asked.state.empty()) fields.emplace_back("state", asked.state);
  if (asked.response_mode == "form_post")
    return continue_page(asked.redirect_uri, content_source_of(asked.redirect_uri), fields);
  const bool fragment = asked.response_mode == "fragment";
  std::string url = asked.redirect_uri;
  char separator = fragment ? '#' : url.find('?') == std::string::npos ? '?' : '&';
  for (const auto& [name, value] : fields) {
    url += separator + name + "=" + http::percent_encode(value);
    separator = '&';
  }
  http::Response response;
  response.status = 303;
  response.headers = {
      {"Location", url}, {"Cache-Control", "no-store"}, {"Pragma", "no-cache"}, {"Referrer-Policy", "no-referrer"}};
  return response;
}

http::Response send_error(const AuthorizationRequest& asked, const Refusal& refusal) {
  return send_back(asked, {{"error", refusal.error}, {"error_description", described(refusal)}});
}

http::Response error_page(const Refusal& refusal) {
  return message_page(refusal.status == 401 ? 400 : refusal.status, "Sign-in is not possible", described(refusal));
}

// Whom it is about and where it may go: before both are certain, nothing is sent anywhere.
tl::expected<void, Refusal> read_parties(Authority& authority, const Form& form, std::string_view tenant_name,
                                         AuthorizationRequest& asked) {
  const std::string client_id = form.text("client_id");
  if (client_id.empty()) return unexpected(invalid_request(900144, "The parameter 'client_id' is missing."));
  auto tenant = authority.tenant_of(tenant_name, client_id);
  if (!tenant) return unexpected(tenant.error());
  asked.tenant = std::move(*tenant);
  auto application = authority.identity.directory.find_application(asked.tenant.id, client_id);
  if (!application) return unexpected(authority.problem(application.error()));
  if (!*application)
    return unexpected(Refusal{400, "unauthorized_client", 700016, "The application is unknown in this tenant."});
  asked.application = std::move(**application);
  asked.redirect_uri = form.text("redirect_uri");
  if (asked.redirect_uri.empty())
    return unexpected(invalid_request(900144, "The parameter 'redirect_uri' is missing."));
  if (!is_registered_redirect_uri(asked.application, asked.redirect_uri))
    return unexpected(invalid_request(50011, "The redirect URI is none of those registered for the application."));
  return {};
}

tl::expected<void, Refusal> read_challenge(const Form& form, AuthorizationRequest& asked) {
  asked.challenge = form.text("code_challenge");
  const std::string method = form.text("code_challenge_method");
  if (asked.challenge.empty()) {
    if (!asked.application.is_public && method.empty()) return {};
    return unexpected(invalid_request(9002325, "A code challenge is needed (PKCE)."));
  }
  const auto digest = base::decode_base64url(asked.challenge);
  if (method != "S256") return unexpected(invalid_request(501491, "The code challenge's method must be S256."));
  if (!digest || digest->size() != 32)
    return unexpected(invalid_request(501492, "The code challenge is none of S256."));
  return {};
}

tl::expected<void, Refusal> read_rest(Authority& authority, const http::Request& request, const Form& form,
                                      Version version, AuthorizationRequest& asked) {
  asked.state = form.text("state");
  if (asked.state.size() > state_bytes_max)
    return unexpected(
        invalid_request(900144, "The state is longer than " + std::to_string(state_bytes_max) + " bytes."));
  asked.response_mode = form.text("response_mode");
  constexpr std::string_view modes[] = {"", "query", "fragment", "form_post"};
  if (std::find(std::begin(modes), std::end(modes), asked.response_mode) == std::end(modes)) {
    asked.response_mode.clear();
    return unexpected(invalid_request(900144, "The response mode must be query, fragment or form_post."));
  }
  if (form.text("response_type") != "code")
    return unexpected(Refusal{400, "unsupported_response_type", 700054, "The only supported response type is 'code'."});
  if (auto good = read_challenge(form, asked); !good) return good;
  const std::string scope = form.text("scope");
  if (version == Version::v2 && scope.empty())
    return unexpected(invalid_request(900144, "The parameter 'scope' is missing."));
  const auto access = version == Version::v2
                          ? parse_scope(scope, request, authority.identity.address)
                          : parse_resource(form.text("resource"), request, authority.identity.address);
  if (!access) return unexpected(access.error());
  auto granted = grant_scopes(*access, asked.application.scopes);
  if (!granted) return unexpected(granted.error());
  asked.grant = {
      asked.application.client_id,       {}, std::move(*granted), access->audience, access->offline, access->openid,
      form.text("nonce").substr(0, 1024)};
  asked.user_name = form.text("login_hint");
  const std::string prompt = form.text("prompt");
  asked.silent = (" " + prompt + " ").find(" none ") != std::string::npos;
  return {};
}

tl::expected<AuthorizationRequest, Refused> read(Authority& authority, const http::Request& request,
                                                 std::string_view query, std::string_view tenant_name, Version version,
                                                 AuthorizationRequest& asked) {
  if (query.size() > query_bytes_max)
    return unexpected(Refused{invalid_request(
        900144, "The authorization request is longer than " + std::to_string(query_bytes_max) + " bytes.")});
  asked.query = query;
  const auto form = Form::parse(query);
  if (!form) return unexpected(Refused{invalid_request(900144, form.error().message)});
  if (const auto good = read_parties(authority, *form, tenant_name, asked); !good)
    return unexpected(Refused{good.error()});
  if (const auto good = read_rest(authority, request, *form, version, asked); !good)
    return unexpected(Refused{good.error(), true});
  return asked;
}

http::Response show_page(Authority& authority, const http::Request& request, const AuthorizationRequest& asked,
                         const std::string& user_name, const Refusal* problem) {
  const bool secure = authority.is_secure(request);
  const std::string cookie = FormGuard::cookie_of(request, secure);
  const auto proof = authority.forms.proof(cookie, asked.subject());
  if (!proof) return error_page(authority.problem(proof.error()));
  SignInPage page;
  page.application = asked.application.name;
  page.scopes = asked.grant.scopes;
  page.user_name = user_name;
  page.action = std::string(request.split_target().path);
  page.hidden = {{"request", asked.query}, {"guard", *proof}};
  page.leads_to = content_source_of(asked.redirect_uri);
  if (problem) {
    page.problem = problem->description;
    page.status = problem->status;
  }
  auto response = sign_in_page(page);
  FormGuard::set_cookie(response, cookie, secure);
  if (problem && problem->status == 429) response.headers.set("Retry-After", std::to_string(problem->retry_after_s));
  return response;
}

http::Response sign_in(Authority& authority, const http::Request& request, const Form& form,
                       AuthorizationRequest asked) {
  const auto ours = authority.forms.is_ours(request, authority.is_secure(request), form.text("guard"), asked.subject());
  if (!ours) return error_page(authority.problem(ours.error()));
  if (!*ours) {
    const Refusal stale{403, "invalid_request", 900421, "The page was too old. Please sign in again."};
    return show_page(authority, request, asked, {}, &stale);
  }
  if (form.text("action") == "cancel") return send_error(asked, {400, "access_denied", 65004, "The user refused."});
  const auto user = authority.sign_in(request, asked.tenant, form, asked.grant);
  if (!user) return show_page(authority, request, asked, form.text("username"), &user.error());
  asked.grant.user_id = user->id;
  asked.grant.created = authority.identity.clock.now();
  const auto code = authority.grants.issue_code(asked.tenant.id, asked.grant, {asked.redirect_uri, asked.challenge});
  if (!code) return send_error(asked, authority.problem(code.error()));
  return send_back(asked, {{"code", *code}});
}

}  // namespace

http::Response answer_authorize(Authority& authority, const http::Request& request, std::string_view tenant,
                                Version version) {
  const bool posts = request.method == "POST";
  const auto form = posts ? read_form(request) : tl::expected<Form, Refusal>(Form());
  if (!form) return error_page(form.error());
  AuthorizationRequest asked;
  const std::string carried = form->text("request");
  const std::string_view query = posts ? carried : request.split_target().query.value_or("");
  auto read_request = read(authority, request, query, tenant, version, asked);
  if (!read_request && !read_request.error().redirects) return error_page(read_request.error().refusal);
  if (!read_request) return send_error(asked, read_request.error().refusal);
  if (posts) return sign_in(authority, request, *form, std::move(asked));
  if (asked.silent)
    return send_error(asked, {400, "login_required", 50058, "The user has to sign in, which prompt=none forbids."});
  return show_page(authority, request, asked, asked.user_name, nullptr);
}

}  // namespace vedette::auth
