// What a resource does beyond being stored: one explicit table, filled by the composition root out of resources/.
//
// Everything generic (reads, filters, pages, validation, permissions, versions, shaping) happens in odata; a behaviour
// receives validated values with the names and enumeration members of the model, and returns documents or values.
// Behaviours are called from several threads at once.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/edm/model.h"
#include "vedette/http/message.h"
#include "vedette/json/value.h"
#include "vedette/odata/caller.h"
#include "vedette/store/entity_store.h"

namespace vedette::odata {

// Members of documents that no type declares: they are kept in the store and never shown.
inline constexpr const char* parent_member = "@parent";  // the key of the entity that contains this one
inline constexpr const char* owner_member = "@owner";    // Caller::owner() of who created it (OwnedByApplication)
inline constexpr const char* tags_member = "@tags";      // of alerts: the first form of the API has them
inline constexpr const char* every_application = "*";    // the owner of what every application reads and none changes

// What one Vedette tells another beyond the API, as annotations that services without them ignore: of an entity, when
// users changed what (store/change_times.h), in answers to those who prefer it and in changes; with it, tags that the
// entity's type does not have; of a comment that is posted, who wrote it where it was written, and when.
inline constexpr const char* changes_annotation = "@vedette.changes";
inline constexpr const char* tags_annotation = "@vedette.tags";
inline constexpr const char* written_annotation = "@vedette.written";

// The request as a behaviour sees it.
struct Context {
  const edm::Model& model;
  const Caller& caller;
  const http::Request& request;
  store::EntityStore& store;
  base::DateTime now;
  std::string id;  // of the entity that is addressed or bound; "" for a collection or a singleton
  // "@odata.context" of an operation's answer, for streams; "" when the client wants none.
  std::string context_url = {};
  std::string collection = {};    // of the store, that the addressed entities are in
  json::Object annotations = {};  // of a change's body: "@vedette.…"
  // A new entity of the addressed collection: validated members in, the whole document out, with its key, defaults and
  // what the server stamps. Nothing is written.
  std::function<base::Result<json::Object>(const json::Object& members)> new_entity = {};
};

// An entity that changes, and what changes with it in the same commit.
struct Changed {
  json::Object document;                 // the whole new document
  std::vector<store::EntityWrite> also;  // of other entities
  std::vector<store::StateWrite> states = {};
};

// PATCH: `body` has the members to change, null among them. The document comes back with them merged in.
// POST to a property that is a collection: `body` is the new item; the document comes back with it appended.
// POST to an action bound to the entity, which answers with no value: `body` has its parameters.
// Called again with the newer document when another writer came first: no effects but through the result.
using Change = std::function<base::Result<Changed>(const json::Object& document, const json::Object& body, Context&)>;

struct ChangeBehaviour {
  std::string type;      // "microsoft.graph.security.alert", declared or a base of it
  std::string property;  // "comments"; "" for PATCH; the name of an action
  Change change;
};

// POST to a collection. The new document has at least its key.
using Insert = std::function<base::Result<Changed>(const json::Object& body, Context&)>;

enum class InsertFrom : uint8_t {
  body,      // the validated members that the client sent
  document,  // the whole new document, as it would be stored without a behaviour
};

struct InsertBehaviour {
  std::string type;
  Insert insert;
  InsertFrom from = InsertFrom::body;
};

// What an operation returns: a value of the declared type, a stream, or nothing (204).
struct OperationResult {
  std::optional<json::Value> value;
  std::unique_ptr<http::BodyStream> stream;  // the whole JSON text of the body, "@odata.context" included
  http::Headers headers = {};                // further ones of the response
};

// `parameters` are complete and of the declared types; absent optional ones are not there.
using Run = std::function<base::Result<OperationResult>(const json::Object& parameters, Context&)>;

struct OperationBehaviour {
  std::string name;  // "microsoft.graph.security.runHuntingQuery"; of a deposit: the entity set ("ingest")
  Run run;
};

// A set that shows the entities of another set's collection in a shape of its own. Its changes get stored documents.
struct ViewBehaviour {
  std::string type;
  std::function<json::Object(const json::Object& stored)> show;
  // A condition or an order over what is shown, as one over what is stored. Errors name what has no counterpart.
  std::function<base::Result<store::Expression>(const store::Expression& shown)> filter;
  std::function<base::Result<store::OrderBy>(store::OrderBy shown)> order;
  // A PATCH in the form of the stored entities is one of the set that has them ("security/alerts_v2").
  std::function<bool(const json::Object& body)> is_stored_form;
  std::string stored_set;
  // Before the first page of the set is read: brings what is stored up to date. What could not be is said in warnings
  // (RFC 7234, section 5.5), and the answer is 206.
  std::function<std::vector<std::string>(Context&)> gather = {};
};

struct Behaviours {
  std::vector<ViewBehaviour> views;
  std::vector<ChangeBehaviour> changes;
  std::vector<InsertBehaviour> inserts;
  std::vector<OperationBehaviour> operations;
  std::vector<OperationBehaviour> deposits;  // Vedette.V1.Deposit: `parameters` is empty, the body is request.body
};

// Merges a PATCH into a document: members of complex type member by member, all others replaced; null stays as null.
// What PATCH does when a type has no behaviour, and the first step of most that do.
void merge_patch(json::Object& document, const json::Object& patch);

// Who is written down as the one who changed something.
store::Actor actor_of(const Caller& caller);

}  // namespace vedette::odata
