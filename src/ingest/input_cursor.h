// Where an input stands of which all or a part was stored before.
//
// What a file is called does not count, its bytes do. The state `ingest/CONNECTOR/HEAD-N` holds the cursor of the N-th
// input with a head: HEAD is the keyed hash of an input's first bytes and its size. A cursor says how many of the
// input's bytes had been read when it was written, and their hash. An input that begins with these bytes goes on there;
// one with no such cursor is new, which is known without reading it.
//
// In folders written before, the state `ingest/CONNECTOR/HASH` holds the cursor of the input whose bytes have that
// hash.
#pragma once

#include "cursor.h"
#include "vedette/ingest/sink.h"

namespace vedette::ingest {

// The secret that the sink's state holds; made and committed when there is none. For one thread at a time.
struct InputKey {
  std::string digits;
  bool whole_inputs = false;  // the folder may hold cursors of the older form
};
base::Result<InputKey> input_key(IngestSink& sink);

struct CursorPlace {
  std::string name;  // the state's, without `ingest/CONNECTOR/`
  Cursor cursor;     // empty of an input that is new
};
std::string cursor_state(const std::string& connector, const std::string& name);
// HEAD of an input.
base::Result<std::string> head_of(const Input& input, const InputKey& key, const base::StopCheck& stop);
// While nobody else stores an input of this head.
base::Result<CursorPlace> find_cursor(const IngestSink& sink, const std::string& connector, const Input& input,
                                      const std::string& head, const InputKey& key, const base::StopCheck& stop);

}  // namespace vedette::ingest
