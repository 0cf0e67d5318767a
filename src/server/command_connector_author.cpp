// `vedette connector new` and `test`: for who writes a connector.
#include <memory>

#include "commands.h"
#include "entities.h"
#include "printed_answer.h"
#include "vedette/federation/connector_library.h"
#include "vedette/federation/exchange.h"
#include "vedette/federation/instance.h"
#include "vedette/ingest/golden.h"
#include "vedette/io/file_system.h"

namespace vedette::server {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

struct AuthorCommand {
  std::string data = "./vedette-data";
  std::string name, folder;
  bool bless = false;
};

struct SkeletonFile {
  const char* name;
  const char* text;
};

constexpr SkeletonFile skeleton[] = {
    {"connector.toml", R"(vendor = "Example"
provider = "Example Detector"

# Which files are this provider's (connectors/README.md).
[[match]]
has = ["example_alert_id"]

[setting.base_url]
kind = "url"
description = "Where the provider's API is"

[setting.api_key]
kind = "secret"
description = "The key that it gave you"

[authentication]
type = "header"
header = "Authorization"
value = "Bearer {api_key}"

[poll]
url = "{base_url}/alerts?updated_since={since}&limit={page_size}"
records = "alerts"
paging = "next_link"
next = "next"
since = "updated"
)"},
    {"alerts.kql", R"(source
| where isnotempty(tostring(Record.example_alert_id))
| project providerAlertId = tostring(Record.example_alert_id), title = tostring(Record.title),
    severity = tostring(Record.severity), createdDateTime = todatetime(Record.created),
    lastUpdateDateTime = todatetime(Record.updated)
)"},
    {"tests/first.in.json",
     R"({"example_alert_id":"1","title":"Something odd","severity":"low","created":"2024-01-01T00:00:00Z","updated":"2024-01-01T00:05:00Z"}
)"},
    {"tests/first.exchange.json", R"({
  "now": "2024-01-02T00:00:00Z",
  "settings": {"base_url": "{server}"},
  "secrets": {"api_key": "k"},
  "steps": [
    {"poll": "what there is",
     "exchange": [
       {"request": "GET /alerts?updated_since=2023-12-03T00:00:00.0000000Z&limit=100",
        "headers": {"Authorization": "Bearer k"},
        "answer": {"alerts": [{"example_alert_id": "1", "title": "Something odd", "severity": "low",
                               "created": "2024-01-01T00:00:00Z", "updated": "2024-01-01T00:05:00Z"}]}}],
     "alerts": [{"providerAlertId": "1", "severity": "low"}]}
  ]
}
)"},
};

Result<std::string> read_all(const std::string& path) { return io::read_file(io::posix_file_system(), path); }

Result<std::shared_ptr<const federation::LoadedConnector>> load_folder(const std::string& folder) {
  const size_t slash = folder.rfind('/');
  return federation::load_whole(folder.substr(slash == std::string::npos ? 0 : slash + 1),
                                [&](std::string_view file) -> std::optional<std::string> {
                                  auto text = read_all(folder + "/" + std::string(file));
                                  return text ? std::optional(std::move(*text)) : std::nullopt;
                                });
}

// The outcome of one pair, as a line.
Result<std::string> test_pair(const ingest::Connector& connector, const ingest::GoldenPair& pair, bool bless,
                              bool& passed) {
  const auto input = TRY(ingest::open_input(io::posix_file_system(), pair.input));
  const std::string text = TRY(ingest::golden_text(connector, input));
  const auto before = read_all(pair.output);
  if (before && *before == text) return "ok       " + pair.input + "\n";
  if (bless) {
    TRY(io::write_file_durably(io::posix_file_system(), pair.output, text));
    return "written  " + pair.output + ": read it line by line\n";
  }
  passed = false;
  return "FAILED   " + pair.input + (before ? " gives something else than " : " has no ") + pair.output +
         "; --bless writes it. It gives:\n" + text;
}

Result<std::string> test_exchange(const std::string& folder, const std::string& file, bool& passed) {
  const auto differences = TRY(federation::play_exchange(folder, file, TRY(collections())));
  if (differences.empty()) return "ok       " + file + "\n";
  passed = false;
  std::string report = "FAILED   " + file + "\n";
  for (const std::string& difference : differences) report += "  " + difference + "\n";
  return report;
}

Result<std::string> test_connector(const AuthorCommand& command) {
  std::string folder = command.folder;
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  const auto loaded = TRY(load_folder(folder));
  const auto pairs = ingest::golden_pairs(folder);
  const auto exchanges = federation::exchange_files(folder);
  if (pairs.empty() && exchanges.empty())
    return fail(ErrorCode::bad_request, "'" + folder + "' has no tests: put records into tests/CASE.in.json.");
  std::string report;
  bool passed = true;
  for (const auto& pair : pairs) report += TRY(test_pair(*loaded->connector, pair, command.bless, passed));
  for (const std::string& file : exchanges) report += TRY(test_exchange(folder, file, passed));
  if (passed) return report;
  return fail(ErrorCode::conflict, "The connector's tests fail.\n" + report);
}

Result<std::string> new_connector(const AuthorCommand& command) {
  if (!federation::is_instance_name(command.name))
    return fail(
        ErrorCode::bad_request,
        "'" + command.name + "' is no name for a connector: lower-case letters, digits and '-', a letter first.");
  const federation::ConnectorLibrary library(command.data);
  for (const std::string& name : library.names())
    if (name == command.name) return fail(ErrorCode::conflict, "There is a connector '" + name + "' already.");
  auto& files = io::posix_file_system();
  const std::string folder = library.folder_of(command.name);
  TRY(files.create_directories(folder + "/tests"));
  std::string report;
  for (const auto& [name, text] : skeleton) {
    TRY(io::write_file_durably(files, folder + "/" + name, text));
    report += folder + "/" + name + "\n";
  }
  return report;
}

}  // namespace

void add_connector_author_commands(Command group) {
  const auto options = std::make_shared<AuthorCommand>();
  const Command create =
      group.command("new", "Write the files of a new connector into DATA/connectors/NAME, and print their paths");
  create.option("NAME", options->name, "What it is called").required();
  create.option("--data", options->data, "Data folder").with_default();
  create.examples("  vedette connector new acme-edr");
  create.action([options] { return print_answer(new_connector(*options)); });

  const Command test =
      group.command("test",
                    "Check a connector's files, compare its tests/CASE.in.* with their CASE.out.json, and play its "
                    "tests/CASE.exchange.json");
  test.option("FOLDER", options->folder, "The connector's folder").required();
  test.flag("--bless", options->bless, "Write what the records give instead of comparing it");
  test.examples(
      "  vedette connector test vedette-data/connectors/acme-edr --bless\n"
      "  vedette connector test connectors/suricata");
  test.action([options] { return print_answer(test_connector(*options)); });
}

}  // namespace vedette::server
