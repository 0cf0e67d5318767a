#include <map>
#include <mutex>
#include <thread>

#include "client_exchange.h"

namespace vedette::http {

struct AsyncClient::Impl {
  struct Asked {
    ClientRequest request;
    Done done;
  };
  struct Running {
    std::unique_ptr<ClientExchange> exchange;
    Done done;
  };

  static constexpr long idle_connections_max = 256;

  explicit Impl(ClientOptions given) : options(std::move(given)), multi(curl_multi_init()) {
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, idle_connections_max);
  }

  void begin(Asked one) {
    auto exchange = ClientExchange::create(std::move(one.request), options);
    if (!exchange) return one.done(exchange.error());
    CURL* handle = (*exchange)->handle();
    if (curl_multi_add_handle(multi, handle) != CURLM_OK)
      return one.done(base::fail(base::ErrorCode::internal, "The HTTP client cannot send."));
    running.emplace(handle, Running{std::move(*exchange), std::move(one.done)});
  }

  void end(CURL* handle, CURLcode code) {
    curl_multi_remove_handle(multi, handle);
    auto node = running.extract(handle);
    node.mapped().done(node.mapped().exchange->finish(code));
  }

  void loop(const std::stop_token& stop) {
    constexpr int wait_ms_max = 1000;
    while (!stop.stop_requested()) {
      std::vector<Asked> fresh;
      {
        const std::scoped_lock lock(mutex);
        fresh.swap(asked);
      }
      for (Asked& one : fresh) begin(std::move(one));
      int active = 0, left = 0;
      curl_multi_perform(multi, &active);
      while (const CURLMsg* message = curl_multi_info_read(multi, &left))
        if (message->msg == CURLMSG_DONE) end(message->easy_handle, message->data.result);
      curl_multi_poll(multi, nullptr, 0, wait_ms_max, nullptr);
    }
  }

  // After the thread has ended.
  void cancel_all() {
    const auto cancelled = base::fail(base::ErrorCode::cancelled, "The request was cancelled.");
    for (auto& [handle, one] : running) {
      curl_multi_remove_handle(multi, handle);
      one.done(cancelled);
    }
    running.clear();
    for (Asked& one : asked) one.done(cancelled);
    curl_multi_cleanup(multi);
  }

  const ClientOptions options;
  CURLM* const multi;
  std::mutex mutex;
  std::vector<Asked> asked;
  std::map<CURL*, Running> running;  // of the thread
  std::jthread thread;
};

AsyncClient::AsyncClient(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {
  impl_->thread = std::jthread([this](const std::stop_token& stop) { impl_->loop(stop); });
}

AsyncClient::~AsyncClient() {
  impl_->thread.request_stop();
  curl_multi_wakeup(impl_->multi);
  impl_->thread.join();
  impl_->cancel_all();
}

void AsyncClient::send(ClientRequest request, Done done) {
  {
    const std::scoped_lock lock(impl_->mutex);
    impl_->asked.push_back({std::move(request), std::move(done)});
  }
  curl_multi_wakeup(impl_->multi);
}

}  // namespace vedette::http
