// Names and addresses that many unrelated alerts have in common, so that sharing them says nothing.
//
//   file := { line "\n" }
//   line := "" | "#" comment | topic " " value
//
// The topics are below; values are compared in lower case. `network` values are CIDR blocks, `folder` and `programs`
// path prefixes without drive, with forward slashes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "ip_address.h"
#include "vedette/base/result.h"

namespace vedette::correlate {

class SharedInfrastructure {
 public:
  enum class Topic : uint8_t {
    network,      // addresses of resolvers, content networks, large services
    domain,       // the domain and all names below it
    host,         // the name itself; names below it belong to others (hosting platforms)
    account,      // built-in accounts, whatever their domain
    generic,      // account names that mean something only together with a domain
    authority,    // domains whose accounts are built in
    workgroup,    // domain parts that name no domain
    device,       // placeholders for a host name
    application,  // application ids of the platforms themselves
    mailer,       // local parts of automatic senders
    hash,         // of empty files
    file,         // names of operating system binaries, in folders of the system or without a folder
    folder,       // folders of the operating system
    programs,     // folders of installed programs
    signer,       // publishers of common software
  };
  static constexpr size_t topic_count = 15;

  // The list that is compiled in, and `further` lines.
  static base::Result<SharedInfrastructure> load(std::string_view further);

  bool has(Topic topic, std::string_view value) const;  // exactly
  bool has_address(const IpAddress& address) const;
  bool has_domain(std::string_view host) const;  // `host` or a parent of it is a `domain`
  bool has_folder(Topic topic, std::string_view path) const;

 private:
  struct Network {
    IpAddress address;
    int bits = 0;
  };

  base::Status add(std::string_view text);
  base::Status add_line(std::string_view line, int number);

  std::array<std::unordered_set<std::string>, topic_count> names_;
  std::vector<Network> networks_;
};

}  // namespace vedette::correlate
