#include "value_ids.h"

#include <xxhash.h>

#include <algorithm>
#include <cmath>

#include "vedette/columnar/native_type.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {

using columnar::Decimal;
using columnar::Dynamic;
using columnar::Type;
using columnar::Vector;

namespace {

constexpr uint64_t nan_hash = 0x9e3779b97f4a7c15;

uint64_t mix(uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccd;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53;
  return x ^ (x >> 33);
}

uint64_t hash_of(uint8_t value) { return mix(value); }
uint64_t hash_of(int32_t value) { return mix(static_cast<uint64_t>(value)); }
uint64_t hash_of(int64_t value) { return mix(static_cast<uint64_t>(value)); }
uint64_t hash_of(double value) {
  if (std::isnan(value)) return nan_hash;
  value += 0.0;  // -0 is 0
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  return mix(bits);
}
uint64_t hash_of(Decimal value) {
  while (value.scale > 0 && value.coefficient % 10 == 0) value.coefficient /= 10, --value.scale;
  return mix(static_cast<uint64_t>(value.coefficient) + mix(static_cast<uint64_t>(value.coefficient >> 64))) +
         static_cast<uint64_t>(value.scale);
}
uint64_t hash_of(std::string_view value) { return XXH3_64bits(value.data(), value.size()); }
uint64_t hash_of(const base::Guid& value) { return XXH3_64bits(value.bytes.data(), value.bytes.size()); }
uint64_t hash_of(const Dynamic& value) { return columnar::hash(value); }

template <class T>
bool same(const T& a, const T& b) {
  return a == b;
}
template <>
bool same(const double& a, const double& b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}
template <>
bool same(const Decimal& a, const Decimal& b) {
  return compare(a, b) == 0;
}
template <>
bool same(const Dynamic& a, const Dynamic& b) {
  return equal(a, b);
}

template <class T>
class TypedValueIds final : public ValueIds {
 public:
  explicit TypedValueIds(Type type) : type_(type), slots_(16, no_id) {}

  void find_or_add(const Vector& values, uint32_t* ids) override {
    charged_bytes_ = arena_->reserved_bytes();
    for_each(values, ids, memory_, [&](const auto& view, size_t row) { return find_or_add(view, row); });
  }
  bool find_dictionary(const Vector& values, std::vector<uint32_t>& ids) override {
    if (!memory_.remembers(values)) return false;
    const Vector dictionary = values.base();
    const auto view = dictionary.view<T>();
    ids.resize(dictionary.size());
    for (size_t i = 0; i < ids.size(); ++i) {
      ids[i] = memory_.get(i, [&] { return find(view, i); });
      if (ids[i] == DictionaryIds::unknown) return false;
    }
    return true;
  }
  size_t size() const override { return values_.size(); }

  Vector values() const override {
    columnar::VectorBuilder out(type_);
    T* rows = out.resize<T>(values_.size());
    std::copy(values_.begin(), values_.end(), rows);
    if (null_id_ != no_id) out.set_null(null_id_);
    out.keep_alive(arena_);
    return out.finish();
  }

  int64_t held_bytes() const override {
    return arena_->reserved_bytes() + memory_.held_bytes() +
           static_cast<int64_t>(values_.capacity() * (sizeof(T) + sizeof(uint64_t)) +
                                slots_.capacity() * sizeof(uint32_t));
  }

 private:
  template <class F>
  static void for_each(const Vector& values, uint32_t* ids, DictionaryIds& memory, F look_up) {
    const auto view = values.view<T>();
    const size_t rows = values.size();
    if (values.is_constant() && rows > 0) {
      std::fill(ids, ids + rows, look_up(view, 0));
    } else if (values.is_selected() && memory.remembers(values)) {
      for (size_t row = 0; row < rows; ++row)
        ids[row] = memory.get(view.index(row), [&] { return look_up(view, row); });
    } else {
      // Of neighbours many are equal (the bins of times that ascend).
      for (size_t row = 0; row < rows; ++row) {
        if constexpr (std::is_same_v<T, int64_t>)
          if (row > 0 && view[row] == view[row - 1] && !view.is_null(row) && !view.is_null(row - 1)) {
            ids[row] = ids[row - 1];
            continue;
          }
        ids[row] = look_up(view, row);
      }
    }
  }

  uint32_t find_or_add(const columnar::View<T>& view, size_t row) {
    if (is_null(view, row)) {
      if (null_id_ == no_id) null_id_ = append(T{}, 0);
      return null_id_;
    }
    const uint64_t hash = hash_of(view[row]);
    uint32_t& slot = slots_[slot_of(view[row], hash)];
    if (slot != no_id) return slot;
    const uint32_t id = append(owned(view[row]), hash);
    slot = id;
    if (values_.size() * 2 > slots_.size()) grow();
    return id;
  }

  uint32_t find(const columnar::View<T>& view, size_t row) const {
    const uint32_t id = is_null(view, row) ? null_id_ : slots_[slot_of(view[row], hash_of(view[row]))];
    return id == no_id ? DictionaryIds::unknown : id;
  }

  // Where the value is, or would be.
  size_t slot_of(const T& value, uint64_t hash) const {
    size_t slot = hash & (slots_.size() - 1);
    for (; slots_[slot] != no_id; slot = (slot + 1) & (slots_.size() - 1)) {
      const uint32_t id = slots_[slot];
      if (hashes_[id] == hash && same<T>(values_[id], value)) break;
    }
    return slot;
  }

  static bool is_null(const columnar::View<T>& view, size_t row) {
    if (view.is_null(row)) return true;
    if constexpr (std::is_same_v<T, Dynamic>) return view[row].is_null();
    return false;
  }

  int64_t uncharged_bytes() const { return arena_->reserved_bytes() - charged_bytes_; }

  T owned(const T& value) {
    if constexpr (std::is_same_v<T, std::string_view>)
      return watch_.go_on(steps_of(value), uncharged_bytes()) ? arena_->copy(value) : T();
    if constexpr (std::is_same_v<T, Dynamic>)
      return watch_.go_on(steps_of(value), uncharged_bytes()) ? copy(value, *arena_) : T();
    return value;
  }

  uint32_t append(const T& value, uint64_t hash) {
    values_.push_back(value);
    hashes_.push_back(hash);
    return static_cast<uint32_t>(values_.size() - 1);
  }

  void grow() {
    slots_.assign(slots_.size() * 2, no_id);
    for (uint32_t id = 0; id < values_.size() && watch_.go_on(steps_to_place); ++id) {
      if (id == null_id_) continue;
      size_t slot = hashes_[id] & (slots_.size() - 1);
      while (slots_[slot] != no_id) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = id;
    }
  }

  static constexpr size_t steps_to_place = 4;  // a place in a table is seldom in the processor's cache

  const Type type_;
  std::shared_ptr<columnar::Arena> arena_ = std::make_shared<columnar::Arena>();
  std::vector<T> values_;
  int64_t charged_bytes_ = 0;  // of the arena, before the rows at hand
  base::StepWatch watch_;
  std::vector<uint64_t> hashes_;
  std::vector<uint32_t> slots_;  // a power of two; no_id where free
  uint32_t null_id_ = no_id;

  DictionaryIds memory_;
};

}  // namespace

// An entry a dictionary value pays when there are, or have been, rows enough (slices of a column share its selection).
bool DictionaryIds::remembers(const Vector& values) {
  if (!dictionary_.shares_base(values)) {
    dictionary_ = values;
    rows_seen_ = 0;
    ids_.clear();
  }
  rows_seen_ += values.size();
  const size_t rows = std::max(values.selection_size(), rows_seen_);
  if (ids_.empty() && rows * 4 >= values.base_size()) ids_.assign(values.base_size(), unknown);
  return !ids_.empty();
}

std::unique_ptr<ValueIds> ValueIds::make(Type type) {
  return columnar::with_native_type(
      type, [&]<class T>() -> std::unique_ptr<ValueIds> { return std::make_unique<TypedValueIds<T>>(type); });
}

}  // namespace vedette::kql
