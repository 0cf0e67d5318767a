#include "limit_cases.h"

#include <zlib.h>

#include <chrono>
#include <memory>
#include <optional>

#include "../exec/stub_source.h"
#include "../function_chain.h"
#include "vedette/base/base64.h"
#include "vedette/http/server.h"
#include "vedette/kql/exec/engine.h"
#include "vedette/resources/hunting/external_data.h"
#include "vedette/resources/hunting/hunting.h"

namespace vedette::kql::testing {
namespace {

std::string repeated(std::string_view text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

// In Base64.
std::string zlib_of_blanks(size_t count) {
  const std::string blanks(count, ' ');
  uLongf size = compressBound(blanks.size());
  std::string bytes(size, '\0');
  compress(reinterpret_cast<Bytef*>(bytes.data()), &size, reinterpret_cast<const Bytef*>(blanks.data()), count);
  return base::encode_base64(std::string_view(bytes).substr(0, size));
}

base::Status run_to_end(const std::string& query, const EngineOptions& options) {
  static const StubCatalog catalog;
  const auto execution = TRY(run(query, catalog, options));
  while (TRY(execution->next())) {
  }
  return {};
}

std::string limit_message(const base::Error& error) {
  return error.code == base::ErrorCode::limit_exceeded ? error.message : "";
}

std::string engine_error(const std::string& query, base::StopCheck stop = {}) {
  EngineOptions options;
  options.stop = std::move(stop);
  const auto status = run_to_end(query, options);
  return status ? "" : limit_message(status.error());
}

std::string api_error(const std::string& query) {
  static const StubCatalog catalog;
  const auto result = resources::run_hunting_query(query, catalog, {});
  return result ? "" : limit_message(result.error());
}

// A feed on a free port of 127.0.0.1; in the page it has a name that stays.
std::string external_data_error(const http::Handler& feed) {
  const auto server = http::Server::start({}, feed);
  if (!server) return server.error().message;
  const std::string origin = "http://127.0.0.1:" + std::to_string((*server)->port());
  resources::ExternalDataOptions external{{"127.0.0.1"}, true, {}};
  external.client.reach = http::Reach::any_address;
  resources::HuntingOptions options;
  options.external_data = resources::external_data(std::move(external));
  const auto result =
      resources::run_hunting_query("externaldata(a:string)['" + origin + "/feed.txt']", StubCatalog(), options);
  (*server)->stop();
  if (result) return "";
  std::string message = limit_message(result.error());
  if (const size_t at = message.find(origin); at != message.npos)
    message.replace(at, origin.size(), "https://feeds.example.org");
  return message;
}

http::Response redirect_to_itself(const http::Request& request) {
  http::Response response;
  response.status = 302;
  response.headers.set("Location", request.target);
  return response;
}

LimitCase engine_limit(std::string what, std::string number, std::string in_error, std::string query) {
  return {std::move(what), std::move(number), std::move(in_error),
          [query = std::move(query)] { return engine_error(query); }};
}

std::vector<LimitCase> syntax_limits() {
  return {
      engine_limit("Length of a query", "1 MiB", "1048576 bytes", "print '" + std::string(1 << 20, 'x') + "'"),
      engine_limit("Parentheses, brackets and braces within each other", "200", "200 levels",
                   "print " + repeated("(", 300) + "1" + repeated(")", 300)),
      engine_limit("Height of an expression, such as a + b + …", "1,000", "1000 levels",
                   "print 1" + repeated("+1", 1100)),
      engine_limit("Operators of one pipe", "1,000", "1000 operators",
                   "print x = 1" + repeated(" | where x > 0", 1001)),
  };
}

std::vector<LimitCase> plan_limits() {
  const std::string table = "(datatable(x:long)[1])";
  return {
      engine_limit("Functions of let that call each other", "32 deep", "32 deep (function_depth_max)",
                   chain("(x:long) { x }", "(x:long) { #(x) }", 40) + table + " | extend y = f40(x)"),
      engine_limit("Expressions, after functions are expanded", "200,000", "200000 expressions",
                   chain("(x:long) { x + x }", "(x:long) { #(x) + #(x) }", 25) + table + " | extend y = f25(x)"),
      engine_limit("Calls within calls, after functions are expanded", "2,000", "2000 deep",
                   chain("(x:long) { x }", "(x:long) { #(x" + repeated(" + 1", 300) + ") }", 20) + table +
                       " | extend y = f20(x)"),
      engine_limit(
          "Expressions and tables within each other, after functions are expanded", "300",
          "300 deep after functions are expanded (binding_depth_max)",
          chain("(x:long) { x }", "(x:long) { " + repeated("abs(", 50) + "#(x)" + repeated(")", 50) + " }", 20) +
              table + " | extend y = f20(x)"),
      engine_limit("Operators, after functions are expanded", "100,000", "100000",
                   chain("() { " + table + " }", "() { union #(), #() }", 25) + "f25()"),
      engine_limit("Operators after each other, after functions are expanded", "2,000", "2000 operators",
                   "let f = (T:(x:long)) { T" + repeated(" | where x * 2 > 1", 300) + " };\n" + table +
                       repeated(" | invoke f()", 8)),
  };
}

std::vector<LimitCase> operator_limits() {
  return {
      engine_limit("Rows of one range", "10,000,000", "10000000 rows",
                   "range x from 1 to 1000000000000000000 step 1 | count"),
      engine_limit("Values of the right side of in (table)", "1,000,000", "1000000 values",
                   "let T = range x from 1 to 1000001 step 1;\nprint y = 5 | where y in (T)"),
      engine_limit("Values of one series of make-series", "1,048,576", "1048576 values",
                   "range x from 1 to 2 step 1 | make-series count() on x from 1 to 2000000 step 1"),
      engine_limit("Steps of make-series between the origin and a bin", "2^61", "2^61 steps",
                   "datatable(t:real)[1e300] | make-series count() on t step 1.0"),
      engine_limit("Edges of a path in a graph pattern", "64", "64 edges",
                   "datatable(s:string, t:string)['a', 'b'] | make-graph s --> t with_node_id = i"
                   " | graph-match (x)-[e*1..65]->(y) project x.i"),
      engine_limit("Values of partition over a query of its own", "64", "64 values",
                   "range x from 1 to 65 step 1 | partition by x { print x }"),
      engine_limit(
          "Patterns that basket() and autocluster() meet", "10,000", "10000 patterns",
          "range x from 1 to 500 step 1 | extend h = hash(x) | project a = tostring(binary_and(h, 1))" +
              [] {
                std::string columns;
                for (int i = 1; i < 20; ++i)
                  columns += ", a" + std::to_string(i) + " = tostring(binary_and(h, " + std::to_string(1 << i) + "))";
                return columns;
              }() +
              " | evaluate basket(0.02)"),
      engine_limit("Columns that pivot makes", "1,000", "1000 columns",
                   "range x from 1 to 1001 step 1 | extend c = tostring(x) | evaluate pivot(c)"),
      engine_limit("Columns that bag_unpack makes", "1,000", "1000 columns",
                   "range x from 1 to 1001 step 1 | project d = bag_pack(tostring(x), 1) | evaluate bag_unpack(d)"),
  };
}

std::vector<LimitCase> value_limits() {
  return {
      engine_limit(
          "Bytes of one text", "64 MiB", "64 MiB,",
          "print s = strrep('" + std::string(1024, 'x') + "', 1024) | extend s = strrep(s, 1024) | project strlen(s)"),
      engine_limit("Levels of one dynamic", "200", "200 levels",
                   "print d = dynamic([1])" + repeated(" | extend d = pack_array(d)", 250) + " | project tostring(d)"),
      engine_limit("Elements of one dynamic", "2^24", "2^24 elements",
                   "print isnull(repeat(repeat(repeat(1, 1000), 1000), 1000))"),
      engine_limit("Bytes that a compressed text becomes", "64 MiB", "64 MiB,",
                   "print strlen(zlib_decompress_from_base64_string('" + zlib_of_blanks(65 << 20) + "'))"),
      engine_limit("Bytes of one regular expression", "512 KiB", "512 KiB,",
                   "print 'a' matches regex strcat_array(repeat('abcdef', 100000), '')"),
      engine_limit("Digits of format_bytes() behind the point", "15", "0 to 15", "print format_bytes(1, 16)"),
      engine_limit("Values that repeat() makes", "1,048,576", "1048576 values",
                   "print array_length(repeat(1, 2000000))"),
      engine_limit("Arguments of max_of() and min_of()", "64", "64 arguments",
                   "print max_of(1" + repeated(", 2", 64) + ")"),
  };
}

std::vector<LimitCase> run_limits() {
  using Clock = std::chrono::steady_clock;
  return {
      {"Time of a query over the API", std::to_string(resources::hunting_time_max.count()) + " s", "time limit",
       [] {
         return engine_error("range x from 1 to 10000000 step 1 | where strrep(tostring(x), 1024) has 'y' | count",
                             base::StopCheck({}, Clock::now() + std::chrono::milliseconds(20)));
       }},
      engine_limit("Memory of a query", std::to_string(resources::hunting_memory_bytes_max >> 20) + " MiB", "memory",
                   "range x from 1 to 3000 step 1 | summarize make_list(range(1, 100000 + x, 1))"),
      {"Rows of an answer of the API", "100,000", "100000 rows",
       [] { return api_error("range x from 1 to 100001 step 1"); }},
      {"Size of an answer of the API", "124 MiB", "124 M",
       [] {
         return api_error("range x from 1 to 2000 step 1 | project s = strrep('" + std::string(100, 'x') + "', 1024)");
       }},
      {"Size of what externaldata fetches for a query", "64 MiB", "64 MiB",
       [] {
         return external_data_error([](const http::Request&) {
           http::Response response;
           response.body.assign(resources::external_data_bytes_max + 1, 'x');
           return response;
         });
       }},
      {"Redirects of an address of externaldata", "5", "5 times",
       [] { return external_data_error(redirect_to_itself); }},
  };
}

// An error is asked for by a test and by the page.
LimitCase asked_once(LimitCase limit) {
  limit.error = [ask = std::move(limit.error), answer = std::make_shared<std::optional<std::string>>()] {
    if (!*answer) *answer = ask();
    return **answer;
  };
  return limit;
}

}  // namespace

const std::vector<LimitCase>& limit_cases() {
  static const std::vector<LimitCase> all = [] {
    std::vector<LimitCase> cases;
    for (const auto& group : {syntax_limits(), plan_limits(), operator_limits(), value_limits(), run_limits()})
      for (const LimitCase& limit : group) cases.push_back(asked_once(limit));
    return cases;
  }();
  return all;
}

}  // namespace vedette::kql::testing
