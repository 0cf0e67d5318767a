// What a subscription is to be told, as it waits in the store: chunks under increasing numbers, each the value of the
// state "notify.queue/<subscription>/<number>":
//
//   chunk := [ticks, item*]      when it was queued
//   item  := [sequence, change type, version, id of the entity]
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/notify/subscription.h"

namespace vedette::notify {

inline constexpr size_t chunk_items_max = 100;

struct Item {
  int64_t sequence = 0;  // of the change
  ChangeType type = change_updated;
  int64_t version = 0;  // of the entity, by that change
  std::string entity_id;
};

struct Chunk {
  base::DateTime at{};
  std::vector<Item> items;
};

std::string chunk_name(std::string_view subscription_id, int64_t number);
std::string encode_chunk(base::DateTime at, const Item* begin, const Item* end);
base::Result<Chunk> decode_chunk(std::string_view text);

}  // namespace vedette::notify
