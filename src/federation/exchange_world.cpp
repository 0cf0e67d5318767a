#include "exchange_world.h"

#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <map>

#include "vedette/federation/connector_library.h"
#include "vedette/federation/instance.h"
#include "vedette/io/file_system.h"
#include "vedette/resources/alerts/alerts.h"

namespace vedette::federation {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

namespace {

constexpr const char* connector_name = "tested";

std::map<std::string, std::string> texts(const json::Object& object) {
  std::map<std::string, std::string> all;
  for (const auto& member : object)
    all[std::string(member.key())] =
        member.value().is_string() ? std::string(member.value().get_string()) : json::to_text(member.value());
  return all;
}

}  // namespace

bool wait_until(const std::function<bool()>& condition, std::chrono::seconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

Result<std::unique_ptr<TemporaryFolder>> TemporaryFolder::make() {
  std::string pattern = (fs::temp_directory_path() / "vedette-exchange-XXXXXX").string();
  if (!mkdtemp(pattern.data())) return fail(ErrorCode::io_error, "There is no place for temporary files.");
  return std::make_unique<TemporaryFolder>(pattern);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

Result<std::unique_ptr<ExchangeWorld>> ExchangeWorld::make(const std::string& folder, const ExchangeFile& file,
                                                           const std::vector<store::Collection>& collections) {
  std::unique_ptr<ExchangeWorld> world(new ExchangeWorld(TRY(TemporaryFolder::make()), file.now, collections));
  TRY(world->open(folder, file));
  return world;
}

ExchangeWorld::~ExchangeWorld() { stop(); }

Status ExchangeWorld::open(const std::string& folder, const ExchangeFile& file) {
  auto& files = io::posix_file_system();
  TRY(files.create_directories(data_->path() + "/connectors"));
  std::error_code error;
  fs::create_directory_symlink(fs::absolute(folder), data_->path() + "/connectors/" + connector_name, error);
  if (error) return fail(ErrorCode::io_error, "The connector's folder cannot be linked.").with_cause(error.message());
  const auto loaded = TRY(ConnectorLibrary(data_->path()).load(connector_name));
  box_ = TRY(SecretBox::open(files, data_->path() + "/secrets.key"));
  tables::StoreOptions options;
  options.clock = &clock_;
  events_ = TRY(tables::EventStore::open(files, data_->path() + "/events", tables::Access::read_write, options));
  const bool is_polled = loaded->transport.poll.has_value();
  Instance made;
  made.name = instance;
  made.connector = connector_name;
  made.transport = is_polled ? "poll" : "actions";
  made.live = is_polled;
  made.created = clock_.now();
  made.settings = texts(file.settings);
  // It is polled when a step says so.
  if (is_polled) made.settings.try_emplace("interval_seconds", std::to_string(poll_interval_s_max));
  made = TRY(make_instance(tenant, std::move(made), loaded->transport, texts(file.secrets), *box_));
  const auto& config = loaded->connector->config();
  return add_instance(*store_, tenant, made, loaded->transport, config.vendor, config.provider);
}

Status ExchangeWorld::start() {
  FederationDependencies dependencies{*store_, clock_, *box_, data_->path(), {}, {}, {}, {}};
  dependencies.tenants = []() -> Result<std::vector<std::string>> { return std::vector<std::string>{tenant}; };
  dependencies.sinks = [this](const std::string&) -> Result<TenantSinks> {
    return TenantSinks{*events_, data_->path() + "/quarantine", keyed_pushes_};
  };
  dependencies.on_problem = [this](const base::Error& error, const std::string&, const std::string&) {
    const std::scoped_lock lock(mutex_);
    problems_.push_back(error.message + (error.cause.empty() ? "" : " (" + error.cause + ")"));
  };
  FederationOptions options;
  options.outbound.client.allowed = {TRY(http::parse_address_range("127.0.0.0/8"))};
  options.outbound.allow_http = true;
  options.look = options.feed = options.retry_min = std::chrono::milliseconds(10);
  options.retry_max = std::chrono::milliseconds(100);
  options.shared_sweep_min = std::chrono::hours(1);  // each poll is a sweep of its own
  federation_ = std::make_unique<Federation>(std::move(dependencies), options);
  thread_ = std::jthread([this](const std::stop_token& token) { federation_->run(token); });
  // From then on changes are seen.
  wait_until([&] { return store_->state(tenant, "federation.feed").value_or(std::nullopt).has_value(); });
  return {};
}

void ExchangeWorld::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  federation_.reset();
}

Result<json::Value> ExchangeWorld::read(std::string_view collection, const std::string& id) const {
  const auto entity = TRY(store_->get(tenant, collection, id));
  if (!entity) return json::Value(nullptr);
  return json::parse(entity->json);
}

Result<std::vector<json::Value>> ExchangeWorld::alerts() const {
  store::Query query;
  query.collection = resources::alert_collection;
  query.top = 1000;
  std::vector<json::Value> all;
  const auto page = TRY(store_->query(tenant, query));
  for (const auto& entity : page.entities) all.push_back(TRY(json::parse(entity.json)));
  return all;
}

std::vector<std::string> ExchangeWorld::take_problems() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(problems_, {});
}

}  // namespace vedette::federation
