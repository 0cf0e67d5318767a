#include "shown_entities.h"

#include "entities.h"
#include "shape.h"

namespace vedette::odata {

ShownPage::ShownPage(const Call& call, const BoundQuery& query, const edm::StructuredType& type,
                     const ViewBehaviour* view)
    : call_(call), type_(type), view_(view), whole_(query.selection.all && query.expansions.empty()) {
  form_ = call.caller.tenant_id + "\n" + call.route.model->root() + "\n" + type.name + "\n";
  form_ += call.preferences.annotations ? 'a' : '-';
  form_ += call.preferences.unknown_members ? 'u' : '-';
  form_ += call.preferences.change_times ? 'c' : '-';
  form_ += view ? 'v' : '-';
}

std::string ShownPage::key_of(int64_t sequence) const {
  std::string key = form_;
  key.append(reinterpret_cast<const char*>(&sequence), sizeof sequence);
  return key;
}

void ShownPage::spare_documents(store::Query& query) {
  if (!whole_) return;
  query.is_held = [this](int64_t sequence) {
    auto text = call_.shown.find(key_of(sequence));
    if (!text) return false;
    held_.emplace_back(sequence, std::move(text));
    return true;
  };
}

size_t ShownPage::bytes_held() const {
  size_t bytes = 0;
  for (const auto& [sequence, text] : held_) bytes += text->size();
  return bytes;
}

base::Result<ShownEntities::Text> ShownPage::members_of(const store::Entity& entity) {
  if (next_ < held_.size() && held_[next_].first == entity.sequence) return held_[next_++].second;
  const bool stored = entity.sequence > 0;  // else it exists from the start, and nobody wrote it
  const std::string key = key_of(entity.sequence);
  if (auto text = stored ? call_.shown.find(key) : nullptr) return text;
  json::Object document = TRY(parse_document(entity));
  if (view_) document = view_->show(document);
  std::string members = "{";
  shaper_of(call_).append_members(members, document, type_, Selection());
  members.erase(0, 1);
  if (!stored) return std::make_shared<const std::string>(std::move(members));
  return call_.shown.remember(key, std::move(members));
}

}  // namespace vedette::odata
