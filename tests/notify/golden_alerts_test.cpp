// connectors/NAME/tests/CASE.in.EXT with alerts: whoever subscribes to changes of alerts is told of each of them, of
// both forms. README.md links a case for each provider (tools/provider_table.py).
#include <filesystem>
#include <set>

#include "vedette/ingest/golden.h"
#include "vedette/io/file_system.h"
#include "vedette/resources/alerts/alert_sink.h"
#include "world.h"

namespace vedette::notify::test {
namespace {

namespace fs = std::filesystem;

struct AlertCase {
  std::string connector, input;
};

void PrintTo(const AlertCase& value, std::ostream* out) { *out << value.input; }

std::vector<AlertCase> alert_cases() {
  std::vector<AlertCase> cases;
  for (const auto& connector : fs::directory_iterator(fs::path(VEDETTE_SOURCE_DIR) / "connectors"))
    for (const auto& pair : ingest::golden_pairs(connector.path())) {
      const auto output = json::parse(io::read_file(io::posix_file_system(), pair.output).value());
      if (output && json::find(*output, "alerts")) cases.push_back({connector.path(), pair.input});
    }
  std::sort(cases.begin(), cases.end(), [](const auto& a, const auto& b) { return a.input < b.input; });
  return cases;
}

std::string name_of(const testing::TestParamInfo<AlertCase>& info) {
  const std::string file = fs::path(info.param.input).filename();
  std::string name = fs::path(info.param.connector).filename().string() + "_" + file.substr(0, file.find('.'));
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}

class GoldenAlerts : public World, public testing::WithParamInterface<AlertCase> {
 protected:
  // What the connector makes of the case.
  std::vector<json::Object> alerts() const {
    const auto connector = ingest::load_connector(io::posix_file_system(), GetParam().connector);
    const auto input = ingest::open_input(io::posix_file_system(), GetParam().input);
    const auto made = json::parse(ingest::golden_text(**connector, *input).value());
    std::vector<json::Object> alerts;
    for (const json::Value& alert : json::find(*made, "alerts")->get_array()) alerts.push_back(alert.get_object());
    return alerts;
  }
  static std::set<std::string> entities(const std::vector<Notification>& taken) {
    std::set<std::string> ids;
    for (const Notification& one : taken) ids.insert(one.entity());
    return ids;
  }
};

TEST_P(GoldenAlerts, ReachSubscribers) {
  const Receiver receiver;
  subscribe(receiver.url("/alerts_v2"), {{"changeType", "created"}});
  subscribe(receiver.url("/alerts"), {{"changeType", "created"}, {"resource", "security/alerts"}});
  start();
  std::set<std::string> ids;
  for (const json::Object& alert : alerts()) ids.emplace(json::find_string(alert, "id"));
  ASSERT_FALSE(ids.empty());
  ASSERT_TRUE(resources::make_alert_sink(*store_, "t", GetParam().connector)->accept(alerts()));
  for (const char* path : {"/alerts_v2", "/alerts"})
    EXPECT_TRUE(eventually([&] { return entities(receiver.taken(path)) == ids; })) << path << " " << receiver.count();
}

INSTANTIATE_TEST_SUITE_P(Connectors, GoldenAlerts, testing::ValuesIn(alert_cases()), name_of);

}  // namespace
}  // namespace vedette::notify::test
