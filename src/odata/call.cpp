#include "call.h"

#include <algorithm>
#include <charconv>

#include "new_entity.h"
#include "vedette/edm/type.h"

namespace vedette::odata {
namespace {

// The items of a header that is a list, in lower case and without blanks.
std::vector<std::string> items_of(const http::Headers& headers, std::string_view name, char separator) {
  std::vector<std::string> items;
  for (const std::string_view value : headers.all(name)) {
    std::string item;
    for (size_t i = 0; i <= value.size(); ++i) {
      const char c = i < value.size() ? value[i] : separator;
      if (c == separator) {
        if (!item.empty()) items.push_back(std::move(item));
        item.clear();
      } else if (c != ' ' && c != '\t') {
        item += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      }
    }
  }
  return items;
}

}  // namespace

Preferences read_preferences(const http::Request& request) {
  Preferences preferences;
  for (const std::string& item : items_of(request.headers, "Prefer", ',')) {
    if (item == "include-unknown-enum-members") preferences.unknown_members = true;
    if (item == "return=minimal") preferences.return_minimal = true;
    if (item == "return=representation") preferences.return_representation = true;
    const std::string_view name = std::string_view(item).substr(item.starts_with("odata.") ? 6 : 0);
    if (name == "include-annotations=\"vedette.changes\"") preferences.change_times = true;
    constexpr std::string_view page_max = "maxpagesize=";
    if (name.starts_with(page_max))
      std::from_chars(name.data() + page_max.size(), name.data() + name.size(), preferences.page_max);
  }
  for (const std::string& range : items_of(request.headers, "Accept", ','))
    if (range.find(";odata.metadata=none") != std::string::npos || range.find(";metadata=none") != std::string::npos)
      preferences.annotations = false;
  return preferences;
}

std::string Call::context_url(std::string_view fragment) const {
  return root_url + "/$metadata#" + std::string(fragment);
}

std::string Call::context_member(std::string_view fragment) const {
  if (!preferences.annotations) return {};
  std::string out = "\"@odata.context\":";
  json::append_string(out, context_url(fragment));
  return out + ",";
}

Context Call::behaviour_context(const std::string& context_url) const {
  Context context{*route.model, caller, request, store, now, route.id};
  if (preferences.annotations) context.context_url = context_url;
  if (route.capabilities) context.collection = route.capabilities->collection;
  context.new_entity = [this](const json::Object& members) -> base::Result<json::Object> {
    json::Object document = TRY(new_document(*this, TRY(conform_new(*this, members))));
    add_links(*this, document);
    return document;
  };
  return context;
}

std::string origin_of(const http::Request& request, const std::string& public_url) {
  if (!public_url.empty()) return public_url.ends_with('/') ? public_url.substr(0, public_url.size() - 1) : public_url;
  return (request.tls ? "https://" : "http://") + std::string(request.headers.get("Host", "localhost"));
}

http::Response json_response(const Call& call, std::string body) {
  http::Response response;
  response.headers.set("Content-Type", call.preferences.annotations
                                           ? "application/json; odata.metadata=minimal; charset=utf-8"
                                           : "application/json; odata.metadata=none; charset=utf-8");
  response.body = std::move(body);
  return response;
}

http::Response no_content() {
  http::Response response;
  response.status = 204;
  return response;
}

std::string next_link(const Call& call, std::string_view link_path, const QueryOptions& options,
                      const std::string& token) {
  std::string link = call.root_url + "/" + std::string(link_path) + "?";
  for (const QueryOption& option : options.all) {
    if (option.key == "skip" || option.key == "skiptoken") continue;
    link += option.key.empty() ? percent_encode(option.name) : "$" + option.key;
    link += "=" + percent_encode(option.value) + "&";
  }
  return link + "$skiptoken=" + token;
}

}  // namespace vedette::odata
