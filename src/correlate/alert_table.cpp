#include "alert_table.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "vedette/base/bytes.h"
#include "vedette/base/guid.h"

namespace vedette::correlate {
namespace {

constexpr AlertNumber no_alert = UINT32_MAX, removed = UINT32_MAX - 1;
constexpr size_t slots_min = 64;
constexpr int64_t dropped_bytes_min = int64_t{1} << 20;

uint64_t zigzag(int64_t value) { return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63); }
int64_t unzigzag(uint64_t value) { return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1); }

class Packer : private base::ByteWriter {
 public:
  using ByteWriter::byte;
  using ByteWriter::varint;

  void id(std::string_view id) {
    const auto guid = base::parse_guid(id);
    if (!guid || base::to_string(*guid) != id) return text(id);
    byte(0);
    raw({reinterpret_cast<const char*>(guid->bytes.data()), guid->bytes.size()});
  }
  void difference(base::DateTime time, base::DateTime from) {
    varint(zigzag(static_cast<int64_t>(static_cast<uint64_t>(time.ticks) - static_cast<uint64_t>(from.ticks))));
  }
  template <class Set>
  void set(const Set& numbers) {
    varint(numbers.size());
    uint32_t before = 0;
    for (const uint32_t number : numbers) varint(number - std::exchange(before, number));
  }
  // With its length in front.
  std::string take_record() {
    ByteWriter record;
    record.text(take());
    return record.take();
  }
};

// Of a record that was packed here, so that nothing in it is checked.
class Unpacker {
 public:
  explicit Unpacker(const char* record) : at_(record) {
    const uint64_t length = varint();
    end_ = at_ + length;
  }

  uint8_t byte() { return static_cast<uint8_t>(*at_++); }
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const uint8_t next = byte();
      value |= uint64_t{next & 127U} << shift;
      if (next < 128) return value;
    }
  }
  std::string id() {
    const uint64_t length = varint();
    if (length > 0) return std::string(std::exchange(at_, at_ + length), length);
    base::Guid guid;
    std::memcpy(guid.bytes.data(), at_, guid.bytes.size());
    at_ += guid.bytes.size();
    return base::to_string(guid);
  }
  base::DateTime time(base::DateTime from) {
    return {static_cast<int64_t>(static_cast<uint64_t>(from.ticks) + static_cast<uint64_t>(unzigzag(varint())))};
  }
  template <class Add>
  void set(const Add& add) {
    uint32_t number = 0;
    for (uint64_t left = varint(); left > 0; --left) add(number += static_cast<uint32_t>(varint()));
  }

  const char* end() const { return end_; }

 private:
  const char* at_;
  const char* end_;
};

std::string_view packed(const char* record) { return {record, Unpacker(record).end()}; }

}  // namespace

std::string AlertTable::pack(const KnownAlert& alert) const {
  const IncidentSummary& summary = alert.summary;
  Packer out;
  out.id(alert.id);
  out.difference(alert.activity.first, {});
  out.difference(alert.activity.last, alert.activity.first);
  out.difference(summary.created, alert.activity.first);
  out.byte(static_cast<uint8_t>(summary.severity));
  out.varint(summary.tactics);
  out.varint(names_.number(summary.title));
  out.byte(alert.moved);
  out.set(summary.devices);
  out.set(summary.users);
  out.set(summary.sources);
  out.set(alert.full);
  out.set(alert.partial);
  return out.take_record();
}

KnownAlert AlertTable::read(AlertNumber number) const {
  Unpacker in(rows_[number].record);
  KnownAlert alert;
  IncidentSummary& summary = alert.summary;
  alert.id = in.id();
  alert.activity.first = in.time({});
  alert.activity.last = in.time(alert.activity.first);
  alert.activity.alert = number;
  summary.created = in.time(alert.activity.first);
  summary.alerts = 1;
  summary.first_activity = alert.activity.first;
  summary.last_activity = alert.activity.last;
  summary.severity = static_cast<Severity>(in.byte());
  summary.tactics = static_cast<uint32_t>(in.varint());
  summary.title = names_.text(static_cast<NameNumber>(in.varint()));
  alert.moved = in.byte() != 0;
  for (auto* names : {&summary.devices, &summary.users, &summary.sources})
    in.set([&](NameNumber name) { names->insert(names->end(), name); });
  for (auto* entities : {&alert.full, &alert.partial})
    in.set([&](EntityNumber entity) { entities->push_back(entity); });
  return alert;
}

void AlertTable::keep(Row& row, std::string_view record) {
  row.record = records_->copy(record).data();
  live_bytes_ += static_cast<int64_t>(record.size());
}

AlertNumber AlertTable::add(const KnownAlert& alert, AlertPlace place) {
  const auto number = static_cast<AlertNumber>(rows_.size());
  keep(rows_.emplace_back(Row{.place = place}), pack(alert));
  index(number, alert.id);
  return number;
}

void AlertTable::replace(AlertNumber number, const KnownAlert& alert) {
  live_bytes_ -= static_cast<int64_t>(packed(rows_[number].record).size());
  keep(rows_[number], pack(alert));
  drop_replaced();
}

void AlertTable::remove(AlertNumber number) {
  slots_[slot_of(id_of(rows_[number]))] = removed;
  live_bytes_ -= static_cast<int64_t>(packed(rows_[number].record).size());
  rows_[number].record = nullptr;
  drop_replaced();
}

// Once they are more than the others.
void AlertTable::drop_replaced() {
  if (records_->reserved_bytes() <= 2 * live_bytes_ + dropped_bytes_min) return;
  const auto before = std::exchange(records_, std::make_unique<columnar::Arena>());
  live_bytes_ = 0;
  for (Row& row : rows_)
    if (row.record) keep(row, packed(row.record));
}

std::string AlertTable::id_of(const Row& row) const { return Unpacker(row.record).id(); }

// That of the id, else the free one where its search ends.
size_t AlertTable::slot_of(std::string_view id) const {
  size_t slot = std::hash<std::string_view>()(id) & (slots_.size() - 1);
  while (slots_[slot] != no_alert && (slots_[slot] == removed || id_of(rows_[slots_[slot]]) != id))
    slot = (slot + 1) & (slots_.size() - 1);
  return slot;
}

std::optional<AlertNumber> AlertTable::find(std::string_view id) const {
  if (slots_.empty()) return std::nullopt;
  const AlertNumber number = slots_[slot_of(id)];
  return number == no_alert ? std::nullopt : std::optional(number);
}

void AlertTable::index(AlertNumber number, std::string_view id) {
  if (4 * (used_slots_ + 1) > 3 * slots_.size()) return grow_index();
  slots_[slot_of(id)] = number;
  ++used_slots_;
}

void AlertTable::grow_index() {
  const auto existing = static_cast<size_t>(
      std::count_if(rows_.begin(), rows_.end(), [](const Row& row) { return row.record != nullptr; }));
  size_t slots = slots_min;
  while (2 * existing > slots) slots *= 2;
  slots_.assign(slots, no_alert);
  used_slots_ = existing;
  for (AlertNumber number = 0; number < rows_.size(); ++number)
    if (exists(number)) slots_[slot_of(id_of(rows_[number]))] = number;
}

}  // namespace vedette::correlate
