#include "shown_entities.h"

#include "entities.h"
#include "shape.h"

namespace vedette::odata {

uint64_t ShownEntities::form(const std::string& text) {
  const std::scoped_lock lock(mutex_);
  return forms_.try_emplace(text, forms_.size()).first->second;
}

ShownPage::ShownPage(const Call& call, const BoundQuery& query, const edm::StructuredType& type,
                     const ViewBehaviour* view)
    : call_(call), type_(type), view_(view), whole_(query.selection.all && query.expansions.empty()) {
  if (!whole_) return;
  std::string form = call.caller.tenant_id + "\n" + call.route.model->root() + "\n" + type.name + "\n";
  form += call.preferences.annotations ? 'a' : '-';
  form += call.preferences.unknown_members ? 'u' : '-';
  form += call.preferences.change_times ? 'c' : '-';
  form += view ? 'v' : '-';
  form_ = call.shown.form(form);
}

store::IsHeld ShownPage::is_held() {
  if (!whole_) return {};
  return [this](int64_t sequence) -> std::optional<size_t> {
    auto text = call_.shown.find(key_of(sequence));
    if (!text) return std::nullopt;
    held_.emplace_back(sequence, std::move(text));
    return held_.back().second->size();
  };
}

base::Result<ShownText> ShownPage::text_of(const store::Entity& entity) {
  if (next_ < held_.size() && held_[next_].first == entity.sequence) return held_[next_++].second;
  const bool stored = entity.sequence > 0;  // else it exists from the start, and nobody wrote it
  if (auto text = stored ? call_.shown.find(key_of(entity.sequence)) : nullptr) return text;
  const auto parsed = scratch_.parse(entity.json);
  if (!parsed || !(*parsed)->is_object()) return unreadable(entity);
  const json::Object& document = (*parsed)->get_object();
  std::string text = ",{";
  text.reserve(2 * entity.json.size());
  const Shaper shaper = shaper_of(call_);
  if (view_)
    shaper.append_members(text, view_->show(document), type_, Selection());
  else
    shaper.append_members(text, document, type_, Selection());
  text += '}';
  text.shrink_to_fit();
  if (!stored) return std::make_shared<const std::string>(std::move(text));
  return call_.shown.remember(key_of(entity.sequence), std::move(text));
}

}  // namespace vedette::odata
