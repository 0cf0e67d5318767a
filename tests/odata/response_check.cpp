#include "response_check.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "value_check.h"

namespace vedette::odata {
namespace {

constexpr std::string_view roots[] = {"v1.0", "beta", "vedette"};
// What $metadata does not describe.
constexpr std::string_view documents[] = {"$metadata", "openapi.json"};

struct Target {
  std::string root, path;  // the path is below the root, decoded
};

std::string decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && std::isxdigit(static_cast<unsigned char>(text[i + 1])) &&
        std::isxdigit(static_cast<unsigned char>(text[i + 2]))) {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::optional<Target> read_target(std::string_view target) {
  if (const size_t scheme = target.find("://"); scheme != target.npos && scheme < 6)
    target.remove_prefix(std::min(target.find('/', scheme + 3), target.size()));
  target = target.substr(0, target.find('?'));
  while (target.starts_with('/')) target.remove_prefix(1);
  const size_t slash = std::min(target.find('/'), target.size());
  for (const std::string_view root : roots)
    if (same_name(decoded(target.substr(0, slash)), root)) {
      std::string path = decoded(target.substr(slash));
      while (path.starts_with('/')) path.erase(0, 1);
      while (path.ends_with('/')) path.pop_back();
      return Target{std::string(root), std::move(path)};
    }
  return std::nullopt;
}

void check_error(const json::Object& body, Misfits& misfits) {
  const json::Value* error = body.if_contains("error");
  if (!error || !error->is_object() || body.size() != 1) return misfits.add("error", "is not the one member");
  for (const char* name : {"code", "message"})
    if (json::find_string(*error, name).empty()) misfits.add("error", std::string("has no ") + name);
  for (const auto& member : error->get_object()) {
    constexpr std::string_view known[] = {"code", "message", "target", "details", "innerError"};
    if (std::find(std::begin(known), std::end(known), std::string_view(member.key())) == std::end(known))
      misfits.add("error", "has the member '" + std::string(std::string_view(member.key())) + "'");
  }
}

void check_service_document(const json::Object& body, Misfits& misfits) {
  const json::Value* value = body.if_contains("value");
  if (!value || !value->is_array()) return misfits.add("value", "is no array");
  for (const json::Value& item : value->get_array())
    if (json::find_string(item, "name").empty() || json::find_string(item, "url").empty())
      misfits.add("value", "has an item without a name or a url");
}

// The answer around the items of a collection.
void check_frame(const json::Object& body, const ServedPlace& place, Misfits& misfits) {
  for (const auto& member : body) {
    const std::string_view name = member.key();
    if (name == "value") continue;
    const bool count = name == "@odata.count", link = name == "@odata.nextLink" || name == "@odata.deltaLink";
    if (count ? !member.value().is_int64() : !member.value().is_string()) misfits.add(std::string(name), "has no form");
    if (!count && !link && name != "@odata.context") misfits.add(std::string(name), "has no place around a collection");
    if (name == "@odata.deltaLink" && !place.delta) misfits.add(std::string(name), "has no place outside of a delta");
  }
}

bool is_removed(const json::Object& item, Misfits& misfits, const std::string& path) {
  const json::Value* removed = item.if_contains("@removed");
  if (!removed) return false;
  const std::string_view reason = json::find_string(*removed, "reason");
  if (reason != "deleted" && reason != "changed") misfits.add(path, "@removed has no reason");
  for (const auto& member : item)
    if (member.key() != "@removed" && member.key() != "id") misfits.add(path, "has more than its key");
  return true;
}

void check_items(const json::Value* value, const ServedPlace& place, const ValueCheck& check, Misfits& misfits) {
  if (!value || !value->is_array()) return misfits.add("value", "is no array");
  if (!place.type.structure) return check.check(*value, place.type, "value");
  for (size_t i = 0; i < value->get_array().size(); ++i) {
    const std::string path = "value[" + std::to_string(i) + "]";
    const json::Object* item = value->get_array()[i].if_object();
    if (!item) {
      misfits.add(path, "is no object");
    } else if (!place.delta || !is_removed(*item, misfits, path)) {
      check.check_object(*item, *place.type.structure, place.selection, path, Frame::none);
    }
  }
}

void check_place(const json::Object& body, const ServedPlace& place, const ValueCheck& check, Misfits& misfits) {
  if (place.type.collection) {
    check_frame(body, place, misfits);
    check_items(body.if_contains("value"), place, check, misfits);
  } else if (place.type.structure) {
    check.check_object(body, *place.type.structure, place.selection, "", Frame::answer);
  } else {
    check_frame(body, place, misfits);
    if (const json::Value* value = body.if_contains("value"))
      check.check(*value, place.type, "value");
    else
      misfits.add("value", "is absent");
  }
}

// What the answer says that it is; without annotations, what the URL says.
std::optional<ServedPlace> place_of(const ServedModel& model, const Target& target, const json::Object& body,
                                    Annotations annotations, Misfits& misfits) {
  const json::Value* context = body.if_contains("@odata.context");
  if (annotations == Annotations::none) {
    if (context) misfits.add("@odata.context", "is there, and the client wanted none");
    return model.resolve_path(target.path);
  }
  const std::string text = context && context->is_string() ? std::string(std::string_view(context->get_string())) : "";
  const size_t hash = text.find("/" + target.root + "/$metadata#");
  if (hash == std::string::npos) {
    misfits.add("@odata.context", text.empty() ? "is absent" : "is '" + text + "'");
    return std::nullopt;
  }
  auto place = model.resolve_context(std::string_view(text).substr(text.find('#') + 1));
  if (place) return *place;
  misfits.add("@odata.context", place.error().message + ": " + text);
  return std::nullopt;
}

// Many services of a test program serve one text.
const ServedModel* read_once(const std::string& csdl_json) {
  static std::mutex mutex;
  static std::map<std::string, ServedModel> known;
  const std::scoped_lock lock(mutex);
  if (const auto found = known.find(csdl_json); found != known.end()) return &found->second;
  auto model = ServedModel::read(csdl_json);
  return model ? &known.emplace(csdl_json, std::move(*model)).first->second : nullptr;
}

}  // namespace

const ServedModel* ResponseCheck::model_of(const std::string& root) {
  const std::scoped_lock lock(mutex_);
  if (const auto known = models_.find(root); known != models_.end()) return known->second;
  return models_[root] = read_once(fetch_("/" + root + "/$metadata?$format=json"));
}

std::string ResponseCheck::batch_misfit(const std::string& root, const json::Value& body) {
  Misfits misfits;
  const json::Value* responses = json::find(body, "responses");
  if (!responses || !responses->is_array()) return "responses: is no array";
  for (const json::Value& one : responses->get_array()) {
    const json::Value* status = json::find(one, "status");
    const json::Value* inner = json::find(one, "body");
    const std::string id(json::find_string(one, "id"));
    if (id.empty() || !status || !status->is_int64()) misfits.add("responses", "has an item without id or status");
    if (!inner || !inner->is_object() || !status) continue;
    http::Headers headers;
    if (json::find_string(*inner, "@odata.context").empty() && status->to_number<int>() < 400) continue;
    if (const json::Value* sent = json::find(one, "headers"); sent && sent->is_object())
      for (const auto& header : sent->get_object())
        if (header.value().is_string())
          headers.set(std::string(std::string_view(header.key())),
                      std::string(std::string_view(header.value().get_string())));
    std::string part_root = root;  // the part's own, where its context tells of another
    for (const std::string_view other : roots)
      if (json::find_string(*inner, "@odata.context").find("/" + std::string(other) + "/$metadata") !=
          std::string_view::npos)
        part_root = other;
    const std::string inside =
        misfit("/" + part_root + "/?", static_cast<int>(status->get_int64()), headers, json::to_text(*inner));
    if (!inside.empty()) misfits.add("responses[" + id + "]", inside);
  }
  return misfits.text;
}

std::string ResponseCheck::misfit(const std::string& target, int status, const http::Headers& headers,
                                  const std::string& body) {
  const auto place_in_url = read_target(target);
  const std::string_view media_type = headers.get("Content-Type");
  if (!place_in_url) return "";
  if (status == 204 && !body.empty()) return "204 with a body";
  if (body.empty() || media_type.find("json") == media_type.npos) return "";
  for (const std::string_view document : documents)
    if (same_name(place_in_url->path, document)) return "";
  const auto json = json::parse(body);
  if (!json || !json->is_object()) return "the body is no JSON object: " + body.substr(0, 200);
  Misfits misfits;
  if (status >= 400) {
    check_error(json->get_object(), misfits);
    return misfits.text;
  }
  if (json->get_object().contains("responses")) return batch_misfit(place_in_url->root, *json);
  const std::string_view context = json::find_string(*json, "@odata.context");
  if (context.ends_with("$metadata") || (place_in_url->path.empty() && context.empty())) {
    check_service_document(json->get_object(), misfits);
    return misfits.text;
  }
  const ServedModel* model = model_of(place_in_url->root);
  if (!model) return "the $metadata of " + place_in_url->root + " cannot be read";
  const bool none = media_type.find("odata.metadata=none") != media_type.npos;
  const Annotations annotations = none ? Annotations::none : Annotations::minimal;
  if (const auto place = place_of(*model, *place_in_url, json->get_object(), annotations, misfits))
    check_place(json->get_object(), *place, ValueCheck(*model, annotations, misfits), misfits);
  return misfits.text;
}

}  // namespace vedette::odata
