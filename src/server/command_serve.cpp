// `vedette serve`: the server, until it is asked to stop.
#include <iostream>

#include "commands.h"
#include "configuration.h"
#include "demo.h"
#include "ingest_report.h"
#include "installation.h"
#include "stop_signals.h"
#include "vedette/http/development_certificate.h"
#include "vedette/http/server.h"

namespace vedette::server {

using base::ErrorCode;
using base::fail;

namespace {

struct ServeCommand {
  std::string config, data, listen, tls, certificate, key, now, limits;
  bool demo = false, print_config = false;
};

TlsPaths development_tls(const std::string& data) { return {data + "/development.crt", data + "/development.key"}; }

base::Result<Configuration> configure(const ServeCommand& command) {
  Configuration configuration;
  const std::string file = command.config.empty() ? "vedette.toml" : command.config;
  if (!command.config.empty() || io::posix_file_system().exists(file))
    TRY(apply_toml(configuration, TRY(io::read_file(io::posix_file_system(), file))));
  if (!command.listen.empty()) TRY(set_listen(configuration, command.listen));
  if (!command.data.empty()) configuration.data = command.data;
  if (command.tls == "dev") configuration.tls = development_tls(configuration.data);
  if (!command.certificate.empty()) configuration.tls = TlsPaths{command.certificate, command.key};
  if (command.limits == "graph") {
    configuration.hunting = {};
    configuration.api_limits = ApiLimits::graph;
  }
  if (command.limits == "none") configuration.api_limits = ApiLimits::none;
  if (command.limits == "none" || (command.limits.empty() && command.demo))
    configuration.hunting = resources::HuntingQuota::unlimited();
  if (command.demo && !is_loopback(configuration.host))
    return fail(ErrorCode::bad_request, "--demo is for one machine: it listens on a loopback address only, not on '" +
                                            configuration.host + "'.");
  if (command.demo) {
    for (OutboundReach* reach : {&configuration.notifications, &configuration.connectors}) {
      reach->allowed_ranges.insert(reach->allowed_ranges.end(), {"127.0.0.0/8", "::1"});
      reach->allow_http = true;
    }
  }
  return configuration;
}

bool is_health(const http::Request& request) {
  const std::string_view path = request.split_target().path;
  return path == "/healthz" || path == "/readyz";
}

// Answers for the installation from the moment the port is open, and says 503 until there is one.
class Front {
 public:
  explicit Front(Log& log) : log_(log) {}
  void open(Installation& installation) { installation_ = &installation; }
  void close() { installation_ = nullptr; }

  http::Response answer(const http::Request& request) {
    if (Installation* installation = installation_) return installation->handle(request);
    if (request.split_target().path == "/healthz") return starting(200, "ok\n");
    auto response = starting(503, "The server is starting.\n");
    response.headers.set("Retry-After", "1");
    return response;
  }
  std::optional<http::Response> answer_at_once(const http::Request& request) {
    if (is_health(request)) return answer(request);
    Installation* const installation = installation_;
    return installation ? installation->answer_at_once(request) : std::nullopt;
  }
  tl::expected<uint64_t, http::Response> admit_body(const http::Request& head) {
    if (Installation* installation = installation_) return installation->admit_body(head);
    return anonymous_body_bytes_max;
  }
  http::Response refuse(int status, std::string_view message) const {
    if (const Installation* installation = installation_) return installation->refuse(status, message);
    return starting(status, std::string(message) + "\n");
  }
  void problem(const base::Error& error) { log_.problem("http", error); }

 private:
  static http::Response starting(int status, std::string body) {
    http::Response response;
    response.status = status;
    response.headers.set("Content-Type", "text/plain; charset=utf-8");
    response.body = std::move(body);
    return response;
  }

  Log& log_;
  std::atomic<Installation*> installation_ = nullptr;
};

base::Result<std::unique_ptr<http::Server>> listen(const Configuration& configuration, const base::Clock& clock,
                                                   Front& front) {
  http::ServerOptions options;
  options.host = configuration.host;
  options.port = configuration.port;
  if (configuration.tls) options.tls = http::TlsFiles{configuration.tls->certificate, configuration.tls->key};
  options.workers = workers;
  options.answer_at_once = [&front](const http::Request& request) { return front.answer_at_once(request); };
  options.body_bytes_max = anonymous_body_bytes_max;
  options.admit_body = [&front](const http::Request& head) { return front.admit_body(head); };
  options.error_response = [&front](int status, std::string_view message) { return front.refuse(status, message); };
  options.on_problem = [&front](const base::Error& error) { front.problem(error); };
  options.clock = &clock;
  return http::Server::start(std::move(options),
                             [&front](const http::Request& request) { return front.answer(request); });
}

std::string listen_url(const Configuration& configuration, uint16_t port) {
  const std::string host =
      configuration.host.find(':') == std::string::npos ? configuration.host : "[" + configuration.host + "]";
  return (configuration.tls ? "https://" : "http://") + host + ":" + std::to_string(port);
}

// The certificate of `--tls dev`: made when there is none, or none that is good for the host any more.
base::Status provide_development_certificate(const Configuration& configuration, const base::Clock& clock, Log& log) {
  auto& files = io::posix_file_system();
  const TlsPaths& paths = *configuration.tls;
  const auto before = io::read_file(files, paths.certificate);
  if (before && files.exists(paths.key) && http::is_certificate_for(*before, configuration.host, clock.now()))
    return {};
  TRY(files.create_directories(configuration.data));
  const auto made = TRY(http::make_development_certificate(configuration.host, clock.now()));
  TRY(io::write_file_durably(files, paths.key, made.key, io::FileMode::owner_only));
  TRY(io::write_file_durably(files, paths.certificate, made.certificate));
  log.write(LogLevel::info, "development_certificate", {{"file", paths.certificate}});
  return {};
}

base::Status serve(const ServeCommand& command, const Configuration& configuration, const base::Clock& clock) {
  take_stop_signals();
  Log log(clock);
  Front front(log);
  if (command.tls == "dev") TRY(provide_development_certificate(configuration, clock, log));
  const auto server = TRY(listen(configuration, clock, front));
  const std::string url = listen_url(configuration, server->port());
  const auto installation = TRY(Installation::open(configuration, url, clock, log));
  std::optional<DemoAccess> demo;
  if (command.demo) demo = TRY(prepare_demo(*installation, configuration.data, clock));
  installation->correlation().run_once();
  installation->correlation().start();
  installation->retention().start();
  installation->notifications().start();
  installation->federation().start();
  hold_stop_signals();
  front.open(*installation);
  log.write(LogLevel::info, "listening", {{"url", url}, {"data", configuration.data}});
  if (demo) std::cout << introduction(*demo) << std::flush;
  const int signal = wait_for_stop_signal();
  log.write(LogLevel::info, "stopping", {{"signal", signal}});
  server->stop();
  front.close();
  installation->federation().stop();
  installation->notifications().stop();
  installation->correlation().stop();
  installation->retention().stop();
  return {};
}

int run_serve(const ServeCommand& command) {
  const auto failed = [](const base::Error& error) {
    std::cerr << "vedette: " << error_text(error) << "\n";
    return 1;
  };
  const auto configuration = configure(command);
  if (!configuration) return failed(configuration.error());
  if (command.print_config) {
    std::cout << to_toml(*configuration) << std::flush;
    return 0;
  }
  std::unique_ptr<base::Clock> clock = std::make_unique<base::SystemClock>();
  if (!command.now.empty()) {
    const auto now = base::parse_iso_date_time(command.now);
    if (!now) return failed(fail(ErrorCode::bad_request, "--now is no ISO 8601 time: '" + command.now + "'."));
    clock = std::make_unique<base::FixedClock>(*now);
  }
  const auto served = serve(command, *configuration, *clock);
  return served ? 0 : failed(served.error());
}

}  // namespace

void add_serve_command(Command root) {
  const Command command = root.command("serve", "Run the server");
  const auto options = std::make_shared<ServeCommand>();
  command.option("--config", options->config, "Configuration file (vedette.toml when there is one)");
  command.option("--data", options->data, "Data folder (./vedette-data)");
  command.option("--listen", options->listen, "HOST:PORT (127.0.0.1:8080); port 0 takes any free one");
  const Option certificate =
      command.option("--tls-certificate", options->certificate, "PEM chain, leaf first: serve TLS");
  const Option key = command.option("--tls-key", options->key, "PEM key of the certificate");
  certificate.needs(key);
  key.needs(certificate);
  command
      .option("--tls", options->tls,
              "dev: serve TLS with a certificate of this server's own making, DIR/development.crt, for developers")
      .one_of({"dev"})
      .excludes(certificate);
  command.flag("--demo", options->demo, "Load a demo tenant with an attack to look at; loopback only");
  command
      .option(
          "--limits", options->limits,
          "What applications may use of hunting and how often they may call: graph, as Microsoft Graph limits it, or "
          "none; else as the configuration says, and none for --demo")
      .one_of({"none", "graph"});
  command.option("--now", options->now, "Fix the clock at an ISO 8601 time");
  command.flag("--print-config", options->print_config, "Print the configuration in force, and stop");
  command.examples(
      "  vedette serve --demo\n"
      "  vedette serve --demo --tls dev\n"
      "  vedette serve --data /var/lib/vedette --listen 0.0.0.0:443 --tls-certificate s.pem --tls-key s.key");
  command.action([options] { return run_serve(*options); });
}

}  // namespace vedette::server
