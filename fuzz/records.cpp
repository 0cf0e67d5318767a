// What providers send: whatever the bytes are, they become records, and these rows, alerts, incidents and indicators,
// or are quarantined. An input is a line that names a connector and a file, "zeek/json.in.log", and then the file's
// bytes.
#include <map>

#include "compressed.h"
#include "errors.h"
#include "files.h"
#include "target.h"
#include "vedette/ingest/golden.h"
#include "vedette/io/file_system.h"

namespace vedette::fuzz {
namespace {

using ingest::RecordFormat;

const std::filesystem::path connectors = VEDETTE_SOURCE_DIR "/connectors";

// Mapping takes a hundred times as long as reading: one input of so many is mapped too.
constexpr size_t mapped_one_of = 16;

auto load_connectors() {
  std::map<std::string, std::shared_ptr<const ingest::Connector>, std::less<>> loaded;
  for (const auto& entry : std::filesystem::directory_iterator(connectors))
    if (entry.is_directory())
      loaded[entry.path().filename().string()] =
          ingest::load_connector(io::posix_file_system(), entry.path().string()).value();
  return loaded;
}

void read(const ingest::Input& input, const std::vector<std::string>& wrapper, RecordFormat format) {
  ingest::ReadOptions options;
  options.format = format;
  options.wrapper = wrapper;
  options.limits.record_bytes_max = 64 << 10;
  options.limits.decompressed_bytes_max = 4 << 20;
  options.limits.ratio_free_bytes = 1 << 20;
  options.limits.members_max = 16;
  const auto reader = ingest::RecordReader::open(input, options);
  while (!reader->next(64).empty()) continue;
}

}  // namespace

std::string_view target_name() { return "records"; }

std::vector<std::string> seeds() {
  std::vector<std::string> inputs;
  for (const auto& path : files_of(VEDETTE_SOURCE_DIR "/fuzz/found", ".records")) inputs.push_back(read_file(path));
  for (const auto& connector : std::filesystem::directory_iterator(connectors))
    for (const auto& pair : ingest::golden_pairs(connector.path())) {
      const std::string file = std::filesystem::path(pair.input).filename(), bytes = read_file(pair.input);
      const std::string name = connector.path().filename().string() + "/" + file + "\n";
      inputs.push_back(name + bytes);
      inputs.push_back(name + ingest::gzip(bytes));
      inputs.push_back(name + ingest::zstd(bytes));
      inputs.push_back(name + ingest::archive_of(ingest::ArchiveForm::zip, {{file, bytes}, {"second", bytes}}));
      inputs.push_back(name + ingest::archive_of(ingest::ArchiveForm::tar, {{file, bytes}}));
    }
  std::sort(inputs.begin(), inputs.end());
  return inputs;
}

std::string run_input(std::string_view input) {
  static const auto known = load_connectors();
  const size_t line_end = input.find('\n'), slash = input.substr(0, line_end).find('/');
  if (line_end == input.npos || slash == input.npos) return "";
  const auto connector = known.find(input.substr(0, slash));
  if (connector == known.end()) return "";
  const auto bytes = ingest::memory_input(std::string(input.substr(slash + 1, line_end - slash - 1)),
                                          std::string(input.substr(line_end + 1)));
  for (const RecordFormat format :
       {RecordFormat::automatic, RecordFormat::json, RecordFormat::csv, RecordFormat::zeek, RecordFormat::text})
    read(bytes, connector->second->config().wrapper, format);
  if (std::hash<std::string_view>()(input) % mapped_one_of != 0) return "";
  const auto text = ingest::golden_text(*connector->second, bytes);
  return text ? "" : flaw_of(text.error(), input);
}

}  // namespace vedette::fuzz
