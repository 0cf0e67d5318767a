// The connectors there are: those in the program, and the folders below DATA/connectors.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/federation/connector_transport.h"
#include "vedette/ingest/connector.h"

namespace vedette::federation {

class RequestQuery;

// A connector whole: what its records mean, how its provider is reached, what can be asked of it. Immutable.
struct LoadedConnector {
  std::shared_ptr<const ingest::Connector> connector;
  std::shared_ptr<const ingest::Connector> polled;  // what fetched records mean: without events where [poll] says so
  ConnectorTransport transport;
  std::shared_ptr<const RequestQuery> write_back, actions;  // null: there is none
};

// Reads and checks a whole connector out of its files.
base::Result<std::shared_ptr<const LoadedConnector>> load_whole(const std::string& name,
                                                                const ingest::ConnectorFiles& files);

class ConnectorLibrary {
 public:
  explicit ConnectorLibrary(std::string data) : data_(std::move(data)) {}

  // Of the program, then of the data folder, each sorted.
  std::vector<std::string> names() const;
  // Where a connector of the data folder is.
  std::string folder_of(const std::string& name) const { return data_ + "/connectors/" + name; }
  // not_found; what is wrong with it otherwise. A name of the program's means the program's.
  base::Result<std::shared_ptr<const LoadedConnector>> load(const std::string& name) const;
  // What its records mean, without the rest: those of the program are loaded once, those of the data folder are read
  // each time, for they may have changed.
  base::Result<std::shared_ptr<const ingest::Connector>> load_mapping(const std::string& name) const;
  // Of all in the data folder.
  base::Result<std::vector<std::shared_ptr<const ingest::Connector>>> load_own_mappings() const;

 private:
  const std::string data_;
};

}  // namespace vedette::federation
