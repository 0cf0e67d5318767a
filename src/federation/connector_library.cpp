#include "vedette/federation/connector_library.h"

#include <algorithm>

#include "poller.h"
#include "request_query.h"
#include "vedette/federation/instance.h"
#include "vedette/io/file_system.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;
using base::Result;
using Loaded = std::shared_ptr<const LoadedConnector>;

namespace {

// A file of requests belongs to what connector.toml declares, and the other way round.
Result<std::shared_ptr<const RequestQuery>> load_requests(const ingest::ConnectorFiles& files, const char* file,
                                                          const RequestSource& source, bool is_declared,
                                                          const char* declaration) {
  const auto text = files(file);
  if (!text && !is_declared) return std::shared_ptr<const RequestQuery>();
  if (!text || !is_declared)
    return fail(ErrorCode::bad_request,
                std::string(file) + " and " + declaration + " belong together: " +
                    (text ? "connector.toml has no " + std::string(declaration) : "there is no " + std::string(file)) +
                    ".");
  auto query = RequestQuery::bind(*text, source);
  if (query) return *query;
  base::Error error = std::move(query).error();
  const std::string line = error.span ? ":" + std::to_string(error.span->line) : "";
  error.message = file + line + ": " + error.message;
  return error;
}

std::vector<std::string> embedded() { return ingest::embedded_connector_names(); }

bool is_embedded(const std::string& name) {
  const auto names = embedded();
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Result<Loaded> load_whole(const std::string& name, const ingest::ConnectorFiles& files) {
  auto loaded = std::make_shared<LoadedConnector>();
  loaded->connector = TRY(ingest::Connector::load(name, files));
  loaded->transport = TRY(parse_connector_transport(files("connector.toml").value_or("")));
  loaded->write_back = TRY(load_requests(files, "write_back.kql", write_back_source(),
                                         loaded->transport.write_back.has_value(), "[write_back]"));
  loaded->actions =
      TRY(load_requests(files, "actions.kql", action_source(), !loaded->transport.actions.empty(), "[[action]]"));
  const bool has_events = !loaded->transport.poll || loaded->transport.poll->events;
  loaded->polled = has_events ? loaded->connector : loaded->connector->without_events();
  TRY(check_pollable(loaded->transport, *loaded->polled));
  return Loaded(std::move(loaded));
}

std::vector<std::string> ConnectorLibrary::names() const {
  std::vector<std::string> names = embedded();
  auto& files = io::posix_file_system();
  if (!files.exists(data_ + "/connectors")) return names;
  const auto folders = files.list_directory(data_ + "/connectors");
  for (const std::string& name : folders.value_or(std::vector<std::string>()))
    if (is_instance_name(name) && !is_embedded(name)) names.push_back(name);
  return names;
}

Result<Loaded> ConnectorLibrary::load(const std::string& name) const {
  if (is_embedded(name))
    return load_whole(name, [&](std::string_view file) { return ingest::embedded_connector_file(name, file); });
  const std::string folder = folder_of(name);
  if (!is_instance_name(name) || !io::posix_file_system().exists(folder + "/connector.toml"))
    return fail(ErrorCode::not_found, "There is no connector '" + name + "'; `vedette connector list` shows them.");
  return load_whole(name, [&](std::string_view file) -> std::optional<std::string> {
    auto text = io::read_file(io::posix_file_system(), folder + "/" + std::string(file));
    return text ? std::optional(std::move(*text)) : std::nullopt;
  });
}

Result<std::shared_ptr<const ingest::Connector>> ConnectorLibrary::load_mapping(const std::string& name) const {
  if (is_embedded(name)) return ingest::embedded_connector(name);
  return TRY(load(name))->connector;
}

Result<std::vector<std::shared_ptr<const ingest::Connector>>> ConnectorLibrary::load_own_mappings() const {
  std::vector<std::shared_ptr<const ingest::Connector>> own;
  for (const std::string& name : names())
    if (!is_embedded(name)) own.push_back(TRY(load(name))->connector);
  return own;
}

}  // namespace vedette::federation
