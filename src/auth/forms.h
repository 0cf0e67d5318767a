// Forms that only a page of ours can have sent. A page sets a cookie with a random value, and puts into its form the
// HMAC of that value and of what the form is about, under a key of the installation (state "auth.form_key" of the
// system): another site has the cookie sent with its forms never (SameSite), and could not make the HMAC.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/http/message.h"
#include "vedette/store/entity_store.h"

namespace vedette::auth {

class FormGuard {
 public:
  explicit FormGuard(store::EntityStore& store) : store_(store) {}

  // The value of the browser's cookie, or a new one.
  static std::string cookie_of(const http::Request& request, bool secure);
  static void set_cookie(http::Response& response, std::string_view value, bool secure);
  // What the form's field `guard` holds; `subject` says what the form is about.
  base::Result<std::string> proof(std::string_view cookie, std::string_view subject);
  base::Result<bool> is_ours(const http::Request& request, bool secure, std::string_view proof,
                             std::string_view subject);

 private:
  base::Result<std::string> key();

  store::EntityStore& store_;
  std::mutex mutex_;
  std::string key_;
};

}  // namespace vedette::auth
