// `serve --demo`: a tenant, an application that may do everything, and the shipped scenario.
//
// Started again on the same folder, it finds its tenant, its data and its application; nothing is loaded twice.
#pragma once

#include <string>

#include "installation.h"

namespace vedette::server {

struct DemoAccess {
  std::string base_url, tenant_id, client_id, client_secret, token_endpoint;
};

// 127.0.0.0/8, ::1 or localhost.
bool is_loopback(std::string_view host);

// Also writes DATA/demo.json (mode 0600).
base::Result<DemoAccess> prepare_demo(Installation& installation, const std::string& data, const base::Clock& clock);

// Address, credentials and three requests to try, for people.
std::string introduction(const DemoAccess& access);

}  // namespace vedette::server
