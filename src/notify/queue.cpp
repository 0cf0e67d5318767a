#include "queue.h"

#include "vedette/json/value.h"

namespace vedette::notify {

std::string chunk_name(std::string_view subscription_id, int64_t number) {
  return "notify.queue/" + std::string(subscription_id) + "/" + std::to_string(number);
}

std::string encode_chunk(base::DateTime at, const Item* begin, const Item* end) {
  json::Array chunk{at.ticks};
  for (const Item* item = begin; item != end; ++item)
    chunk.push_back(
        json::Array{item->sequence, static_cast<int64_t>(item->type), item->version, json::Value(item->entity_id)});
  return json::to_text(chunk);
}

base::Result<Chunk> decode_chunk(std::string_view text) {
  const auto damaged = [] { return base::fail(base::ErrorCode::corrupt_data, "A queue of notifications is damaged."); };
  const json::Value value = TRY(json::parse(text));
  const json::Array* parts = value.if_array();
  if (!parts || parts->empty() || !parts->front().is_int64()) return damaged();
  Chunk chunk{{parts->front().get_int64()}, {}};
  for (size_t i = 1; i < parts->size(); ++i) {
    const json::Array* item = (*parts)[i].if_array();
    if (!item || item->size() != 4 || !(*item)[0].is_int64() || !(*item)[1].is_int64() || !(*item)[2].is_int64() ||
        !(*item)[3].is_string())
      return damaged();
    chunk.items.push_back({(*item)[0].get_int64(), static_cast<ChangeType>((*item)[1].get_int64()),
                           (*item)[2].get_int64(), std::string(std::string_view((*item)[3].get_string()))});
  }
  return chunk;
}

}  // namespace vedette::notify
