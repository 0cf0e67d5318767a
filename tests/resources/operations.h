// The documented operations of the Graph security API, where the reference is at hand, and the service that answers
// them: with the behaviours of the program, over a store in memory.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "../odata/checked_service.h"
#include "full_document.h"
#include "vedette/http/client.h"
#include "vedette/json/value.h"

namespace vedette::resources {

struct DocumentedExample {
  std::string method, url, body;
  http::Headers headers;
  int status = 0;
  bool location = false;  // the answer has a Location
};

struct DocumentedOperation {
  std::string area, method, path;
  std::vector<std::string> roots;
  std::vector<std::string> application, delegated;  // permissions; any one suffices
  int status = 200;
  std::vector<DocumentedExample> examples;

  std::string name() const { return method + " " + path; }
};

// VEDETTE_SHARED, else the folder `shared` beside the source tree; nothing when there is none.
std::optional<std::vector<DocumentedOperation>> documented_operations();

// v1.0 and beta, loaded once.
const std::vector<const edm::Model*>& graph_models();
const edm::Model& graph_model(std::string_view root);

class OperationService {
 public:
  OperationService();

  bool put(const std::string& tenant, const std::string& collection, const json::Object& document);
  // What makes the path (below the root) lead somewhere; `members` replace those of its last entity.
  void seed(const std::string& root, const std::string& tenant, const std::string& path,
            const json::Object& members = {});
  http::Response send(const std::string& method, const std::string& target, const odata::Caller& caller,
                      const std::string& body, http::Headers headers = {}) const;
  const odata::CheckedService& service() const { return *service_; }
  const odata::Behaviours& behaviours() const { return behaviours_; }

 private:
  base::Result<http::ClientResponse> receive(const http::ClientRequest& request);

  base::FixedClock clock_;
  std::unique_ptr<store::EntityStore> store_;
  odata::Behaviours behaviours_;
  std::unique_ptr<odata::CheckedService> service_;
};

// A caller who has what the operation asks; everything there is when it asks for nothing.
odata::Caller caller_for(const DocumentedOperation& operation, const std::string& tenant);
// Every permission that a model names.
std::vector<std::string> all_permissions();

}  // namespace vedette::resources
