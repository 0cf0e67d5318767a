#include "delta.h"

#include <charconv>
#include <map>

#include "entities.h"
#include "vedette/base/base64.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::Result;

// The sequence, and for pages of the first reading behind ':' the token of the page.
struct Token {
  int64_t sequence = 0;
  std::string page;
};

Result<Token> read_token(const std::string& name, const std::string& text) {
  const auto bytes = base::decode_base64url(text);
  Token token;
  const char* end = bytes ? bytes->data() + bytes->size() : nullptr;
  const auto read = bytes ? std::from_chars(bytes->data(), end, token.sequence) : std::from_chars_result{};
  if (!bytes || read.ec != std::errc() || token.sequence < 0 || (read.ptr != end && *read.ptr != ':'))
    return bad_option(name, "The $" + name + " is not one of this service.");
  if (read.ptr != end) token.page.assign(read.ptr + 1, end);
  return token;
}

std::string link(const Call& call, const std::string& option, const std::string& token) {
  QueryOptions kept;
  for (const QueryOption& each : call.options.all)
    if (each.key != "deltatoken" && each.key != "skiptoken") kept.all.push_back(each);
  std::string text = next_link(call, call.route.link_path, kept, base::encode_base64url(token));
  return text.replace(text.rfind("$skiptoken="), 11, "$" + option + "=");
}

void append_link(std::string& body, const char* member, const std::string& url) {
  body += ",\"" + std::string(member) + "\":";
  json::append_string(body, url);
}

std::string start(const Call& call, const BoundQuery& query) {
  std::string collection = call.route.path.substr(0, call.route.path.rfind('/'));
  return "{" + call.context_member(collection_fragment(collection, query) + "/$delta") + "\"value\":[";
}

// Page by page what there is.
Result<http::Response> read_all(const Call& call, BoundQuery query, Token token) {
  query.store.after = token.page;
  const store::QueryPage page = TRY(call.store.query(call.caller.tenant_id, query.store));
  std::string body = start(call, query);
  for (const store::Entity& entity : page.entities) {
    if (!body.ends_with('[')) body += ',';
    body += '{';
    TRY(append_entity(body, call, TRY(parse_document(entity)), query, entity.id));
  }
  body += ']';
  const std::string sequence = std::to_string(token.sequence);
  if (page.next.empty())
    append_link(body, "@odata.deltaLink", link(call, "deltatoken", sequence));
  else
    append_link(body, "@odata.nextLink", link(call, "skiptoken", sequence + ":" + page.next));
  return json_response(call, body + "}");
}

// The entity when it is there and the filter lets it through.
Result<std::optional<store::Entity>> current(const Call& call, const BoundQuery& query, const std::string& id) {
  if (!query.store.filter) return call.store.get(call.caller.tenant_id, query.store.collection, id);
  store::Query one = query.store;
  one.filter = with_key(one.filter, call.route.type->key, id);
  one.top = 1;
  store::QueryPage page = TRY(call.store.query(call.caller.tenant_id, one));
  if (page.entities.empty()) return std::optional<store::Entity>();
  return std::optional<store::Entity>(std::move(page.entities.front()));
}

Result<http::Response> read_changes(const Call& call, const BoundQuery& query, const Token& token) {
  const auto changes = TRY(call.store.changes(call.caller.tenant_id, token.sequence, delta_changes_max));
  std::map<std::string, const store::Change*> last;  // of each entity
  for (const store::Change& change : changes)
    if (change.collection == query.store.collection) last[change.id] = &change;
  std::string body = start(call, query);
  for (const store::Change& change : changes) {
    const auto found = last.find(change.id);
    if (change.collection != query.store.collection || found->second != &change) continue;
    if (!body.ends_with('[')) body += ',';
    body += '{';
    if (const auto entity = TRY(current(call, query, change.id))) {
      TRY(append_entity(body, call, TRY(parse_document(*entity)), query, change.id));
      continue;
    }
    const bool deleted = !TRY(call.store.get(call.caller.tenant_id, query.store.collection, change.id));
    body += deleted ? R"("@removed":{"reason":"deleted"},)" : R"("@removed":{"reason":"changed"},)";
    json::append_string(body, call.route.type->key);
    body += ':';
    json::append_string(body, change.id);
    body += '}';
  }
  body += ']';
  const std::string next = std::to_string(changes.empty() ? token.sequence : changes.back().sequence);
  const bool more = changes.size() == delta_changes_max;
  append_link(body, more ? "@odata.nextLink" : "@odata.deltaLink", link(call, "deltatoken", next));
  return json_response(call, body + "}");
}

}  // namespace

bool is_delta(const edm::Operation& operation) {
  return operation.is_function && operation.name == "delta" && operation.binding.collection;
}

Result<http::Response> read_delta(const Call& call) {
  TRY(refuse_others(call.options, {"filter", "select", "top", "skiptoken", "deltatoken", "format"}));
  QueryOptions options = call.options;
  options.system.erase("skiptoken");
  options.system.erase("deltatoken");
  BoundQuery query = TRY(bind_collection(options, source_of(call.route), call.now));
  if (query.store.top == 0) return bad_option("top", "The $top of delta() is at least 1.");
  query.store.order.clear();
  TRY(require_parents(call));
  TRY(restrict_to_route(query.store, call));
  if (const std::string* text = call.options.find("deltatoken"))
    return read_changes(call, query, TRY(read_token("deltatoken", *text)));
  Token token;
  if (const std::string* text = call.options.find("skiptoken"))
    token = TRY(read_token("skiptoken", *text));
  else
    token.sequence = TRY(call.store.newest_sequence(call.caller.tenant_id));
  return read_all(call, std::move(query), std::move(token));
}

}  // namespace vedette::odata
