// connector.toml beyond records, settings of instances, and their secrets.
#include <sys/stat.h>

#include "../../src/federation/time_form.h"
#include "world.h"

namespace vedette::federation::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string wrong(const std::string& toml) {
  const auto parsed = parse_connector_transport(toml);
  return parsed ? "nothing" : parsed.error().message;
}

TEST(ConnectorToml, SaysWhatIsWrong) {
  EXPECT_THAT(wrong("[poll]\nurl = \"{base}/x\"\n"), HasSubstr("'{base}' is no setting"));
  EXPECT_THAT(wrong("[poll]\nurls = \"x\"\n"), HasSubstr("needs 'url'"));
  EXPECT_THAT(wrong("[poll]\nurl = \"x\"\ncolour = 1\n"), HasSubstr("line 3: the key 'colour' of 'poll' is not known"));
  EXPECT_THAT(wrong("[poll]\nurl = \"x\"\npaging = \"cursor\"\nnext = \"n\"\n"), HasSubstr("no {cursor}"));
  EXPECT_THAT(wrong("[poll]\nurl = \"{offset}\"\npaging = \"offset\"\n"), HasSubstr("needs 'record'"));
  EXPECT_THAT(wrong("[poll]\nurl = \"{since}\"\n"), HasSubstr("'since' names"));
  EXPECT_THAT(wrong("[poll]\nurl = \"x{\"\n"), HasSubstr("'{{' is a brace"));
  EXPECT_THAT(wrong("[poll]\nurl = \"x\"\ninterval_seconds = 0\n"), HasSubstr("from 1 to 86400"));
  EXPECT_THAT(wrong("[poll]\nurl = \"x\"\npage_size = 10001\n"), HasSubstr("from 1 to 10000"));
  EXPECT_THAT(wrong("[poll]\nurl = \"x\"\nmethod = \"PUT\"\n"), HasSubstr("GET or POST"));
  EXPECT_THAT(wrong("[poll]\nurl = \"x\"\nbody = { a = 1 }\n"), HasSubstr("needs method"));
  EXPECT_THAT(wrong("[poll]\nurl = \"x\"\nmethod = \"POST\"\nbody = { a = [\"{\"] }\n"), HasSubstr("'{{' is a brace"));
  EXPECT_THAT(wrong("[poll]\nurl = \"x\"\nmethod = \"POST\"\nbody = { a = \"{b}\" }\n"),
              HasSubstr("'{b}' is no setting"));
  EXPECT_THAT(wrong("[poll]\nurl = \"x\"\ntime = \"days\"\n"), HasSubstr("'time' is iso"));
  EXPECT_THAT(wrong("[poll]\nurl = \"{since}{until}\"\nsince = \"s\"\n"), HasSubstr("belong together"));
  EXPECT_THAT(wrong("[poll]\nurl = \"{since}\"\nwindow_seconds = 60\n"), HasSubstr("belong together"));
  EXPECT_THAT(
      wrong("[poll]\nurl = \"{since}{until}{cursor}\"\nwindow_seconds = 60\npaging = \"cursor\"\nnext = \"n\"\n"),
      HasSubstr("none or next_link"));
  EXPECT_THAT(wrong("[poll]\nurl = \"{since}\"\nsince = \"s\"\nreach_back_seconds = 3600\n"),
              HasSubstr("'reach_back_seconds' and 'window_seconds' belong together"));
  EXPECT_THAT(wrong("[poll]\nurl = \"{since}{until}\"\nwindow_seconds = 60\nreach_back_seconds = 300\n"),
              HasSubstr("'reach_back_seconds' is more than 'delay_seconds'"));
  EXPECT_THAT(wrong("[poll]\nurl = \"x\"\n[poll.each]\nurl = \"{other}\"\n"), HasSubstr("'{other}' is no setting"));
  EXPECT_THAT(wrong("[poll]\nurl = \"x\"\n[poll.each]\nurl = \"{records}\"\nkeep = true\n"),
              HasSubstr("one record each"));
  EXPECT_THAT(wrong("[poll]\nurl = \"x\"\n[write_back]\neach = true\n"), HasSubstr("needs [poll.each]"));
  EXPECT_THAT(wrong("[authentication]\ntype = \"digest\"\n"), HasSubstr("'type' is"));
  EXPECT_THAT(wrong("[setting.a]\nkind = \"secret\"\ndefault = \"x\"\n"), HasSubstr("a secret has no default"));
  EXPECT_THAT(wrong("[[action]]\ndescription = \"x\"\n"), HasSubstr("needs 'name'"));
  EXPECT_EQ(wrong("vendor = \"V\"\n[[match]]\nhas = [\"x\"]\n"), "nothing");
}

TEST(ConnectorToml, OfAllConnectorsIsWell) {
  const ConnectorLibrary library("/nowhere");
  for (const std::string& name : library.names()) {
    const auto loaded = library.load(name);
    EXPECT_TRUE(loaded) << name << ": " << loaded.error().message;
  }
}

TEST(TextTemplates, EscapeWhatStandsBehindTheAddress) {
  const auto lookup = [](const std::string& name) -> std::optional<std::string> {
    if (name == "base") return "https://x.example/api";
    return name == "id" ? std::optional<std::string>("a/b c?&") : std::nullopt;
  };
  const auto url = TextTemplate::parse("{base}/alerts/{id}?$filter=a eq 'b'&x={{}}");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->url(lookup).value(), "https://x.example/api/alerts/a%2Fb%20c%3F%26?$filter=a%20eq%20%27b%27&x={}");
  EXPECT_EQ(TextTemplate::parse("{base}{+id}/x")->url(lookup).value(), "https://x.example/apia/b%20c%3F%26/x");
  EXPECT_EQ(TextTemplate::parse("Bearer {id}")->text(lookup).value(), "Bearer a/b c?&");
  EXPECT_THAT(TextTemplate::parse("{other}")->text(lookup).error().message, HasSubstr("'{other}'"));
}

TEST(BodyTemplates, KeepWhatPlacesAre) {
  const auto lookup = [](const std::string& name) -> std::optional<json::Value> {
    if (name == "n") return json::Value(7);
    if (name == "list") return json::Value(json::Array{1, "a"});
    return std::nullopt;
  };
  const auto body = BodyTemplate::make(*json::parse(R"({"a":"{n}","b":["{list}","{n} of {n}","{{n}}"],"c":true})"));
  ASSERT_TRUE(body);
  EXPECT_EQ(json::to_text(body->fill(lookup).value()), R"({"a":7,"b":[[1,"a"],"7 of 7","{n}"],"c":true})");
  EXPECT_THAT(body->places(), testing::ElementsAre("n", "list", "n", "n"));
  EXPECT_THAT(BodyTemplate::make(json::Value("{other}"))->fill(lookup).error().message, HasSubstr("'{other}'"));
  EXPECT_FALSE(BodyTemplate::make(json::Value("{")));
}

TEST(TimeForms, AreReadAsTheyAreWritten) {
  const auto time = *base::parse_iso_date_time("2026-05-01T12:00:01.5Z");
  EXPECT_EQ(json::to_text(write_time(time, TimeForm::seconds, time)), "1777636801");
  EXPECT_EQ(json::to_text(write_time(time, TimeForm::milliseconds, time)), "1777636801500");
  EXPECT_EQ(json::to_text(write_time(time, TimeForm::iso_seconds, time)), "\"2026-05-01T12:00:01\"");
  const base::DateTime later{time.ticks + 90 * base::ticks_per_second};
  EXPECT_EQ(json::to_text(write_time(time, TimeForm::age_seconds, later)), "90");
  for (const auto form : {TimeForm::iso, TimeForm::milliseconds}) {
    const auto written = write_time(time, form, time);
    EXPECT_EQ(read_time(&written, form), time);
  }
  const json::Value as_text("2026-05-01T12:00:01.5Z");
  EXPECT_EQ(read_time(&as_text, TimeForm::milliseconds), time);
  for (const char* text : {"", "x", "-5", "99999999999999999999", "9223372036854775807"}) {
    const json::Value value(text);
    EXPECT_EQ(read_time(&value, TimeForm::milliseconds), std::nullopt) << text;
  }
}

using Instances = World;

TEST_F(Instances, OfSeveralProcessesHaveOneKey) {
  constexpr int processes = 16;
  std::vector<std::jthread> threads;
  std::mutex mutex;
  std::vector<std::string> sealed;
  for (int i = 0; i < processes; ++i)
    threads.emplace_back([&] {
      const auto mine = box();
      const std::scoped_lock lock(mutex);
      sealed.push_back(mine.seal("secret", "purpose").value());
    });
  threads.clear();
  for (const std::string& text : sealed) EXPECT_EQ(box().unseal(text, "purpose").value_or("another key"), "secret");
}

TEST_F(Instances, SealTheirSecrets) {
  Provider provider;
  write_acme();
  add_acme(provider);
  const auto state = store_->state("t", "federation.instance/edr").value();
  ASSERT_TRUE(state);
  EXPECT_THAT(state->value, Not(HasSubstr("very-secret-key")));
  const auto instance = load_instance(*store_, "t", "edr").value();
  const auto loaded = ConnectorLibrary(folder_).load("acme").value();
  EXPECT_EQ(values_of("t", *instance, loaded->transport, box()).value().at("key"), "very-secret-key");
  // Sealed for one tenant, connector and setting.
  EXPECT_EQ(values_of("u", *instance, loaded->transport, box()).error().code, base::ErrorCode::corrupt_data);
  struct stat status {};
  ASSERT_EQ(::stat((folder_ + "/secrets.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  std::filesystem::remove(folder_ + "/secrets.key");
  EXPECT_EQ(values_of("t", *instance, loaded->transport, box()).error().code, base::ErrorCode::corrupt_data);
}

TEST_F(Instances, AreRefusedByName) {
  write_acme();
  const auto refused = [&](const std::string& name, std::map<std::string, std::string> settings,
                           const std::map<std::string, std::string>& secrets) {
    const auto added = add(name, "acme", std::move(settings), secrets);
    return added ? "nothing" : added.error().message;
  };
  EXPECT_THAT(refused("edr", {}, {{"key", "k"}}), HasSubstr("'base_url' is missing: Where it is"));
  EXPECT_THAT(refused("edr", {{"base_url", "https://x"}}, {}), HasSubstr("'key' is missing"));
  EXPECT_THAT(refused("edr", {{"base_url", "ftp://x"}}, {{"key", "k"}}), HasSubstr("https://"));
  EXPECT_THAT(refused("edr", {{"base_url", "https://x"}, {"key", "k"}}, {}), HasSubstr("--secret"));
  EXPECT_THAT(refused("edr", {{"base_url", "https://x"}}, {{"key", "a\nb"}}), HasSubstr("control characters"));
  EXPECT_THAT(refused("edr", {{"base_url", "https://x"}}, {{"key", std::string(8193, 'x')}}), HasSubstr("8192"));
  EXPECT_THAT(refused("edr", {{"colour", "x"}}, {}), HasSubstr("no setting 'colour'"));
  EXPECT_THAT(refused("E/dr", {{"base_url", "https://x"}}, {{"key", "k"}}), HasSubstr("no name"));
  EXPECT_EQ(refused("edr", {{"base_url", "https://x"}}, {{"key", "k"}}), "nothing");
  EXPECT_THAT(refused("edr", {{"base_url", "https://x"}}, {{"key", "k"}}), HasSubstr("already"));
  for (size_t i = 1; i < instances_max; ++i)
    ASSERT_EQ(refused("edr" + std::to_string(i), {{"base_url", "https://x"}}, {{"key", "k"}}), "nothing");
  EXPECT_THAT(refused("more", {{"base_url", "https://x"}}, {{"key", "k"}}), HasSubstr("100 connectors"));
}

// What asks the provider is not needed by who only takes what it sends.
TEST_F(Instances, NeedWhatTheirTransportNeeds) {
  const auto missing = [&](const std::string& toml, const std::string& transport,
                           std::map<std::string, std::string> settings = {}) {
    const auto parsed = parse_connector_transport(
        "vendor = \"V\"\nprovider = \"P\"\n"
        "[setting.base_url]\nkind = \"url\"\ndescription = \"x\"\ntransport = \"poll\"\n"
        "[setting.account]\ndescription = \"x\"\ntransport = \"poll\"\n"
        "[setting.other]\ndescription = \"x\"\noptional = true\n"
        "[poll]\nurl = \"{base_url}/alerts\"\n[tail]\n" +
        toml);
    Instance instance;
    instance.name = "one";
    instance.transport = transport;
    instance.settings = std::move(settings);
    if (transport == "tail") instance.settings["path"] = "/var/log/alerts";
    const auto made = make_instance("t", std::move(instance), parsed.value(), {}, box());
    if (!made) return made.error().message;
    return std::string(made->write_back ? "nothing" : "nothing, and nothing is written back");
  };
  EXPECT_THAT(missing("", "poll"), HasSubstr("is missing"));
  EXPECT_THAT(missing("", "tail"), StartsWith("nothing"));
  EXPECT_EQ(missing("[write_back]\n", "tail"), "nothing, and nothing is written back");
  EXPECT_THAT(missing("[write_back]\n", "tail", {{"base_url", "https://x"}}), HasSubstr("'account' is missing"));
  EXPECT_EQ(missing("[write_back]\n", "tail", {{"base_url", "https://x"}, {"account", "a"}}), "nothing");
}

TEST_F(Instances, ThatCannotBeExactAreRefused) {
  write_acme({}, {{"events.kql", "source | project Timestamp = todatetime(Record.updated) | as DeviceEvents"}});
  EXPECT_THAT(ConnectorLibrary(folder_).load("acme").error().message, HasSubstr("polled by a cursor"));
}

}  // namespace
}  // namespace vedette::federation::test
