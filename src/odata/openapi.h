// The API in OpenAPI 3.1, out of the model: what may be called, by whom, with what, and what comes back.
//
// A scheme's scopes in `security` are alternatives, each an item of its own: any one of them suffices. What answers 501
// still is marked "x-not-implemented".
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "vedette/edm/model.h"
#include "vedette/odata/behaviour.h"

namespace vedette::odata {

std::string openapi_document(const edm::Model& model, const Behaviours& behaviours);

// Each written when it is first asked for. Safe from any thread.
class OpenApiDocuments {
 public:
  const std::string& of(const edm::Model& model, const Behaviours& behaviours);

 private:
  std::mutex mutex_;
  std::map<const edm::Model*, std::string> documents_;
};

}  // namespace vedette::odata
