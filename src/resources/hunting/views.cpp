#include "views.h"

#include <span>
#include <stdexcept>

#include "vedette/base/embedded.h"

namespace vedette::resources {

namespace hunting {
std::span<const base::EmbeddedFile> embedded_views();  // schema/views, see CMakeLists.txt
}

namespace {

BoundViews bind_all() {
  BoundViews views;
  for (const auto& file : hunting::embedded_views()) {
    const std::string name(file.path.substr(0, file.path.find('.')));
    auto view = bind_alert_view(file.bytes);
    if (!view) throw std::logic_error("The view " + name + " does not bind: " + view.error().message);
    views.emplace(name, std::move(*view));
  }
  return views;
}

}  // namespace

const BoundViews& alert_views() {
  static const BoundViews views = bind_all();
  return views;
}

}  // namespace vedette::resources
