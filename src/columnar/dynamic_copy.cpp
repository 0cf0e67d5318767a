#include <new>

#include "vedette/base/work_scope.h"
#include "vedette/columnar/vector.h"

namespace vedette::columnar {
namespace {

// Asks on its way whether to go on; once it may not, what it gives is any value.
class Copier {
 public:
  explicit Copier(Arena& arena) : arena_(arena), bytes_before_(arena.reserved_bytes()) {}

  Dynamic copy(const Dynamic& value) {
    switch (value.kind()) {
      case DynamicKind::null:
      case DynamicKind::boolean:
      case DynamicKind::int64:
      case DynamicKind::real:
      case DynamicKind::datetime:
      case DynamicKind::timespan:
        return value;
      case DynamicKind::string:
        return goes_on(value.text().size() / bytes_a_step) ? Dynamic::string(arena_.copy(value.text())) : Dynamic();
      case DynamicKind::guid:
        return Dynamic::guid(new (arena_.allocate_array<base::Guid>(1)) base::Guid(value.guid()));
      case DynamicKind::array:
        return copy_array(value.items());
      case DynamicKind::bag:
        return copy_bag(value.members());
    }
    return {};
  }

 private:
  static constexpr size_t bytes_a_step = 16;

  Dynamic copy_array(std::span<const Dynamic> items) {
    if (!goes_on(items.size())) return {};
    auto* copies = arena_.allocate_array<Dynamic>(items.size());
    for (size_t i = 0; i < items.size(); ++i) new (copies + i) Dynamic(copy(items[i]));
    return Dynamic::array({copies, items.size()});
  }
  Dynamic copy_bag(std::span<const DynamicMember> members) {
    if (!goes_on(2 * members.size())) return {};
    auto* copies = arena_.allocate_array<DynamicMember>(members.size());
    for (size_t i = 0; i < members.size(); ++i)
      new (copies + i) DynamicMember{arena_.copy(members[i].key), copy(members[i].value)};
    return Dynamic::bag({copies, members.size()});
  }
  bool goes_on(size_t steps) { return watch_.go_on(steps, arena_.reserved_bytes() - bytes_before_); }

  Arena& arena_;
  const int64_t bytes_before_;
  base::StepWatch watch_;
};

}  // namespace

Dynamic copy(const Dynamic& value, Arena& arena) { return Copier(arena).copy(value); }

}  // namespace vedette::columnar
