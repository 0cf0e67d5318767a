// Keys of vedette.toml: how one is read, and what is said of a wrong one.
#pragma once

#include <toml++/toml.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "configuration.h"

namespace vedette::server {

base::Error wrong(const toml::source_region& where, const std::string& what);
base::Status check_keys(const toml::table& table, std::initializer_list<std::string_view> known);
// Each sets `to` when the key is there.
base::Status read_text(const toml::table& table, std::string_view key, std::string& to);
base::Status read_texts(const toml::table& table, std::string_view key, std::vector<std::string>& to);

// configuration_identity.cpp
base::Status read_identity_providers(const toml::table& root, Configuration& configuration);
toml::array identity_providers_to_toml(const std::vector<auth::OutsideProviderSettings>& providers);

}  // namespace vedette::server
