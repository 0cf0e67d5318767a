// Syslog from the bytes on the wire to rows: its two forms of messages, its two framings, and connections.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../src/federation/syslog_message.h"
#include "vedette/http/development_certificate.h"
#include "world.h"

namespace vedette::federation::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

const base::DateTime now = *base::parse_iso_date_time("2026-05-01T12:00:00Z");

TEST(SyslogMessages, OfRfc5424) {
  const auto message = parse_syslog(
      "<165>1 2003-10-11T22:14:15.003Z host.example evntslog 42 ID47 [ex@32473 a=\"1\\]\" b=\"2\"][x@1] \xef\xbb\xbfIt "
      "is",
      now);
  EXPECT_EQ(message.facility, 20);
  EXPECT_EQ(message.severity, 5);
  EXPECT_EQ(base::format_date_time(*message.time), "2003-10-11T22:14:15.0030000Z");
  EXPECT_EQ(message.host, "host.example");
  EXPECT_EQ(message.app, "evntslog");
  EXPECT_EQ(message.process_id, "42");
  EXPECT_EQ(message.message_id, "ID47");
  EXPECT_EQ(message.structured_data, "[ex@32473 a=\"1\\]\" b=\"2\"][x@1]");
  EXPECT_EQ(message.text, "It is");
  const auto short_one = parse_syslog("<0>1 - - - - - -", now);
  EXPECT_EQ(short_one.severity, 0);
  EXPECT_EQ(short_one.text, "");
  EXPECT_FALSE(short_one.time);
}

TEST(SyslogMessages, OfRfc3164) {
  const auto message = parse_syslog("<34>Oct 11 22:14:15 mymachine su[77]: 'su root' failed\n", now);
  EXPECT_EQ(message.facility, 4);
  EXPECT_EQ(message.severity, 2);
  EXPECT_EQ(base::format_date_time(*message.time), "2025-10-11T22:14:15.0000000Z");  // this year's is yet to come
  EXPECT_EQ(message.host, "mymachine");
  EXPECT_EQ(message.app, "su");
  EXPECT_EQ(message.process_id, "77");
  EXPECT_EQ(message.text, "'su root' failed");
  EXPECT_EQ(base::format_date_time(*parse_syslog("<1>May  1 02:03:04 h x", now).time), "2026-05-01T02:03:04.0000000Z");
  const auto cef = parse_syslog("<134>Feb 14 19:04:54 fw CEF:0|Vendor|Product|1|100|name|5|src=10.0.0.1", now);
  EXPECT_EQ(cef.host, "fw");
  EXPECT_EQ(cef.text, "CEF:0|Vendor|Product|1|100|name|5|src=10.0.0.1");
  const auto iso = parse_syslog("<13>2026-05-01T10:00:00+02:00 web nginx: hello", now);
  EXPECT_EQ(base::format_date_time(*iso.time), "2026-05-01T08:00:00.0000000Z");
  EXPECT_EQ(iso.app, "nginx");
  for (const char* text : {"no header at all", "<>x", "<999>x", "<12", ""})
    EXPECT_EQ(parse_syslog(text, now).text, text);
}

std::vector<std::string> framed(const std::vector<std::string>& pieces, bool* well = nullptr) {
  SyslogFramer framer;
  std::vector<std::string> messages;
  const auto take = [&](std::string_view message) { return messages.emplace_back(message), true; };
  bool good = true;
  for (const std::string& piece : pieces) good = good && framer.add(piece, take);
  if (good) framer.finish(take);
  if (well) *well = good;
  return messages;
}

TEST(SyslogFrames, AreCountedOrEndWithTheLine) {
  EXPECT_THAT(framed({"5 <1>a\n3 x y<2>b\n<3>", "c\n\n<4>d"}), ElementsAre("<1>a\n", "x y", "<2>b", "<3>c", "<4>d"));
  EXPECT_THAT(framed({"1", "2 <1", ">hell", "o wo"}), ElementsAre("12 <1>hello wo"));  // cut off
  const std::string all = "9 <1>abcdef<2>second\n7 <3>seve";
  for (size_t cut = 1; cut < all.size(); ++cut)
    EXPECT_THAT(framed({all.substr(0, cut), all.substr(cut)}), ElementsAre("<1>abcdef", "<2>second", "<3>seve")) << cut;
  bool well = true;
  framed({"2000000 x"}, &well);
  EXPECT_FALSE(well);
  framed({std::string(syslog_message_bytes_max + 1, 'x')}, &well);
  EXPECT_FALSE(well);
}

class Sender {
 public:
  Sender(int kind, uint16_t port) : fd_(::socket(AF_INET, kind, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~Sender() { ::close(fd_); }
  int fd() const { return fd_; }
  void send(const std::string& bytes) {
    EXPECT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }

 private:
  const int fd_;
};

uint16_t free_port(int kind) {
  const int fd = ::socket(AF_INET, kind, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  ::close(fd);
  return ntohs(address.sin_port);
}

class Syslog : public World {
 protected:
  void listen(const std::string& protocol, const std::string& content, std::map<std::string, std::string> settings = {},
              const std::string& group = "pattern = 'audit=(\\d+)'") {
    write_connector("boxes", {{"connector.toml", "vendor = \"V\"\nprovider = \"Boxes\"\n[syslog]\ncontent = \"" +
                                                     content + "\"\n[group]\n" + group + "\n"},
                              {"alerts.kql",
                               "source | project providerAlertId = coalesce(tostring(Record.SyslogMessage), Text), "
                               "title = coalesce(tostring(Record.ProcessName), 'none'), "
                               "description = strcat(Record.Computer, ' ', Record.SeverityLevel)"}});
    port_ = free_port(protocol == "udp" ? SOCK_DGRAM : SOCK_STREAM);
    settings.insert({{"listen", "127.0.0.1:" + std::to_string(port_)}, {"protocol", protocol}});
    ASSERT_TRUE(add("edr", "boxes", std::move(settings), {}, "syslog"));
    start();
    ASSERT_TRUE(eventually([&] { return health_text("health") == "healthy"; }));
  }
  uint16_t port_ = 0;
};

TEST_F(Syslog, OverUdpBecomesRecords) {
  listen("udp", "record");
  Sender sender(SOCK_DGRAM, port_);
  sender.send("<34>Oct 11 22:14:15 mymachine su: failed");
  sender.send("<11>1 2026-04-30T10:00:00Z other app - - - well");
  ASSERT_TRUE(eventually([&] { return alert_names().size() == 2; }));
  EXPECT_THAT(alert_names(), ElementsAre("failed", "well"));
  EXPECT_EQ(of_alert("failed", "title"), "su");
  EXPECT_EQ(of_alert("failed", "description"), "mymachine crit");
}

TEST_F(Syslog, OverTcpKeepsLinesOfOneEventTogether) {
  listen("tcp", "message");
  {
    Sender sender(SOCK_STREAM, port_);
    sender.send("<34>Oct 11 22:14:15 h a: one audit=7\n23 <34>Oct 11 22:14:15 h a");
    std::this_thread::sleep_for(std::chrono::milliseconds(900));  // beyond a batch
    sender.send("<34>Oct 11 22:14:15 h b: two audit=7\n<34>Oct 11 22:14:15 h c: alone");
  }
  ASSERT_TRUE(eventually([&] { return alert_names().size() == 3; }));
  EXPECT_THAT(alert_names(), ElementsAre("a", "alone", "one audit=7\ntwo audit=7"));
}

TEST_F(Syslog, OverTcpKeepsRecordsOfOneMemberTogether) {
  listen("tcp", "message", {}, "member = \"event\"");
  {
    Sender sender(SOCK_STREAM, port_);
    sender.send("<34>Oct 11 22:14:15 h a: {\"event\":7,\"n\":1}\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(900));  // beyond a batch
    sender.send("<34>Oct 11 22:14:15 h a: {\"event\":7,\"n\":2}\n<34>Oct 11 22:14:15 h a: alone\n");
  }
  ASSERT_TRUE(eventually([&] { return alert_names().size() == 2; })) << testing::PrintToString(alert_names());
  EXPECT_THAT(alert_names(), ElementsAre("alone", "{\"event\":7,\"n\":1}\n{\"event\":7,\"n\":2}"));
}

TEST_F(Syslog, AMessageSaysNothingOfOthers) {
  listen("udp", "line");
  Sender sender(SOCK_DGRAM, port_);
  sender.send("PK\x03\x04");  // an archive begins so
  sender.send(std::string("<34>Oct 11 22:14:15 h a: \0\0b", 28));
  sender.send("<34>1 2026-04-30T10:00:00Z h app - - - well\n");
  ASSERT_TRUE(eventually([&] { return alert_names().size() == 3; }));
  EXPECT_THAT(alert_names(), Contains("<34>1 2026-04-30T10:00:00Z h app - - - well"));
}

TEST_F(Syslog, OverTls) {
  const auto made = http::make_development_certificate("localhost", clock_.now());
  ASSERT_TRUE(made);
  std::ofstream(folder_ + "/s.crt") << made->certificate;
  std::ofstream(folder_ + "/s.key") << made->key;
  listen("tls", "record", {{"certificate", folder_ + "/s.crt"}, {"certificate_key", folder_ + "/s.key"}});
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  const std::unique_ptr<SSL, decltype(&SSL_free)> session(SSL_new(context.get()), &SSL_free);
  Sender sender(SOCK_STREAM, port_);
  ASSERT_EQ(SSL_set_fd(session.get(), sender.fd()), 1);
  ASSERT_EQ(SSL_connect(session.get()), 1);
  const std::string message = "32 <34>Oct 11 22:14:15 h su: sealed";
  ASSERT_EQ(SSL_write(session.get(), message.data(), static_cast<int>(message.size())),
            static_cast<int>(message.size()));
  ASSERT_TRUE(eventually([&] { return alert_names().size() == 1; }));
  EXPECT_THAT(alert_names(), ElementsAre("sealed"));
}

TEST_F(Syslog, SaysWhatIsWrongWithItsSettings) {
  write_connector("boxes", {{"connector.toml", "vendor = \"V\"\nprovider = \"Boxes\"\n[syslog]\n"},
                            {"alerts.kql", "source | project providerAlertId = Text"}});
  ASSERT_TRUE(add("a", "boxes", {{"listen", "nowhere"}}, {}, "syslog"));
  ASSERT_TRUE(add("b", "boxes", {{"protocol", "carrier pigeon"}}, {}, "syslog"));
  ASSERT_TRUE(add("c", "boxes", {{"protocol", "tls"}}, {}, "syslog"));
  ASSERT_TRUE(add("d", "boxes", {{"listen", "192.0.2.1:6514"}}, {}, "syslog"));
  start();
  const auto said = [&](const char* name) { return health_text("lastError", name); };
  ASSERT_TRUE(eventually([&] { return said("d") != ""; }));
  EXPECT_THAT(said("a"), HasSubstr("HOST:PORT"));
  EXPECT_THAT(said("b"), HasSubstr("udp, tcp or tls"));
  EXPECT_THAT(said("c"), HasSubstr("'certificate'"));
  EXPECT_THAT(said("d"), HasSubstr("Cannot listen on 192.0.2.1:6514"));
}

}  // namespace
}  // namespace vedette::federation::test
