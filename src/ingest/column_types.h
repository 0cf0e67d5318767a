// What type a column of a file has, found out from its values.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "vedette/columnar/vector.h"

namespace vedette::ingest {

class ColumnTypes {
 public:
  // Whether texts count as the numbers, bools and times that they spell (CSV), or only as times (JSON).
  enum class Texts : uint8_t { spell_values, are_texts };

  // A member of a record.
  void add(std::string_view name, const columnar::Dynamic& value, Texts texts);
  size_t size() const { return names_.size(); }
  columnar::Schema schema() const;

 private:
  struct Seen {
    bool boolean = false, integer = false, real = false, time = false, text = false, nested = false;
    Texts texts = Texts::are_texts;
  };
  static columnar::Type type_of(const Seen& seen);

  std::vector<std::string> names_;
  std::vector<Seen> seen_;
  std::unordered_map<std::string, size_t> columns_;
};

// Appends `value` as `out`'s type has it; null when that type cannot hold it.
void append_converted(columnar::VectorBuilder& out, const columnar::Dynamic& value);

}  // namespace vedette::ingest
