// Devices without a browser (RFC 8628): they show a code, which a user types into a page of this server, where the user
// signs in and so lets the device in.
#include "authority.h"
#include "pages.h"
#include "requested_access.h"
#include "vedette/json/value.h"

namespace vedette::auth {
namespace {

using tl::unexpected;

// "BCDF-GHJK-L", easier to type.
std::string grouped(const std::string& code) {
  return code.substr(0, 3) + "-" + code.substr(3, 3) + "-" + code.substr(6);
}

tl::expected<Grant, Refusal> read_device_request(Authority& authority, const http::Request& request, const Form& form,
                                                 const Tenant& tenant, Version version) {
  const auto application = authority.identify_client(request, form, tenant);
  if (!application) return unexpected(application.error());
  const Identity& identity = authority.identity;
  if (version == Version::v2 && !form.find("scope"))
    return unexpected(invalid_request(900144, "The request body must contain the parameter 'scope'."));
  const auto access = version == Version::v2 ? parse_scope(form.text("scope"), request, identity.address)
                                             : parse_resource(form.text("resource"), request, identity.address);
  if (!access) return unexpected(access.error());
  auto scopes = grant_scopes(*access, application->scopes);
  if (!scopes) return unexpected(scopes.error());
  return Grant{application->client_id, {}, std::move(*scopes),  access->audience, access->offline,
               access->openid,         {}, identity.clock.now()};
}

// The page's one form, in its two states.
struct DevicePage {
  Authority& authority;
  const http::Request& request;
  const Tenant& tenant;
  std::string cookie;

  http::Response with_guard(std::string_view subject, HiddenFields& hidden,
                            const std::function<http::Response()>& make) const {
    const auto proof = authority.forms.proof(cookie, subject);
    if (!proof) {
      const Refusal refusal = authority.problem(proof.error());
      return message_page(500, "Sign-in is not possible", described(refusal));
    }
    hidden.emplace_back("guard", *proof);
    auto response = make();
    FormGuard::set_cookie(response, cookie, authority.is_secure(request));
    return response;
  }
  std::string action() const { return std::string(request.split_target().path); }

  http::Response ask_code(const std::string& code, const Refusal* problem) const {
    CodePage page{problem ? problem->status : 200, problem ? problem->description : "", code, action(), {}};
    return with_guard("device code\n" + tenant.id, page.hidden, [&] { return code_page(page); });
  }
  http::Response ask_password(const std::string& code, const Grant& grant, const std::string& user_name,
                              const Refusal* problem) const {
    const auto application = authority.identity.directory.find_application(tenant.id, grant.client_id);
    SignInPage page;
    page.application = application && *application ? (*application)->name + " on a device" : "A device";
    page.scopes = grant.scopes;
    page.user_name = user_name;
    page.action = action();
    page.hidden = {{"user_code", code}, {"step", "sign_in"}};
    if (problem) page.problem = problem->description, page.status = problem->status;
    return with_guard(password_subject(code), page.hidden, [&] { return sign_in_page(page); });
  }
  std::string password_subject(const std::string& code) const { return "device\n" + tenant.id + "\n" + code; }
};

Refusal unknown_code() {
  return {400, "bad_verification_code", 70019, "The code is wrong, or its time is over. Look at your device again."};
}

http::Response decide(const DevicePage& page, const std::string& code, DeviceState state, const std::string& user_id) {
  const auto decided = page.authority.grants.decide_device(page.tenant.id, code, state, user_id);
  if (!decided) return message_page(500, "Sign-in is not possible", described(page.authority.problem(decided.error())));
  const Refusal unknown = unknown_code();
  if (!*decided) return page.ask_code("", &unknown);
  if (state == DeviceState::refused) return message_page(200, "Refused", "The device gets no access.");
  return message_page(200, "Signed in", "Go on at your device. You can close this page.");
}

http::Response sign_in(const DevicePage& page, const Form& form, const std::string& code, const Grant& grant) {
  Authority& authority = page.authority;
  const auto ours = authority.forms.is_ours(page.request, authority.is_secure(page.request), form.text("guard"),
                                            page.password_subject(code));
  if (!ours) return message_page(500, "Sign-in is not possible", described(authority.problem(ours.error())));
  if (!*ours) {
    const Refusal stale{403, "invalid_request", 900421, "The page was too old. Please sign in again."};
    return page.ask_password(code, grant, {}, &stale);
  }
  if (form.text("action") == "cancel") return decide(page, code, DeviceState::refused, {});
  const auto user = authority.sign_in(page.request, page.tenant, form, grant);
  if (!user) {
    const Refusal& refusal = user.error();
    auto response = page.ask_password(code, grant, form.text("username"), &refusal);
    if (refusal.status == 429) response.headers.set("Retry-After", std::to_string(refusal.retry_after_s));
    return response;
  }
  return decide(page, code, DeviceState::approved, user->id);
}

http::Response take_code(const DevicePage& page, const Form& form) {
  const std::string code = form.text("user_code");
  const auto device = page.authority.grants.find_device(page.tenant.id, code);
  if (!device) return message_page(500, "Sign-in is not possible", described(page.authority.problem(device.error())));
  if (!*device) {
    const Refusal unknown = unknown_code();
    return page.ask_code("", &unknown);
  }
  if (form.text("step") == "sign_in") return sign_in(page, form, code, **device);
  return page.ask_password(code, **device, {}, nullptr);
}

}  // namespace

http::Response answer_device_code(Authority& authority, const http::Request& request, std::string_view tenant_name,
                                  Version version) {
  const auto form = read_form(request);
  if (!form) return authority.refuse(request, form.error());
  const std::string client_id = form->text("client_id");
  const auto tenant = authority.tenant_of(tenant_name, client_id);
  if (!tenant) return authority.refuse(request, tenant.error());
  const auto grant = read_device_request(authority, request, *form, *tenant, version);
  if (!grant) return authority.refuse(request, grant.error());
  const auto made = authority.grants.issue_device_code(tenant->id, *grant, request.peer_address);
  if (!made && made.error().code == base::ErrorCode::too_many_requests)
    return authority.refuse(request, try_later(made.error()));
  if (!made) return authority.refuse(request, authority.problem(made.error()));
  const std::string page = authority.identity.address.link_root(request) + "/" + tenant->id + "/oauth2/deviceauth";
  const std::string code = grouped(made->user_code);
  json::Object body{{"user_code", code},
                    {"device_code", made->device_code},
                    {version == Version::v2 ? "verification_uri" : "verification_url", page},
                    {"expires_in", Grants::device_seconds},
                    {"interval", Grants::device_interval_seconds},
                    {"message", "To sign in, open the page " + page + " and enter the code " + code + "."}};
  if (version == Version::v2) body["verification_uri_complete"] = page + "?user_code=" + code;
  if (version == Version::v1)
    for (const char* number : {"expires_in", "interval"}) body[number] = std::to_string(body[number].get_int64());
  return json_response(200, json::to_text(body));
}

http::Response answer_device_page(Authority& authority, const http::Request& request, std::string_view tenant_name) {
  const auto refuse = [](const Refusal& refusal) {
    return message_page(refusal.status == 401 ? 400 : refusal.status, "Sign-in is not possible", described(refusal));
  };
  const auto tenant = authority.tenant_of(tenant_name, "");
  if (!tenant) return refuse(tenant.error());
  const DevicePage page{authority, request, *tenant, FormGuard::cookie_of(request, authority.is_secure(request))};
  if (request.method == "POST") {
    const auto form = read_form(request);
    return form ? take_code(page, *form) : refuse(form.error());
  }
  const auto query = Form::parse(request.split_target().query.value_or(""));
  return page.ask_code(query ? query->text("user_code").substr(0, 64) : "", nullptr);
}

}  // namespace vedette::auth
