#include "sort_keys.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "vedette/base/run_sort.h"
#include "vedette/columnar/native_type.h"

namespace vedette::kql {

using columnar::Decimal;
using columnar::Dynamic;
using columnar::DynamicKind;

namespace {

constexpr uint64_t sign_bit = uint64_t{1} << 63;

uint64_t bits_of(uint8_t value) { return value; }
uint64_t bits_of(int32_t value) { return static_cast<uint64_t>(int64_t{value}) ^ sign_bit; }
uint64_t bits_of(int64_t value) { return static_cast<uint64_t>(value) ^ sign_bit; }
uint64_t bits_of(double value) {
  value += 0.0;
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits & sign_bit ? ~bits : bits | sign_bit;
}
uint64_t bits_of(const Decimal& value) { return bits_of(columnar::to_real(value)); }
uint64_t leading_bytes(const void* bytes, size_t size) {
  uint64_t value = 0;
  std::memcpy(&value, bytes, std::min(size, sizeof(value)));
  return __builtin_bswap64(value);
}
uint64_t bits_of(std::string_view value) { return value.empty() ? 0 : leading_bytes(value.data(), value.size()); }
uint64_t bits_of(const base::Guid& value) { return leading_bytes(value.bytes.data(), value.bytes.size()); }
// Dynamics order by kind (numbers together), then by value.
uint64_t bits_of(const Dynamic& value) {
  const auto kind = value.kind() == DynamicKind::real ? DynamicKind::int64 : value.kind();
  return static_cast<uint64_t>(kind);
}

int compare_full(std::string_view a, std::string_view b) { return a.compare(b); }
int compare_full(const base::Guid& a, const base::Guid& b) { return a < b ? -1 : b < a ? 1 : 0; }
int compare_full(const Decimal& a, const Decimal& b) {
  const auto order = compare(a, b);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}
double number_of(const Dynamic& value) {
  return value.kind() == DynamicKind::real ? value.real() : static_cast<double>(value.integer());
}
int compare_full(const Dynamic& a, const Dynamic& b) {
  if (a.kind() == DynamicKind::string) return a.text().compare(b.text());
  if (a.kind() == DynamicKind::guid) return compare_full(a.guid(), b.guid());
  if (a.kind() == DynamicKind::array || a.kind() == DynamicKind::bag) {
    std::string text_a, text_b;
    append_json(text_a, a);
    append_json(text_b, b);
    return text_a.compare(text_b);
  }
  const double x = number_of(a), y = number_of(b);
  return x < y ? -1 : y < x ? 1 : 0;
}
template <class T>
int compare_full(const T&, const T&) {
  return 0;
}

template <class T>
bool is_nan(const T& value) {
  if constexpr (std::is_same_v<T, double>) return std::isnan(value);
  return false;
}
template <class T>
bool is_null(const columnar::View<T>& view, size_t row) {
  if (view.is_null(row)) return true;
  if constexpr (std::is_same_v<T, Dynamic>) return view[row].is_null();
  return false;
}

template <class T>
bool bits_suffice_for(const Vector& values) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    const auto view = values.view<std::string_view>();
    for (size_t row = 0; row < values.size(); ++row)
      if (view[row].size() > 7 || view[row].find('\0') != std::string_view::npos) return false;
    return true;
  }
  return std::is_arithmetic_v<T>;
}

}  // namespace

SortKeys::SortKeys(const std::vector<SortExpression>& order, std::vector<Vector> keys) {
  for (size_t i = 0; i < order.size(); ++i) {
    rows_ = keys[i].size();
    keys_.push_back(make_key(order[i], std::move(keys[i])));
  }
}

SortKeys::Key SortKeys::make_key(const SortExpression& order, Vector values) {
  Key key;
  key.descending = order.order == SortOrder::descending;
  key.classes.resize(values.size());
  key.bits.resize(values.size());
  const bool nulls_first = order.nulls == NullsOrder::first;
  const uint8_t null_class = nulls_first ? 0 : 2, value_class = nulls_first ? 2 : 0;
  columnar::with_native_type(values.type(), [&]<class T>() {
    const auto view = values.view<T>();
    for (size_t row = 0; row < values.size(); ++row) {
      if (is_null<T>(view, row)) {
        key.classes[row] = null_class;
      } else if (is_nan<T>(view[row])) {
        key.classes[row] = 1;
      } else {
        key.classes[row] = value_class;
        key.bits[row] = key.descending ? ~bits_of(view[row]) : bits_of(view[row]);
      }
    }
    key.bits_suffice = bits_suffice_for<T>(values);
  });
  key.values = std::move(values);
  return key;
}

int SortKeys::compare_values(const Key& key, uint32_t a, uint32_t b) {
  if (key.values.is_null(a)) return 0;
  const int order = columnar::with_native_type(key.values.type(), [&]<class T>() {
    const auto view = key.values.view<T>();
    return compare_full(view[a], view[b]);
  });
  return key.descending ? -order : order;
}

int SortKeys::compare(uint32_t a, uint32_t b) const {
  for (const Key& key : keys_) {
    if (key.classes[a] != key.classes[b]) return key.classes[a] < key.classes[b] ? -1 : 1;
    if (key.bits[a] != key.bits[b]) return key.bits[a] < key.bits[b] ? -1 : 1;
    if (key.bits_suffice) continue;
    if (const int order = compare_values(key, a, b); order != 0) return order;
  }
  return 0;
}

namespace {

// The first key's class and bits beside the row: most comparisons read nothing else.
struct Item {
  uint64_t bits;
  uint32_t row;
  uint8_t key_class;
};

}  // namespace

base::Result<Selection> SortKeys::sorted(const base::StopCheck& stop, size_t limit) const {
  std::vector<Item> items(rows_);
  for (uint32_t row = 0; row < rows_; ++row) items[row] = {keys_[0].bits[row], row, keys_[0].classes[row]};
  const auto before = [&](const Item& a, const Item& b) {
    if (a.key_class != b.key_class) return a.key_class < b.key_class;
    if (a.bits != b.bits) return a.bits < b.bits;
    const int order = compare(a.row, b.row);
    return order != 0 ? order < 0 : a.row < b.row;
  };
  limit = std::min(limit, rows_);
  const auto end = items.begin() + static_cast<std::ptrdiff_t>(limit);
  if (limit < rows_ && rows_ <= 4 * base::sort_run_rows)
    std::partial_sort(items.begin(), end, items.end(), before);
  else
    base::sort_in_runs<base::Ties::any_order>(items, before);
  TRY(stop.check());
  auto order = std::make_shared<std::vector<uint32_t>>(limit);
  for (size_t i = 0; i < limit; ++i) (*order)[i] = items[i].row;
  return Selection(std::move(order));
}

Selection SortKeys::not_after(const SortKeys& other, uint32_t last) const {
  const Key& mine = keys_[0];
  const Key& theirs = other.keys_[0];
  const auto limit = std::pair(theirs.classes[last], theirs.bits[last]);
  auto rows = std::make_shared<std::vector<uint32_t>>();
  for (uint32_t row = 0; row < rows_; ++row)
    if (std::pair(mine.classes[row], mine.bits[row]) <= limit) rows->push_back(row);
  return rows;
}

int64_t SortKeys::held_bytes() const {
  return static_cast<int64_t>(keys_.size() * rows_ * (sizeof(uint8_t) + sizeof(uint64_t)) +
                              rows_ * (sizeof(uint32_t) + 2 * sizeof(Item)));
}

}  // namespace vedette::kql
