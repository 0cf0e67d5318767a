// Whole entities as answers show them, by the sequence of their last write: what was shown before is not read from the
// store again, nor parsed, nor shaped, nor copied into an answer.
#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "call.h"
#include "query.h"
#include "recent_cache.h"
#include "vedette/json/scratch.h"

namespace vedette::odata {

inline constexpr size_t shown_bytes_max = 128 << 20;

// `,{…}`: an item of an array behind another.
using ShownText = std::shared_ptr<const std::string>;
inline std::string_view first_item(const std::string& text) { return std::string_view(text).substr(1); }
inline std::string_view members_and_end(const std::string& text) { return std::string_view(text).substr(2); }

class ShownEntities {
 public:
  struct Key {
    uint64_t form = 0;     // of form()
    int64_t sequence = 0;  // which counts writes of the form's tenant
    bool operator==(const Key&) const = default;
  };

  // The number of all that a text depends on beside the entity.
  uint64_t form(const std::string& text);
  ShownText find(const Key& key) { return texts_.find(key); }
  ShownText remember(const Key& key, std::string text) {
    auto shown = std::make_shared<const std::string>(std::move(text));
    texts_.insert(key, shown, shown->size());
    return shown;
  }

 private:
  struct Hash {
    size_t operator()(const Key& key) const {
      return std::hash<uint64_t>()(static_cast<uint64_t>(key.sequence) * 0x9E3779B97F4A7C15 + key.form);
    }
  };
  std::mutex mutex_;                       // of what follows
  std::map<std::string, uint64_t> forms_;  // as many as tenants have types, about
  RecentCache<Key, std::string, Hash> texts_{shown_bytes_max};
};

// The entities of one answer, in its order.
class ShownPage {
 public:
  // `type`: what clients expect; `view`: what brings stored documents to that type, or null.
  ShownPage(const Call& call, const BoundQuery& query, const edm::StructuredType& type, const ViewBehaviour* view);

  // Whether all declared members are shown, and nothing is expanded; else every entity is shaped anew.
  bool is_whole() const { return whole_; }
  // Lets the store leave out the documents that are not needed; empty when all are. This page outlives it.
  store::IsHeld is_held();
  // Whether the texts of so many entities are at hand.
  bool holds(size_t entities) const { return held_.size() >= entities; }
  // Of the next entity, of a whole one.
  base::Result<ShownText> text_of(const store::Entity& entity);

 private:
  ShownEntities::Key key_of(int64_t sequence) const { return {form_, sequence}; }

  const Call& call_;
  const edm::StructuredType& type_;
  const ViewBehaviour* const view_;
  const bool whole_;
  uint64_t form_ = 0;
  json::Scratch scratch_;
  std::vector<std::pair<int64_t, ShownText>> held_;
  size_t next_ = 0;  // of held_
};

}  // namespace vedette::odata
