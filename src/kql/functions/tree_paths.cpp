// treepath: the paths that lead into a value. The elements of an array share one path, [0].
// Source: kusto/query/treepath-function.md.
#include <algorithm>
#include <unordered_set>

#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;
using columnar::DynamicMember;

// The paths in the order in which they are found, each once.
class Paths {
 public:
  // As deep as a dynamic may be (dynamic_depth_max).
  void add_of(const std::string& path, const Dynamic& value) {
    if (value.kind() == DynamicKind::bag) {
      for (const DynamicMember& member : value.members()) {
        if (!watch_.go_on(path.size())) return;
        const std::string inner = path + "['" + std::string(member.key) + "']";
        add(inner);
        add_of(inner, member.value);
      }
    } else if (value.kind() == DynamicKind::array && !value.items().empty()) {
      const std::string inner = path + "[0]";
      add(inner);
      for (const Dynamic& item : value.items()) add_of(inner, item);
    }
  }
  const std::vector<std::string>& all() const { return all_; }

 private:
  void add(const std::string& path) {
    if (known_.insert(path).second) all_.push_back(path);
  }

  std::vector<std::string> all_;
  std::unordered_set<std::string> known_;
  StepWatch watch_;
};

Result<Vector> tree_paths(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_dynamic(arguments, rows, [](Arena& arena, const Dynamic& value) {
    if (value.kind() != DynamicKind::bag && value.kind() != DynamicKind::array) return Dynamic();
    Paths paths;
    paths.add_of("", value);
    auto* items = arena.allocate_array<Dynamic>(paths.all().size());
    std::transform(paths.all().begin(), paths.all().end(), items,
                   [&](const std::string& path) { return Dynamic::string(arena.copy(path)); });
    return Dynamic::array({items, paths.all().size()});
  });
}

constexpr ScalarFunction tree_paths_table[] = {
    {"treepath", "(dynamic) -> dynamic", tree_paths, "The paths that lead into a value."},
};

}  // namespace

std::span<const ScalarFunction> tree_path_functions() { return tree_paths_table; }

}  // namespace vedette::kql
