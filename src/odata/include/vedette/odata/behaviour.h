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
};

// An entity that changes, and what changes with it in the same commit.
struct Changed {
  json::Object document;                 // the whole new document
  std::vector<store::EntityWrite> also;  // of other entities
};

// PATCH: `body` has the members to change, null among them. The document comes back with them merged in.
// POST to a property that is a collection: `body` is the new item; the document comes back with it appended.
// Called again with the newer document when another writer came first: no effects but through the result.
using Change = std::function<base::Result<Changed>(const json::Object& document, const json::Object& body, Context&)>;

struct ChangeBehaviour {
  std::string type;      // "microsoft.graph.security.alert", declared or a base of it
  std::string property;  // "comments"; "" for PATCH
  Change change;
};

// POST to a collection. The new document has at least its key.
using Insert = std::function<base::Result<Changed>(const json::Object& body, Context&)>;

struct InsertBehaviour {
  std::string type;
  Insert insert;
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

struct Behaviours {
  std::vector<ChangeBehaviour> changes;
  std::vector<InsertBehaviour> inserts;
  std::vector<OperationBehaviour> operations;
  std::vector<OperationBehaviour> deposits;  // Vedette.V1.Deposit: `parameters` is empty, the body is request.body
};

// Merges a PATCH into a document: members of complex type member by member, all others replaced; null stays as null.
// What PATCH does when a type has no behaviour, and the first step of most that do.
void merge_patch(json::Object& document, const json::Object& patch);

}  // namespace vedette::odata
