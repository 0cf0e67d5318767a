#include "shared_infrastructure.h"

#include <charconv>
#include <span>

#include "text_form.h"
#include "vedette/base/embedded.h"

namespace vedette::correlate {

std::span<const base::EmbeddedFile> embedded_lists();  // cmake/embed.cmake

namespace {

using Topic = SharedInfrastructure::Topic;

constexpr std::array<std::string_view, SharedInfrastructure::topic_count> topic_names{
    "network",     "domain", "host", "account", "generic", "authority", "workgroup", "device",
    "application", "mailer", "hash", "file",    "folder",  "programs",  "signer"};

base::Error bad_line(int number, std::string_view what) {
  return base::fail(base::ErrorCode::bad_request,
                    "Shared infrastructure, line " + std::to_string(number) + ": " + std::string(what) + ".");
}

}  // namespace

base::Result<SharedInfrastructure> SharedInfrastructure::load(std::string_view further) {
  SharedInfrastructure shared;
  for (const base::EmbeddedFile& file : embedded_lists()) TRY(shared.add(file.bytes));
  TRY(shared.add(further));
  return shared;
}

base::Status SharedInfrastructure::add(std::string_view text) {
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    TRY(add_line(text.substr(0, end), number));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

base::Status SharedInfrastructure::add_line(std::string_view line, int number) {
  const std::string text = comparable(line);
  if (text.empty() || text.front() == '#') return {};
  const size_t blank = text.find(' ');
  if (blank == std::string::npos) return bad_line(number, "a topic and a value are expected");
  size_t topic = 0;
  while (topic < topic_count && topic_names[topic] != std::string_view(text).substr(0, blank)) ++topic;
  if (topic == topic_count) return bad_line(number, "unknown topic");
  const std::string value(trimmed(std::string_view(text).substr(blank)));
  if (Topic(topic) != Topic::network) {
    names_[topic].insert(value);
    return {};
  }
  const size_t slash = value.find('/');
  const auto address = parse_ip_address(std::string_view(value).substr(0, slash));
  if (!address) return bad_line(number, "an address or a CIDR block is expected");
  const int width = is_v4(*address) ? 32 : 128;
  int bits = width;
  if (slash != std::string::npos) {
    const char* last = value.data() + value.size();
    const auto [end, error] = std::from_chars(value.data() + slash + 1, last, bits);
    if (error != std::errc() || end != last || bits < 0 || bits > width) return bad_line(number, "bad prefix length");
  }
  networks_.push_back({*address, bits + 128 - width});
  return {};
}

bool SharedInfrastructure::has(Topic topic, std::string_view value) const {
  return names_[static_cast<size_t>(topic)].contains(std::string(value));
}

bool SharedInfrastructure::has_address(const IpAddress& address) const {
  for (const Network& network : networks_) {
    if (in_network(address, network.address, network.bits)) return true;
  }
  return false;
}

bool SharedInfrastructure::has_domain(std::string_view host) const {
  while (!host.empty()) {
    if (has(Topic::domain, host)) return true;
    const size_t dot = host.find('.');
    host = dot == std::string_view::npos ? std::string_view() : host.substr(dot + 1);
  }
  return false;
}

bool SharedInfrastructure::has_folder(Topic topic, std::string_view path) const {
  for (size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
    if (has(topic, path.substr(0, slash + 1))) return true;
  }
  return false;
}

}  // namespace vedette::correlate
