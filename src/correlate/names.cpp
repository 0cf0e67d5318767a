#include "names.h"

#include <algorithm>
#include <functional>

namespace vedette::correlate {
namespace {

constexpr NameNumber none = UINT32_MAX;
constexpr size_t slots_min = 64;

}  // namespace

NameNumber Names::number(std::string_view text) {
  if (4 * (texts_.size() + 1) > 3 * slots_.size()) grow();
  NameNumber& slot = slots_[slot_of(text)];
  if (slot != none) return slot;
  texts_.push_back(bytes_.copy(text));
  return slot = static_cast<NameNumber>(texts_.size() - 1);
}

// That of the text, else the free one where its search ends.
size_t Names::slot_of(std::string_view text) const {
  size_t slot = std::hash<std::string_view>()(text) & (slots_.size() - 1);
  while (slots_[slot] != none && texts_[slots_[slot]] != text) slot = (slot + 1) & (slots_.size() - 1);
  return slot;
}

void Names::grow() {
  slots_.assign(std::max(slots_min, 2 * slots_.size()), none);
  for (NameNumber number = 0; number < texts_.size(); ++number) slots_[slot_of(texts_[number])] = number;
}

}  // namespace vedette::correlate
