// A service over a store in memory, with small behaviours: what the real resources add is tested with them.
#pragma once

#include <memory>

#include "checked_service.h"
#include "vedette/base/clock.h"

namespace vedette::odata {

// The shipped models of all roots, loaded once.
const std::vector<const edm::Model*>& shipped_models();
const edm::Model& shipped_model(std::string_view root);

Behaviours test_behaviours();

class TestService {
 public:
  explicit TestService(std::string_view now, ServiceOptions options = {});

  void put(const std::string& tenant, const std::string& collection, const json::Object& document);
  const CheckedService& service() const { return *service_; }
  store::EntityStore& store() { return *store_; }

 private:
  base::FixedClock clock_;
  std::unique_ptr<store::EntityStore> store_;
  std::unique_ptr<CheckedService> service_;
};

}  // namespace vedette::odata
