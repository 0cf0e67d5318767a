// The alerts that a correlator knows, in memory for as long as it runs: about a hundred bytes each. Where an alert is,
// is at hand; what it says is packed, and read when it is needed.
//
//   record := length id first last created severity:u8 tactics title moved:u8 set{5}
//   length := of what follows, a varint as all that is not said
//   id     := 0 guid:16 bytes | bytes text                 bytes: above 0
//   first  := the ticks; last, created: the zigzag differences to it
//   set    := count (difference to the one before)*        devices, users, sources, full, partial
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "known_alert.h"
#include "names.h"
#include "vedette/columnar/arena.h"

namespace vedette::correlate {

class AlertTable {
 public:
  // Titles are kept in `names`, which outlives the table.
  explicit AlertTable(Names& names) : names_(names) {}
  AlertTable(const AlertTable&) = delete;

  // The alert's number is its place in the order of their coming; an id that is known must have been removed before.
  AlertNumber add(const KnownAlert& alert, AlertPlace place);
  void replace(AlertNumber number, const KnownAlert& alert);  // of the same id
  void remove(AlertNumber number);                            // its number stays, and exists() no more
  std::optional<AlertNumber> find(std::string_view id) const;

  size_t size() const { return rows_.size(); }
  bool exists(AlertNumber number) const { return rows_[number].record != nullptr; }
  AlertPlace& place(AlertNumber number) { return rows_[number].place; }
  const AlertPlace& place(AlertNumber number) const { return rows_[number].place; }
  KnownAlert read(AlertNumber number) const;
  // Of the packed records, those that were replaced included.
  int64_t packed_bytes() const { return records_->reserved_bytes(); }

 private:
  struct Row {
    AlertPlace place;
    const char* record = nullptr;  // null: it does not exist
  };

  void keep(Row& row, std::string_view record);
  std::string pack(const KnownAlert& alert) const;
  std::string id_of(const Row& row) const;
  size_t slot_of(std::string_view id) const;
  void index(AlertNumber number, std::string_view id);
  void grow_index();
  void drop_replaced();

  Names& names_;
  std::deque<Row> rows_;
  std::unique_ptr<columnar::Arena> records_ = std::make_unique<columnar::Arena>();
  int64_t live_bytes_ = 0;          // of the records that were not replaced
  std::vector<AlertNumber> slots_;  // by the hash of the id, the next free one behind it; a power of two of them
  size_t used_slots_ = 0;           // removed ones included
};

}  // namespace vedette::correlate
