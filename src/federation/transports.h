// The ways in which instances get their records by themselves. Each is a section of connector.toml, and a runner.
#pragma once

#include <toml++/toml.h>

#include <memory>
#include <span>
#include <string_view>

#include "instance_runner.h"
#include "vedette/federation/connector_transport.h"

namespace vedette::federation {

struct TransportKind {
  const char* name;  // of the section, and Instance::transport
  bool (*is_declared)(const ConnectorTransport&);
  // Takes the section, and adds the settings that instances have by it.
  base::Status (*read)(const toml::node& section, ConnectorTransport&);
  base::Result<std::unique_ptr<InstanceRunner>> (*start)(RunnerParts);
};

std::span<const TransportKind> transport_kinds();
// The first one for a name that there is not: it refuses what it cannot do.
const TransportKind& transport_kind(std::string_view name);

base::Status read_poll_section(const toml::node& section, ConnectorTransport& transport);
base::Status read_syslog_section(const toml::node& section, ConnectorTransport& transport);
base::Status read_tail_section(const toml::node& section, ConnectorTransport& transport);
base::Status read_push_section(const toml::node& section, ConnectorTransport& transport);
base::Status read_kafka_section(const toml::node& section, ConnectorTransport& transport);

base::Result<std::unique_ptr<InstanceRunner>> start_polling(RunnerParts parts);
base::Result<std::unique_ptr<InstanceRunner>> start_listening(RunnerParts parts);
base::Result<std::unique_ptr<InstanceRunner>> start_tailing(RunnerParts parts);
base::Result<std::unique_ptr<InstanceRunner>> start_taking(RunnerParts parts);
base::Result<std::unique_ptr<InstanceRunner>> start_consuming(RunnerParts parts);

}  // namespace vedette::federation
