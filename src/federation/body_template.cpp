#include "vedette/federation/body_template.h"

#include "poll_page.h"
#include "vedette/federation/text_template.h"

namespace vedette::federation {

using base::Result;
using base::Status;

namespace {

// Calls `visit` with each text in the value, and puts what it gives in its place.
Status replace_texts(json::Value& value, const std::function<Result<json::Value>(const std::string&)>& visit) {
  if (value.is_string()) {
    value = TRY(visit(std::string(value.get_string())));
  } else if (value.is_array()) {
    for (json::Value& element : value.get_array()) TRY(replace_texts(element, visit));
  } else if (value.is_object()) {
    json::Object filled;
    for (auto& member : value.get_object()) {
      const bool is_text = member.value().is_string();
      TRY(replace_texts(member.value(), visit));
      if (!is_text || !member.value().is_null()) filled[member.key()] = std::move(member.value());
    }
    value = std::move(filled);
  }
  return {};
}

Result<json::Value> fill_text(const std::string& text, const BodyTemplate::Lookup& lookup) {
  const auto parsed = TRY(TextTemplate::parse(text));
  const auto places = parsed.places();
  if (places.size() == 1 && text == "{" + places.front() + "}") {
    if (auto value = lookup(places.front())) return std::move(*value);
  }
  return json::Value(TRY(parsed.text([&](const std::string& name) -> std::optional<std::string> {
    const auto value = lookup(name);
    return value ? std::optional(scalar_text(&*value)) : std::nullopt;
  })));
}

}  // namespace

Result<BodyTemplate> BodyTemplate::make(json::Value value) {
  BodyTemplate made;
  made.value_ = value;
  TRY(replace_texts(value, [](const std::string& text) -> Result<json::Value> {
    TRY(TextTemplate::parse(text));
    return json::Value(text);
  }));
  return made;
}

std::vector<std::string> BodyTemplate::places() const {
  std::vector<std::string> names;
  json::Value copy = value_;
  const auto seen = replace_texts(copy, [&](const std::string& text) -> Result<json::Value> {
    for (std::string& name : TRY(TextTemplate::parse(text)).places()) names.push_back(std::move(name));
    return json::Value(text);
  });
  return seen ? names : std::vector<std::string>();
}

Result<json::Value> BodyTemplate::fill(const Lookup& lookup) const {
  json::Value filled = value_;
  TRY(replace_texts(filled, [&](const std::string& text) { return fill_text(text, lookup); }));
  return filled;
}

}  // namespace vedette::federation
