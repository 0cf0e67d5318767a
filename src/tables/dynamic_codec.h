// The binary form of a dynamic value in a segment.
//
//   value := kind:u8 contents      kind: DynamicKind
//   contents: null — | boolean u8 | int64, datetime, timespan: i64 | real: f64 | guid: 16 bytes | string: text
//             | array: count:varint value* | bag: count:varint (key:text value)*
#pragma once

#include "vedette/base/bytes.h"
#include "vedette/columnar/dynamic.h"

namespace vedette::tables {

void encode(base::ByteWriter& out, const columnar::Dynamic& value);
// Strings and keys point into the reader's bytes. Sets nothing but the reader's ok() on damage.
columnar::Dynamic decode(base::ByteReader& in, columnar::Arena& arena, int depth = 0);

}  // namespace vedette::tables
