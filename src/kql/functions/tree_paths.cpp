// treepath: the paths that lead into a value. The elements of an array share one path, [0].
// Source: kusto/query/treepath-function.md.
#include <algorithm>
#include <unordered_set>

#include "dynamic_rows.h"
#include "families.h"
#include "series.h"

namespace vedette::kql {
namespace {

using base::Result;
using base::Status;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;
using columnar::DynamicMember;

// The paths in the order in which they are found, each once.
class Paths {
 public:
  // As deep as a dynamic may be (dynamic_depth_max).
  Status add_of(const std::string& path, const Dynamic& value) {
    if (value.kind() == DynamicKind::bag) {
      for (const DynamicMember& member : value.members()) {
        const std::string inner = path + "['" + std::string(member.key) + "']";
        TRY(add(inner));
        TRY(add_of(inner, member.value));
      }
    } else if (value.kind() == DynamicKind::array && !value.items().empty()) {
      const std::string inner = path + "[0]";
      TRY(add(inner));
      for (const Dynamic& item : value.items()) TRY(add_of(inner, item));
    }
    return {};
  }
  const std::vector<std::string>& all() const { return all_; }

 private:
  Status add(const std::string& path) {
    work_ += path.size();
    if (known_.insert(path).second) {
      all_.push_back(path);
      held_bytes_ += 2 * static_cast<int64_t>(path.size() + sizeof(std::string) + 2 * sizeof(void*));
    }
    if (work_ < work_between_questions) return {};
    work_ = 0;
    return may_go_on(held_bytes_);
  }

  static constexpr size_t work_between_questions = 1 << 17;
  std::vector<std::string> all_;
  std::unordered_set<std::string> known_;
  size_t work_ = 0;
  int64_t held_bytes_ = 0;
};

Result<Vector> tree_paths(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return dynamic_of_rows(rows, [&](Arena& arena, size_t row) -> Result<std::optional<Dynamic>> {
    const Dynamic value = dynamic_at(arguments[0], row);
    if (value.kind() != DynamicKind::bag && value.kind() != DynamicKind::array) return std::optional<Dynamic>();
    Paths paths;
    TRY(paths.add_of("", value));
    auto* items = arena.allocate_array<Dynamic>(paths.all().size());
    std::transform(paths.all().begin(), paths.all().end(), items,
                   [&](const std::string& path) { return Dynamic::string(arena.copy(path)); });
    return std::optional(Dynamic::array({items, paths.all().size()}));
  });
}

constexpr ScalarFunction tree_paths_table[] = {
    {"treepath", "(dynamic) -> dynamic", tree_paths, "The paths that lead into a value."},
};

}  // namespace

std::span<const ScalarFunction> tree_path_functions() { return tree_paths_table; }

}  // namespace vedette::kql
