#include "transports.h"

#include <algorithm>
#include <array>

#include "health.h"
#include "toml_section.h"

namespace vedette::federation {

namespace {

using base::Result;
using base::Status;
using Declared = const ConnectorTransport&;

// Nothing comes in by itself: actions go out.
class OrderingRunner final : public InstanceRunner {};

Result<std::unique_ptr<InstanceRunner>> start_ordering(RunnerParts parts) {
  const auto& dependencies = parts.dependencies;
  Health(dependencies, parts.tenant, parts.instance.name).succeeded(dependencies.clock.now());
  return std::unique_ptr<InstanceRunner>(std::make_unique<OrderingRunner>());
}

// Whoever declares an [[action]] has it.
Status read_no_section(const toml::node& node, ConnectorTransport&) {
  return wrong_toml(node.source(), "write each action as [[action]].");
}

constexpr std::array kinds = {
    TransportKind{"poll", [](Declared of) { return of.poll.has_value(); }, read_poll_section, start_polling},
    TransportKind{"syslog", [](Declared of) { return of.syslog.has_value(); }, read_syslog_section, start_listening},
    TransportKind{"tail", [](Declared of) { return of.tail.has_value(); }, read_tail_section, start_tailing},
    TransportKind{"push", [](Declared of) { return of.push.has_value(); }, read_push_section, start_taking},
    TransportKind{"kafka", [](Declared of) { return of.kafka.has_value(); }, read_kafka_section, start_consuming},
    TransportKind{"actions", [](Declared of) { return !of.actions.empty(); }, read_no_section, start_ordering},
};

}  // namespace

std::span<const TransportKind> transport_kinds() { return kinds; }

const TransportKind& transport_kind(std::string_view name) {
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const auto& kind) { return kind.name == name; });
  return found == kinds.end() ? kinds.front() : *found;
}

std::vector<std::string> transport_names() {
  std::vector<std::string> names;
  for (const TransportKind& kind : kinds) names.emplace_back(kind.name);
  return names;
}

std::vector<std::string> transports_of(const ConnectorTransport& transport) {
  std::vector<std::string> names;
  for (const TransportKind& kind : kinds)
    if (kind.is_declared(transport)) names.emplace_back(kind.name);
  return names;
}

}  // namespace vedette::federation
