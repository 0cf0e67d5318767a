#include "vedette/base/ip_address.h"

#include <gtest/gtest.h>

namespace vedette::base {
namespace {

std::string form(std::string_view text) {
  const auto address = parse_ip_address(text);
  return address ? to_string(*address) + (is_v4(*address) ? " 4" : " 6") : "";
}

TEST(IpAddress, HasOneForm) {
  EXPECT_EQ(form("192.0.2.7"), "192.0.2.7 4");
  EXPECT_EQ(form("::FFFF:192.0.2.7"), "192.0.2.7 4");
  EXPECT_EQ(form("2001:0DB8:0::1"), "2001:db8::1 6");
  using namespace std::string_view_literals;
  for (const std::string_view none :
       {""sv, "1.2.3"sv, "1.2.3.256"sv, "01.2.3.4"sv, "[::1]"sv, "fe80::1%eth0"sv, "host"sv, "1.2.3.4 "sv,
        "1.2.3.4\0"sv, "0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0"sv})
    EXPECT_EQ(form(none), "") << none;
}

TEST(IpAddress, LiesInNetworks) {
  const auto in = [](const char* address, const char* network, int bits) {
    return in_network(*parse_ip_address(address), *parse_ip_address(network), bits);
  };
  EXPECT_TRUE(in("10.1.2.3", "10.1.0.0", 96 + 16));
  EXPECT_FALSE(in("10.2.2.3", "10.1.0.0", 96 + 16));
  EXPECT_TRUE(in("10.1.2.3", "10.1.2.0", 96 + 22));
  EXPECT_FALSE(in("2001:db8::1", "10.1.0.0", 96));
  EXPECT_TRUE(in("2001:db8:1::1", "2001:db8::", 32));
}

}  // namespace
}  // namespace vedette::base
