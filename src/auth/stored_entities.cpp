#include "stored_entities.h"

#include <algorithm>
#include <iterator>

#include "vedette/auth/directory.h"
#include "vedette/base/guid.h"
#include "vedette/base/utf8.h"

namespace vedette::auth {

using base::ErrorCode;
using base::fail;

std::string canonical_id(std::string_view text) {
  const auto guid = text.size() == 36 ? base::parse_guid(text) : std::nullopt;
  return guid ? base::to_string(*guid) : std::string();
}

base::Status check_name(std::string_view name, std::string_view what) {
  const bool printable =
      std::none_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (name.empty() || name.size() > Directory::name_bytes_max || !printable || !base::is_valid_utf8(name))
    return fail(ErrorCode::bad_request, "The name of " + std::string(what) + " must have 1 to " +
                                            std::to_string(Directory::name_bytes_max) +
                                            " bytes of UTF-8 without control characters.");
  return {};
}

base::Result<json::Value> parse_stored(const store::Entity& entity) {
  auto document = json::parse(entity.json);
  if (!document) return fail(ErrorCode::corrupt_data, "A stored directory entry cannot be read.").with_cause(entity.id);
  return std::move(*document);
}

base::Result<std::vector<store::Entity>> all_of(const store::EntityStore& store, std::string_view partition,
                                                std::string_view collection, base::DateTime now) {
  store::Query query;
  query.collection = collection;
  query.now = now;
  std::vector<store::Entity> all;
  do {
    auto page = TRY(store.query(partition, query));
    std::move(page.entities.begin(), page.entities.end(), std::back_inserter(all));
    query.after = std::move(page.next);
  } while (!query.after.empty());
  return all;
}

json::Array as_json(const std::vector<std::string>& texts) {
  json::Array array;
  for (const std::string& text : texts) array.emplace_back(text);
  return array;
}

std::vector<std::string> find_texts(const json::Value& document, std::string_view name) {
  std::vector<std::string> texts;
  if (const json::Value* list = json::find(document, name); list && list->is_array())
    for (const json::Value& text : list->get_array())
      if (text.is_string()) texts.emplace_back(text.get_string());
  return texts;
}

}  // namespace vedette::auth
