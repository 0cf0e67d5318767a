#include "entities.h"

#include "data_folder.h"
#include "vedette/auth/directory.h"
#include "vedette/correlate/correlator.h"
#include "vedette/io/file_system.h"
#include "vedette/odata/service.h"

namespace vedette::server {

namespace {

using Loaded = std::vector<std::unique_ptr<const edm::Model>>;

base::Result<Loaded> load_models() {
  Loaded models;
  for (const char* root : {"v1.0", "beta", "vedette"})
    models.push_back(TRY(edm::Model::load(edm::embedded_model(), root)));
  return models;
}

}  // namespace

base::Result<std::vector<const edm::Model*>> models() {
  static const base::Result<Loaded> loaded = load_models();
  if (!loaded) return loaded.error();
  std::vector<const edm::Model*> all;
  for (const auto& model : *loaded) all.push_back(model.get());
  return all;
}

base::Result<std::vector<store::Collection>> collections() {
  auto all = odata::Service::collections(TRY(models()));
  for (auto& collection : auth::directory_collections()) all.push_back(std::move(collection));
  all.push_back(correlate::declare_links());
  return all;
}

base::Result<std::unique_ptr<store::EntityStore>> open_entities(const std::string& data, const base::Clock& clock,
                                                                store::Access access) {
  auto declared = TRY(collections());
  if (access == store::Access::read_write) TRY(io::posix_file_system().create_directories(data));
  return store::open_sqlite_store(entities_file(data), std::move(declared), clock, access);
}

}  // namespace vedette::server
