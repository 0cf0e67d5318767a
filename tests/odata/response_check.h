// Holds responses of the API to the model that it serves: no property and no member of an enumeration that
// `$metadata` does not declare, each value in the JSON form of its type, every declared property there, and of
// annotations only those that OData's JSON format (4.01) gives a place.
//
// What comes with tests hooks it in where it receives responses.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "served_model.h"
#include "vedette/http/message.h"

namespace vedette::odata {

class ResponseCheck {
 public:
  // Reads "/v1.0/$metadata?$format=json" and the like, once for each root.
  using Fetch = std::function<std::string(const std::string& target)>;
  explicit ResponseCheck(Fetch fetch) : fetch_(std::move(fetch)) {}

  // "" or where and how the response is not as declared. What is no answer of the API is not looked at.
  std::string misfit(const std::string& target, int status, const http::Headers& headers, const std::string& body);

 private:
  const ServedModel* model_of(const std::string& root);
  std::string batch_misfit(const std::string& root, const json::Value& body);

  const Fetch fetch_;
  std::mutex mutex_;
  std::map<std::string, const ServedModel*> models_;
};

}  // namespace vedette::odata
