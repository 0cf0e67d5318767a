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
constexpr size_t replaced_min = 1'000;

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
  using ByteWriter::take;
};

// Of a record that was packed here, so that nothing in it is checked.
class Unpacker {
 public:
  explicit Unpacker(const char* record) : at_(record) {}

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

 private:
  const char* at_;
};

}  // namespace

std::string AlertTable::pack(const KnownAlert& alert) {
  const IncidentSummary& summary = alert.summary;
  Packer content;
  content.byte(static_cast<uint8_t>(summary.severity));
  content.varint(summary.tactics);
  content.varint(summary.title);
  content.byte(alert.moved);
  content.set(summary.devices);
  content.set(summary.users);
  content.set(summary.sources);
  content.set(alert.full);
  content.set(alert.partial);
  Packer out;
  out.id(alert.id);
  out.difference(alert.activity.first, begin_);
  out.difference(alert.activity.last, alert.activity.first);
  out.difference(summary.created, alert.activity.first);
  out.varint(contents_->number(content.take()));
  return out.take();
}

KnownAlert AlertTable::read(AlertNumber number) const {
  Unpacker in(record_of(number));
  KnownAlert alert;
  IncidentSummary& summary = alert.summary;
  alert.id = in.id();
  alert.activity.first = in.time(begin_);
  alert.activity.last = in.time(alert.activity.first);
  alert.activity.alert = number;
  summary.created = in.time(alert.activity.first);
  summary.alerts = 1;
  summary.first_activity = alert.activity.first;
  summary.last_activity = alert.activity.last;
  Unpacker content(contents_->text(static_cast<NameNumber>(in.varint())).data());
  summary.severity = static_cast<Severity>(content.byte());
  summary.tactics = static_cast<uint32_t>(content.varint());
  summary.title = static_cast<NameNumber>(content.varint());
  alert.moved = content.byte() != 0;
  for (auto* names : {&summary.devices, &summary.users, &summary.sources})
    content.set([&](NameNumber name) { names->insert(names->end(), name); });
  for (auto* entities : {&alert.full, &alert.partial})
    content.set([&](EntityNumber entity) { entities->push_back(entity); });
  return alert;
}

void AlertTable::keep(Row& row, const KnownAlert& alert) {
  row.record = records_.add(pack(alert));
  ++live_;
}

AlertNumber AlertTable::add(const KnownAlert& alert, AlertPlace place) {
  const auto number = static_cast<AlertNumber>(rows_.size());
  if (number == 0) begin_ = alert.activity.first;
  keep(rows_.emplace_back(Row{.place = place}), alert);
  index(number, alert.id);
  return number;
}

void AlertTable::replace(AlertNumber number, const KnownAlert& alert) {
  forget_record();
  keep(rows_[number], alert);
  drop_replaced();
}

void AlertTable::remove(AlertNumber number) {
  slots_[slot_of(id_of(number))] = removed;
  forget_record();
  rows_[number].record = PackedRecords::none;
  drop_replaced();
}

// Once they are more than the others.
void AlertTable::drop_replaced() {
  if (replaced_ <= live_ + replaced_min) return;
  AlertTable fresh;
  fresh.begin_ = begin_;
  for (AlertNumber number = 0; number < rows_.size(); ++number)
    if (exists(number)) rows_[number].record = fresh.records_.add(fresh.pack(read(number)));
  records_ = std::move(fresh.records_);
  contents_ = std::move(fresh.contents_);
  replaced_ = 0;
}

std::string AlertTable::id_of(AlertNumber number) const { return Unpacker(record_of(number)).id(); }

// That of the id, else the free one where its search ends.
size_t AlertTable::slot_of(std::string_view id) const {
  size_t slot = std::hash<std::string_view>()(id) & (slots_.size() - 1);
  while (slots_[slot] != no_alert && (slots_[slot] == removed || id_of(slots_[slot]) != id))
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
      std::count_if(rows_.begin(), rows_.end(), [](const Row& row) { return row.record != PackedRecords::none; }));
  size_t slots = slots_min;
  while (2 * existing > slots) slots *= 2;
  slots_.assign(slots, no_alert);
  used_slots_ = existing;
  for (AlertNumber number = 0; number < rows_.size(); ++number)
    if (exists(number)) slots_[slot_of(id_of(number))] = number;
}

}  // namespace vedette::correlate
