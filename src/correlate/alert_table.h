// The alerts that a correlator knows, in memory for as long as it runs: about fifty bytes each, and once what alerts of
// the same things say alike. Where an alert is, is at hand; the rest is packed, and read when it is needed.
//
//   record  := id first last created content          varints, as all that is not said
//   id      := 0 guid:16 bytes | bytes text           bytes: above 0
//   first   := the zigzag difference to that of the table's first alert; last, created: those to `first`
//   content := the number of: severity:u8 tactics title moved:u8 set{5}
//   set     := count (difference to the one before)*  devices, users, sources, full, partial
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
#include "packed_records.h"

namespace vedette::correlate {

class AlertTable {
 public:
  AlertTable() = default;
  AlertTable(const AlertTable&) = delete;

  // The alert's number is its place in the order of their coming; an id that is known must have been removed before.
  AlertNumber add(const KnownAlert& alert, AlertPlace place);
  void replace(AlertNumber number, const KnownAlert& alert);  // of the same id
  void remove(AlertNumber number);                            // its number stays, and exists() no more
  std::optional<AlertNumber> find(std::string_view id) const;

  size_t size() const { return rows_.size(); }
  bool exists(AlertNumber number) const { return rows_[number].record != PackedRecords::none; }
  AlertPlace& place(AlertNumber number) { return rows_[number].place; }
  const AlertPlace& place(AlertNumber number) const { return rows_[number].place; }
  KnownAlert read(AlertNumber number) const;
  // Of the packed records, those that were replaced included.
  size_t packed_bytes() const { return records_.bytes() + contents_->bytes(); }

 private:
  struct Row {
    AlertPlace place;
    PackedRecords::Place record = PackedRecords::none;  // none: it does not exist
  };

  void keep(Row& row, const KnownAlert& alert);
  void forget_record() { --live_, ++replaced_; }
  const char* record_of(AlertNumber number) const { return records_.at(rows_[number].record); }
  std::string pack(const KnownAlert& alert);
  std::string id_of(AlertNumber number) const;
  size_t slot_of(std::string_view id) const;
  void index(AlertNumber number, std::string_view id);
  void grow_index();
  void drop_replaced();

  std::deque<Row> rows_;
  PackedRecords records_;
  std::unique_ptr<Names> contents_ = std::make_unique<Names>();
  base::DateTime begin_{};          // of the first alert that came: its activity's
  size_t live_ = 0, replaced_ = 0;  // records
  std::vector<AlertNumber> slots_;  // by the hash of the id, the next free one behind it; a power of two of them
  size_t used_slots_ = 0;           // removed ones included
};

}  // namespace vedette::correlate
