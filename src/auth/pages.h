// The pages that people see when they sign in: plain HTML, readable by any browser and screen reader, without scripts,
// pictures or anything from elsewhere. A policy forbids the browser all that the page does not need.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vedette/http/message.h"

namespace vedette::auth {

using HiddenFields = std::vector<std::pair<std::string, std::string>>;

struct SignInPage {
  int status = 200;
  std::string application;          // its name
  std::vector<std::string> scopes;  // what it asks for
  std::string problem;              // of the attempt before; "" at first
  std::string user_name;            // filled in already
  std::string action;               // where the form goes: a path of this server
  HiddenFields hidden;
  std::string leads_to;  // a source that the answer redirects to, beside this server; "" for none
};
http::Response sign_in_page(const SignInPage& page);

struct CodePage {
  int status = 200;
  std::string problem, code, action;
  HiddenFields hidden;
};
// Where a person types the code that a device shows.
http::Response code_page(const CodePage& page);

http::Response message_page(int status, std::string_view title, std::string_view text);

// An answer for the application as a form, which the person sends on (response_mode=form_post).
http::Response continue_page(std::string_view redirect_uri, std::string_view source, const HiddenFields& fields);

std::string escape_html(std::string_view text);

}  // namespace vedette::auth
