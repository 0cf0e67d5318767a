#include "pages.h"

#include "digest.h"
#include "vedette/base/base64.h"

namespace vedette::auth {
namespace {

constexpr std::string_view style =
    "body{font:1.1rem/1.5 sans-serif;max-width:30rem;margin:3rem auto;padding:0 1rem;color:#111;background:#fff}"
    "label,input,button{display:block;font:inherit}input{width:100%;box-sizing:border-box;padding:.5rem;"
    "margin:.2rem 0 1rem;border:1px solid #555}button{padding:.5rem 1.5rem;margin:.5rem 0}"
    ".problem{border-left:.3rem solid #b00;padding-left:.7rem;color:#900}";

// As policies name hashes.
std::string style_hash() { return base::encode_base64(as_bytes(sha256(style))); }

http::Response page(int status, std::string_view title, const std::string& content, std::string_view form_targets) {
  static const std::string hash = style_hash();
  http::Response response;
  response.status = status;
  response.headers = {
      {"Content-Type", "text/html; charset=utf-8"},
      {"Cache-Control", "no-store"},
      {"Pragma", "no-cache"},
      {"Content-Security-Policy", "default-src 'none'; style-src 'sha256-" + hash + "'; form-action " +
                                      std::string(form_targets) + "; frame-ancestors 'none'; base-uri 'none'"},
      {"X-Frame-Options", "DENY"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"}};
  response.body =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      escape_html(title) + "</title>\n<style>" + std::string(style) + "</style>\n</head>\n<body>\n<main>\n<h1>" +
      escape_html(title) + "</h1>\n" + content + "</main>\n</body>\n</html>\n";
  return response;
}

std::string problem_of(std::string_view problem) {
  if (problem.empty()) return {};
  return "<p class=\"problem\" role=\"alert\" id=\"problem\">" + escape_html(problem) + "</p>\n";
}

std::string form(std::string_view action, const HiddenFields& hidden, const std::string& content) {
  std::string text = "<form method=\"post\" action=\"" + escape_html(action) + "\">\n";
  for (const auto& [name, value] : hidden)
    text += "<input type=\"hidden\" name=\"" + escape_html(name) + "\" value=\"" + escape_html(value) + "\">\n";
  return text + content + "</form>\n";
}

std::string field(std::string_view name, std::string_view label, std::string_view rest, std::string_view value) {
  const std::string id(name);
  return "<label for=\"" + id + "\">" + std::string(label) + "</label>\n<input id=\"" + id + "\" name=\"" + id +
         "\" value=\"" + escape_html(value) + "\" required " + std::string(rest) + ">\n";
}

std::string button(std::string_view value, std::string_view text, bool skips_fields) {
  return "<button type=\"submit\" name=\"action\" value=\"" + std::string(value) + "\"" +
         (skips_fields ? " formnovalidate" : "") + ">" + std::string(text) + "</button>\n";
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  return out;
}

http::Response sign_in_page(const SignInPage& data) {
  std::string content = problem_of(data.problem);
  content += "<p><strong>" + escape_html(data.application) + "</strong> asks to act for you";
  if (!data.scopes.empty()) {
    content += ", with:</p>\n<ul>\n";
    for (const auto& scope : data.scopes) content += "<li>" + escape_html(scope) + "</li>\n";
    content += "</ul>\n";
  } else {
    content += ".</p>\n";
  }
  const std::string described = data.problem.empty() ? "" : " aria-describedby=\"problem\"";
  content +=
      form(data.action, data.hidden,
           field("username", "User name",
                 "type=\"text\" autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\"" + described,
                 data.user_name) +
               field("password", "Password", "type=\"password\" autocomplete=\"current-password\"" + described, "") +
               button("sign_in", "Sign in", false) + button("cancel", "Cancel", true));
  return page(data.status, "Sign in", content, data.leads_to.empty() ? "'self'" : "'self' " + data.leads_to);
}

http::Response code_page(const CodePage& data) {
  const std::string content =
      problem_of(data.problem) + "<p>Type the code that your device shows.</p>\n" +
      form(data.action, data.hidden,
           field("user_code", "Code", "type=\"text\" autocomplete=\"off\" autocapitalize=\"characters\"", data.code) +
               button("next", "Next", false));
  return page(data.status, "Connect a device", content, "'self'");
}

http::Response message_page(int status, std::string_view title, std::string_view text) {
  return page(status, title, "<p>" + escape_html(text) + "</p>\n", "'none'");
}

http::Response continue_page(std::string_view redirect_uri, std::string_view source, const HiddenFields& fields) {
  const std::string content = "<p>You go on to the application.</p>\n" +
                              form(redirect_uri, fields, "<button type=\"submit\">Continue</button>\n");
  return page(200, "Signed in", content, source);
}

}  // namespace vedette::auth
