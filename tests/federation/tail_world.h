// A tenant whose connector follows the files of a folder.
#pragma once

#include <fstream>

#include "vedette/kql/plan/table_source.h"
#include "world.h"

namespace vedette::federation::test {

class Tail : public World {
 protected:
  Tail() {
    logs_ = folder_ + "/logs";
    std::filesystem::create_directories(logs_);
    options_.tail_look = std::chrono::milliseconds(5);
    options_.tail_quiet = std::chrono::milliseconds(300);
  }
  // Each record is an alert of its id and a row.
  void follow(const std::string& toml = "", std::map<std::string, std::string> settings = {}) {
    write_connector("logs", {{"connector.toml", "vendor = \"V\"\nprovider = \"Logs\"\n[tail]\n" + toml},
                             {"alerts.kql",
                              "source | project providerAlertId = coalesce(tostring(Record.id), Text), "
                              "title = File, description = Text"}});
    write_connector("rows", {{"connector.toml", "vendor = \"V\"\nprovider = \"Rows\"\n[tail]\n" + toml},
                             {"events.kql",
                              "source | project Timestamp = datetime(2026-05-01), DeviceName = tostring(Record.id) "
                              "| as DeviceEvents"}});
    settings.insert({"path", logs_ + "/*.log"});
    const auto added = add("edr", connector_, std::move(settings), {}, "tail");
    ASSERT_TRUE(added) << added.error().message;
    start();
  }
  void append(const std::string& name, const std::string& text) {
    std::ofstream(logs_ + "/" + name, std::ios::app | std::ios::binary) << text;
  }
  void rename(const std::string& from, const std::string& to) {
    std::filesystem::rename(logs_ + "/" + from, logs_ + "/" + to);
  }
  static std::string line(const std::string& id) { return "{\"id\":\"" + id + "\"}\n"; }
  bool arrives(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    return eventually([&] { return alert_names() == names; }, std::chrono::seconds(5));
  }
  size_t problems_of(const char* part) {
    const auto all = problems();
    return static_cast<size_t>(
        std::count_if(all.begin(), all.end(), [&](const auto& one) { return one.find(part) != one.npos; }));
  }
  int64_t rows() const { return events_->snapshot()->row_count("DeviceEvents"); }
  std::string quarantine() const {
    std::string all;
    if (!std::filesystem::exists(folder_ + "/quarantine")) return all;
    for (const auto& file : std::filesystem::directory_iterator(folder_ + "/quarantine")) {
      std::ifstream in(file.path());
      all.append(std::istreambuf_iterator<char>(in), {});
    }
    return all;
  }

  std::string logs_, connector_ = "logs";
};

}  // namespace vedette::federation::test
