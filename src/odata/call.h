// One request on its way through the module.
#pragma once

#include <string>

#include "route.h"
#include "url.h"
#include "vedette/http/message.h"
#include "vedette/odata/behaviour.h"
#include "vedette/odata/caller.h"
#include "vedette/store/entity_store.h"

namespace vedette::odata {

// What the client asked for in headers.
struct Preferences {
  bool annotations = true;             // not `Accept: …;odata.metadata=none`
  bool unknown_members = false;        // Prefer: include-unknown-enum-members
  bool return_minimal = false;         // Prefer: return=minimal
  bool return_representation = false;  // Prefer: return=representation
  bool change_times = false;           // Prefer: odata.include-annotations="vedette.changes" (store/change_times.h)
  int64_t page_max = 0;                // Prefer: odata.maxpagesize=N, or maxpagesize=N; 0: none
};

Preferences read_preferences(const http::Request& request);

class ShownEntities;

// Whether an answer may take long. One that is wanted at once is given up, as `cancelled`, where it would.
enum class Pace : uint8_t { any, at_once };

struct Call {
  const http::Request& request;
  const Caller& caller;
  const Route& route;
  const QueryOptions& options;
  Preferences preferences;
  base::DateTime now;
  std::string root_url;  // "https://graph.example.org/v1.0"
  store::EntityStore& store;
  const Behaviours& behaviours;
  ShownEntities& shown;
  Pace pace = Pace::any;

  // "…/$metadata#fragment".
  std::string context_url(std::string_view fragment) const;
  // The "@odata.context" member with a comma behind it, or nothing.
  std::string context_member(std::string_view fragment) const;
  Context behaviour_context(const std::string& context_url) const;
};

// "https://host" of links: the configured one, or what the request says.
std::string origin_of(const http::Request& request, const std::string& public_url);

// A 200 with a JSON body.
http::Response json_response(const Call& call, std::string body);
http::Response no_content();

// The link to the next page: the options as they were, $skip replaced by the token, which stands last. No '/' behind
// the path: clients cut links there.
std::string next_link(const Call& call, std::string_view link_path, const QueryOptions& options,
                      const std::string& token);

}  // namespace vedette::odata
