#include "url.h"

#include <algorithm>

#include "vedette/base/nearest_name.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::string_view known_options[] = {"filter", "orderby",   "select", "expand", "top",   "skip",
                                              "count",  "skiptoken", "format", "search", "apply", "deltatoken"};
constexpr std::string_view refused_options[] = {"compute", "index", "schemaversion"};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

// The key of `system`, "" for an option of the client's own.
base::Result<std::string> system_name(const std::string& name) {
  const bool dollar = name.starts_with('$');
  std::string key = lower(dollar ? std::string_view(name).substr(1) : std::string_view(name));
  const std::vector<std::string_view> known(std::begin(known_options), std::end(known_options));
  if (std::find(known.begin(), known.end(), key) != known.end()) return key;
  const bool refused =
      std::find(std::begin(refused_options), std::end(refused_options), key) != std::end(refused_options);
  if (!dollar && !refused) return std::string();
  const std::string_view nearest = refused ? std::string_view() : base::nearest_name(key, known);
  return fail(ErrorCode::bad_request, "The query option '" + name + "' is not supported." +
                                          (nearest.empty() ? "" : " Did you mean '$" + std::string(nearest) + "'?"))
      .with_target(name);
}

}  // namespace

base::Result<std::vector<std::string>> split_path(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const size_t end = std::min(path.find('/'), path.size());
    if (end == 0) continue;
    if (segments.size() == segments_max)
      return fail(ErrorCode::limit_exceeded,
                  "The URL has more than " + std::to_string(segments_max) + " path segments.");
    segments.push_back(TRY(percent_decode(path.substr(0, end), Plus::literal)));
    path.remove_prefix(end);
  }
  return segments;
}

const std::string* QueryOptions::find(std::string_view name) const {
  const auto found = system.find(name);
  return found == system.end() ? nullptr : &found->second;
}

base::Result<QueryOptions> parse_query(std::string_view query) {
  QueryOptions options;
  while (!query.empty()) {
    const std::string_view part = query.substr(0, std::min(query.find('&'), query.size()));
    query.remove_prefix(std::min(part.size() + 1, query.size()));
    if (part.empty()) continue;
    const size_t equals = std::min(part.find('='), part.size());
    QueryOption option;
    option.name = TRY(percent_decode(part.substr(0, equals), Plus::blank));
    if (equals < part.size()) option.value = TRY(percent_decode(part.substr(equals + 1), Plus::blank));
    option.key = TRY(system_name(option.name));
    TRY(options.add(std::move(option)));
  }
  return options;
}

base::Status QueryOptions::add(QueryOption option) {
  if (!option.key.empty() && !system.emplace(option.key, option.value).second) {
    if (option.key != "top")
      return fail(ErrorCode::bad_request, "The query option '" + option.name + "' is given twice.")
          .with_target(option.name);
    system[option.key] = option.value;
    std::erase_if(all, [&](const QueryOption& o) { return o.key == option.key; });
  }
  all.push_back(std::move(option));
  return {};
}

}  // namespace vedette::odata
