// Whole entities as answers show them, by the sequence of their last write: what was shown before is not read from the
// store again, nor parsed, nor shaped.
#pragma once

#include <vector>

#include "call.h"
#include "generation_cache.h"
#include "query.h"

namespace vedette::odata {

inline constexpr size_t shown_bytes_max = 64 << 20;

class ShownEntities {
 public:
  using Text = std::shared_ptr<const std::string>;  // the members, without braces

  Text find(const std::string& key) { return texts_.find(key); }
  Text remember(const std::string& key, std::string text) {
    auto shown = std::make_shared<const std::string>(std::move(text));
    texts_.insert(key, shown, shown->size());
    return shown;
  }

 private:
  GenerationCache<std::string> texts_{shown_bytes_max};
};

// The entities of one answer, in its order.
class ShownPage {
 public:
  // `type`: what clients expect; `view`: what brings stored documents to that type, or null.
  ShownPage(const Call& call, const BoundQuery& query, const edm::StructuredType& type, const ViewBehaviour* view);

  // Whether all declared members are shown, and nothing is expanded; else every entity is shaped anew.
  bool is_whole() const { return whole_; }
  // Lets the store leave out the documents that are not needed. This page outlives the query.
  void spare_documents(store::Query& query);
  // Of the texts that stand for the documents that were left out.
  size_t bytes_held() const;
  // The members of the next entity, of a whole one.
  base::Result<ShownEntities::Text> members_of(const store::Entity& entity);

 private:
  std::string key_of(int64_t sequence) const;

  const Call& call_;
  const edm::StructuredType& type_;
  const ViewBehaviour* const view_;
  const bool whole_;
  std::string form_;  // what a text depends on beside the entity: the first part of its key
  std::vector<std::pair<int64_t, ShownEntities::Text>> held_;
  size_t next_ = 0;  // of held_
};

}  // namespace vedette::odata
