// `externaldata` against a real server: formats, and what must not be read.
#include "vedette/resources/hunting/external_data.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <atomic>
#include <functional>
#include <thread>

#include "vedette/http/server.h"
#include "vedette/resources/hunting/hunting.h"
#include "vedette/tables/event_store.h"

namespace vedette::resources {
namespace {

using namespace std::literals;

std::string gzipped(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

class ExternalData : public testing::Test {
 protected:
  ExternalData() {
    auto started = http::Server::start({}, [this](const http::Request& request) { return handle(request); });
    server_ = std::move(started.value());
    options_.hosts = {"127.0.0.1"};
    options_.allow_http = true;
    options_.client.reach = http::Reach::any_address;
  }
  ~ExternalData() override { server_->stop(); }

  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + path;
  }
  // The rows of `externaldata (columns) [path] with`, or the error as "code: message".
  std::string read(const std::string& columns, const std::string& path, const std::string& with = "",
                   const std::string& rest = "") {
    return run("externaldata(" + columns + ")[@'" + url(path) + "']" + with + rest);
  }
  std::string run(const std::string& query, base::StopCheck stop = {}) {
    HuntingOptions options;
    options.stop = stop;
    options.external_data = external_data(options_);
    auto body = run_hunting_query(query, *tables::empty_snapshot(), options);
    if (!body) return std::string(base::to_string(body.error().code)) + ": " + body.error().message;
    std::string text;
    while (auto chunk = (*body)->next_chunk().value()) text += *chunk;
    const size_t results = text.find(R"("results":)");
    return text.substr(results + 10, text.size() - results - 11);
  }

  std::map<std::string, std::function<http::Response()>> pages_;
  std::atomic<int> asked_ = 0;
  ExternalDataOptions options_;

  void serve(const std::string& path, std::string body) {
    pages_[path] = [body = std::move(body)] {
      http::Response response;
      response.body = body;
      return response;
    };
  }
  void redirect(const std::string& path, const std::string& to) {
    pages_[path] = [to] {
      http::Response response;
      response.status = 302;
      response.headers.set("Location", to);
      return response;
    };
  }

 private:
  http::Response handle(const http::Request& request) {
    ++asked_;
    const auto page = pages_.find(std::string(request.split_target().path));
    if (page != pages_.end()) return page->second();
    http::Response response;
    response.status = 404;
    return response;
  }
  std::unique_ptr<http::Server> server_;
};

TEST_F(ExternalData, ReadsLinesOfText) {
  serve("/ips.txt", "# listed\n198.51.100.7\n\n203.0.113.9\n");
  EXPECT_EQ(read("ip:string", "/ips.txt", " with (format='txt', ignoreFirstRecord=true)"),
            R"([{"ip":"198.51.100.7"},{"ip":"203.0.113.9"}])");
  EXPECT_EQ(read("ip:string, more:long", "/ips.txt", "", " | where ip has '203' | count"), R"([{"Count":1}])");
}

TEST_F(ExternalData, ReadsCsvByPlaceAndConvertsToWhatIsDeclared) {
  serve("/cves.csv",
        "id,score,seen,tags,known\n"
        "CVE-1,9.8,2024-03-01T10:00:00Z,\"{\"\"a\"\":1}\",true\n"
        "CVE-2,x,,,\n"
        "CVE-3\n"
        "CVE-4,1,2024-03-02,,false,further\n");
  EXPECT_EQ(
      read("id:string, score:real, seen:datetime, tags:dynamic, known:bool", "/cves.csv",
           " with (format=\"csv\", IgnoreFirstRecord=True)",
           " | project id, s = tostring(score), d = format_datetime(seen, 'yyyy-MM-dd'), a = toint(tags.a), known"),
      R"([{"id":"CVE-1","s":"9.8","d":"2024-03-01","a":1,"known":true},)"
      R"({"id":"CVE-2","s":"","d":"","a":null,"known":null},{"id":"CVE-3","s":"","d":"","a":null,"known":null},)"
      R"({"id":"CVE-4","s":"1.0","d":"2024-03-02","a":null,"known":false}])");
  serve("/ids", "5c7d13e3-ab20-4d4c-8e0b-1f1e6c0a7b11|00:01:30|12.50\n");
  EXPECT_EQ(read("id:guid, took:timespan, cost:decimal", "/ids", " with (format='psv')",
                 " | project tostring(id), took / 1s, cost * 2 == decimal(25)"),
            R"([{"id":"5c7d13e3-ab20-4d4c-8e0b-1f1e6c0a7b11","Column1":90.0,"Column2":true}])");
}

TEST_F(ExternalData, ReadsJsonByNameAndGzip) {
  serve("/hosts.json", R"([{"name":"a","ports":[22,80]},{"ports":[],"name":"b","more":1}])");
  EXPECT_EQ(read("ports:dynamic, name:string", "/hosts.json", "", " | project name, n = array_length(ports)"),
            R"([{"name":"a","n":2},{"name":"b","n":0}])");
  serve("/lines.json.gz", gzipped("{\"n\":1}\n{\"n\":2}\n"));
  EXPECT_EQ(read("n:long", "/lines.json.gz", "", " | summarize sum(n)"), R"([{"sum_n":3}])");
}

TEST_F(ExternalData, ReadsAllAsOneText) {
  serve("/script.r", "a <- 1\n\nb <- 2\n");
  EXPECT_EQ(read("script:string", "/script.r", " with (format = raw)", " | project n = strlen(script)"),
            R"([{"n":15}])");
}

TEST_F(ExternalData, TakesItsAddressFromAVariable) {
  serve("/ips.txt", "198.51.100.7\n");
  EXPECT_EQ(run("let feed = '" + url("/ips.txt") + "'; externaldata(ip:string)[feed] with (format=txt)"),
            R"([{"ip":"198.51.100.7"}])");
}

TEST_F(ExternalData, FetchesAnAddressOnceForAQuery) {
  serve("/ips.txt", "198.51.100.7\n");
  const std::string source = "externaldata(ip:string)[@'" + url("/ips.txt") + "', @'" + url("/ips.txt") + "']";
  EXPECT_EQ(run("let feed = " + source + "; union feed, (feed | where ip has '198') | count"), R"([{"Count":4}])");
  EXPECT_EQ(asked_, 1);
}

TEST_F(ExternalData, FollowsRedirectsToAllowedHostsOnly) {
  serve("/new/ips.txt", "198.51.100.7\n");
  redirect("/ips.txt", "/new/ips.txt");
  EXPECT_EQ(read("ip:string", "/ips.txt"), R"([{"ip":"198.51.100.7"}])");
  redirect("/named.txt", "/new/ips.txt?from=http://feeds.example.org/");
  EXPECT_EQ(read("ip:string", "/named.txt"), R"([{"ip":"198.51.100.7"}])");
  redirect("/new/ips.csv", "ips.txt");
  EXPECT_EQ(read("ip:string", "/new/ips.csv"), R"([{"ip":"198.51.100.7"}])");
  redirect("/away.txt", "http://localhost:1/x.txt");
  EXPECT_EQ(
      read("ip:string", "/away.txt"),
      "external_data_disabled: External data is not read from 'localhost': the operator allows other hosts only.");
  redirect("/round.txt", url("/round.txt"));
  EXPECT_EQ(read("ip:string", "/round.txt"),
            "limit_exceeded: External data at '" + url("/round.txt") + "' is redirected more than 5 times.");
}

TEST_F(ExternalData, RefusesOtherHostsAndPrivateAddresses) {
  EXPECT_EQ(
      run("externaldata(a:string)['https://feeds.example.org/a.csv']"),
      "external_data_disabled: External data is not read from 'feeds.example.org': the operator allows other hosts "
      "only.");
  options_.client.reach = http::Reach::public_addresses;
  EXPECT_EQ(read("ip:string", "/ips.txt"),
            "external_data_disabled: External data is not read from '127.0.0.1': its address is not a public one.");
  options_.allow_http = false;
  EXPECT_EQ(read("ip:string", "/ips.txt"),
            "external_data_disabled: External data is read by https only, not from '" + url("/ips.txt") + "'.");
  EXPECT_EQ(asked_, 0);
}

TEST_F(ExternalData, MatchesHostsAsTheOperatorNamesThem) {
  options_.hosts = {"*.example.org", "Feeds.Example.NET"};
  const auto open = [&](const std::string& uri) {
    const auto table = external_data(options_)->open({{"a"}, {uri}, {}});
    return table ? "" : std::string(base::to_string(table.error().code));
  };
  EXPECT_EQ(open("https://a.example.org/x"), "");
  EXPECT_EQ(open("https://FEEDS.example.net:8443/x"), "");
  for (const char* refused :
       {"https://example.org/x", "https://badexample.org/x", "https://feeds.example.net.evil.test/",
        "https://evil.test/?.example.org", "https://evil.test#.example.org"})
    EXPECT_EQ(open(refused), "external_data_disabled") << refused;
  EXPECT_EQ(open("https://u:p@a.example.org/x"), "not_supported");
  EXPECT_EQ(open("https://a.example.org/x;impersonate"), "not_supported");
  for (const char* wrong : {"ftp://a.example.org/x", "a.example.org", "https:///x", "https://a.example.org/ x"})
    EXPECT_EQ(open(wrong), "bad_request") << wrong;
}

TEST_F(ExternalData, RefusesWhatItCannotReadByName) {
  serve("/x", "{\"a\":1}\n{\"a\":\n");
  EXPECT_EQ(read("a:long", "/x", " with (format='parquet')"),
            "not_supported: The format 'parquet' of externaldata is not supported.");
  EXPECT_EQ(read("a:long", "/x", " with (format='json', ingestionMapping='[]')"),
            "not_supported: The property 'ingestionmapping' of externaldata is not supported.");
  EXPECT_EQ(read("a:long", "/x", " with (format='csv', ignoreFirstRecord='yes')"),
            "not_supported: 'ignoreFirstRecord' of externaldata is true or false.");
  EXPECT_EQ(read("a:long", "/x", " with (format='json')").find("bad_request: " + url("/x") + ", line 2, record 2: "),
            0);
  EXPECT_EQ(read("a:long", "/none?sig=secret"),
            "not_found: External data at '" + url("/none") + "' was answered with 404.");
}

TEST_F(ExternalData, EndsWithinItsSizeAndItsTime) {
  std::string many = "externaldata(a:string)['" + url("/x") + "'";
  for (size_t i = 0; i < external_data_addresses_max; ++i) many += ",'" + url("/x?" + std::to_string(i)) + "'";
  EXPECT_EQ(run(many + "]"), "limit_exceeded: A query reads external data from 100 addresses at most.");
  EXPECT_EQ(asked_, 0);
  serve("/large.gz", gzipped(std::string(external_data_raw_max + 1, 'a')));
  EXPECT_EQ(read("a:string", "/large.gz", " with (format='raw')").find("limit_exceeded: "), 0);
  serve("/large.txt", std::string(external_data_bytes_max + 1, 'a'));
  EXPECT_EQ(read("a:string", "/large.txt"),
            "limit_exceeded: External data of more than 64 MiB is not read, as at '" + url("/large.txt") + "'.");
  pages_["/slow.txt"] = [] {
    std::this_thread::sleep_for(1s);
    return http::Response{};
  };
  options_.client.timeout = 100ms;
  EXPECT_EQ(read("a:string", "/slow.txt"),
            "unavailable: External data at '" + url("/slow.txt") + "' cannot be fetched.");
  options_.client.timeout = 10s;
  const auto begun = std::chrono::steady_clock::now();
  const std::string stopped =
      run("externaldata(a:string)[@'" + url("/slow.txt") + "']", base::StopCheck({}, begun + 100ms));
  EXPECT_EQ(stopped.find("limit_exceeded"), 0) << stopped;
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 900ms);
}

}  // namespace
}  // namespace vedette::resources
