// The documented operations of the Graph security API, where the reference is at hand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vedette/http/client.h"
#include "vedette/json/value.h"
#include "vedette/odata/service.h"

namespace vedette::resources {

struct GraphOperation {
  std::string area, method, path;
  std::vector<std::string> roots;
  std::vector<std::string> application, delegated;  // permissions; any one suffices
  int status = 200;
  std::string body;  // of the first documented example; "" when there is none
};

// VEDETTE_SHARED, else the folder `shared` beside the source tree; nothing when there is none.
std::optional<std::vector<GraphOperation>> documented_operations();

// The service with the behaviours of the program, over a store in memory.
class OperationService {
 public:
  OperationService();

  bool put(const std::string& tenant, const std::string& collection, const json::Object& document);
  // Stores an entity with the id `known` for each key of the operation's path, each below the one before.
  void seed(const GraphOperation& operation, const std::string& root, const std::string& tenant);
  http::Response send(const std::string& method, const std::string& target, const odata::Caller& caller,
                      const std::string& body, const std::string& content_type = "application/json") const;
  const odata::Service& service() const { return *service_; }

 private:
  base::Result<http::ClientResponse> receive(const http::ClientRequest& request);

  base::FixedClock clock_;
  std::unique_ptr<store::EntityStore> store_;
  std::unique_ptr<odata::Service> service_;
};

inline constexpr const char* known_id = "known";

// The path below a root with `id` for every key: "/beta/security/zones/known".
std::string target_of(const GraphOperation& operation, const std::string& root, const std::string& id);
// A caller who has what the operation asks; everything there is when it asks for nothing.
odata::Caller caller_for(const GraphOperation& operation, const std::string& tenant);

}  // namespace vedette::resources
