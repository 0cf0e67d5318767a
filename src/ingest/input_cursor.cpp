#include "input_cursor.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "keyed_hash.h"
#include "vedette/base/hexadecimal.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;

namespace {

constexpr size_t key_bytes = 32;
constexpr uint64_t head_bytes = 64 << 10;
constexpr std::string_view key_state = "ingest-identity-key", form_state = "ingest-cursor-form", form = "2";

base::Result<std::string> hash_of(const Input& input, const std::string& key, const base::StopCheck& stop) {
  KeyedHash hash(key);
  TRY(hash.update(*input.bytes, 0, input.bytes->size(), stop));
  return hash.digits();
}

// Of the places whose cursors' bytes the input begins with, the one that knows most of it.
base::Result<std::optional<CursorPlace>> place_in(std::vector<CursorPlace> places, const Input& input,
                                                  const std::string& key, const base::StopCheck& stop) {
  std::stable_sort(places.begin(), places.end(),
                   [](const auto& a, const auto& b) { return a.cursor.bytes < b.cursor.bytes; });
  std::optional<CursorPlace> found;
  KeyedHash hash(key);
  uint64_t at = 0;
  for (CursorPlace& place : places) {
    if (place.cursor.bytes > input.bytes->size()) break;
    TRY(hash.update(*input.bytes, at, place.cursor.bytes, stop));
    at = place.cursor.bytes;
    if (TRY(hash.digits()) == place.cursor.hash) found = std::move(place);
  }
  return found;
}

}  // namespace

base::Result<InputKey> input_key(IngestSink& sink) {
  InputKey key{sink.state(std::string(key_state)), sink.state(std::string(form_state)).empty()};
  if (!key.digits.empty()) return key;
  std::array<unsigned char, key_bytes> random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1)
    return fail(ErrorCode::internal, "There are no random bytes to be had.");
  key = {base::hexadecimal(random), false};
  IngestUnit unit;
  unit.state[std::string(key_state)] = key.digits;
  unit.state[std::string(form_state)] = form;
  TRY(sink.commit(std::move(unit)));
  return key;
}

std::string cursor_state(const std::string& connector, const std::string& name) {
  return "ingest/" + connector + "/" + name;
}

base::Result<std::string> head_of(const Input& input, const InputKey& key, const base::StopCheck& stop) {
  KeyedHash hash(key.digits);
  const uint64_t size = input.bytes->size();
  TRY(hash.update(*input.bytes, 0, std::min(size, head_bytes), stop));
  char digits[sizeof size];
  std::memcpy(digits, &size, sizeof size);
  hash.update({digits, sizeof size});
  return hash.digits();
}

base::Result<CursorPlace> find_cursor(const IngestSink& sink, const std::string& connector, const Input& input,
                                      const std::string& head, const InputKey& key, const base::StopCheck& stop) {
  const auto name_of = [&](size_t number) { return head + "-" + std::to_string(number); };
  std::vector<CursorPlace> places;
  while (true) {
    const std::string name = name_of(places.size());
    const std::string text = sink.state(cursor_state(connector, name));
    if (text.empty()) break;
    places.push_back({name, TRY(parse_cursor(text))});
  }
  const CursorPlace fresh{name_of(places.size()), {}};
  if (!places.empty())
    if (auto known = TRY(place_in(std::move(places), input, key.digits, stop))) return std::move(*known);
  if (!key.whole_inputs) return fresh;
  const std::string hash = TRY(hash_of(input, key.digits, stop));
  const std::string text = sink.state(cursor_state(connector, hash));
  return text.empty() ? fresh : CursorPlace{hash, TRY(parse_cursor(text))};
}

}  // namespace vedette::ingest
