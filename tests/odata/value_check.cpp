#include "value_check.h"

#include <algorithm>
#include <regex>

namespace vedette::odata {
namespace {

constexpr size_t misfit_bytes_max = 4096;

bool is_whole(const json::Value& value, int64_t min, int64_t max) {
  const int64_t* number = value.if_int64();
  return number && *number >= min && *number <= max;
}

bool matches(const json::Value& value, const std::regex& form) {
  if (!value.is_string()) return false;
  const std::string_view text = value.get_string();
  return std::regex_match(text.begin(), text.end(), form);
}

bool is_real(const json::Value& value) {
  if (value.is_number()) return true;
  return value == "NaN" || value == "INF" || value == "-INF";
}

// The form of a primitive value in JSON; date-times as this service writes them, with seven digits and Z.
bool has_form(const json::Value& value, std::string_view type) {
  static const std::regex date_time(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z)"), date(R"(\d{4}-\d\d-\d\d)"),
      time(R"(\d\d:\d\d(:\d\d(\.\d+)?)?)"), duration(R"(-?P(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?)"),
      guid(R"([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"), binary(R"([A-Za-z0-9+/_-]*=*)");
  constexpr int64_t min64 = std::numeric_limits<int64_t>::min(), max64 = std::numeric_limits<int64_t>::max();
  if (type == "Edm.String" || type == "Edm.Stream") return value.is_string();
  if (type == "Edm.Boolean") return value.is_bool();
  if (type == "Edm.Byte") return is_whole(value, 0, 255);
  if (type == "Edm.SByte") return is_whole(value, -128, 127);
  if (type == "Edm.Int16") return is_whole(value, -32768, 32767);
  if (type == "Edm.Int32") return is_whole(value, -2147483648LL, 2147483647);
  if (type == "Edm.Int64") return is_whole(value, min64, max64);
  if (type == "Edm.Double" || type == "Edm.Single") return is_real(value);
  if (type == "Edm.Decimal") return value.is_number();
  if (type == "Edm.DateTimeOffset") return matches(value, date_time);
  if (type == "Edm.Date") return matches(value, date);
  if (type == "Edm.TimeOfDay") return matches(value, time);
  if (type == "Edm.Duration") return matches(value, duration);
  if (type == "Edm.Guid") return matches(value, guid);
  if (type == "Edm.Binary") return matches(value, binary);
  return type == "Edm.Untyped";
}

std::string shown(const json::Value& value) {
  std::string text = json::to_text(value);
  if (text.size() > 80) text.replace(80, std::string::npos, "…");
  return text;
}

}  // namespace

void Misfits::add(const std::string& path, const std::string& what) {
  if (text.size() < misfit_bytes_max) text += (text.empty() ? "" : "; ") + path + ": " + what;
}

std::vector<Selected> read_selection(std::string_view text) {
  std::vector<Selected> items;
  int depth = 0;
  size_t begin = 0;
  const auto add = [&](std::string_view item) {
    const size_t open = item.find('(');
    if (item.empty()) return;
    if (open == item.npos || !item.ends_with(')'))
      items.push_back({std::string(item.substr(0, item.find('/'))), std::nullopt});
    else
      items.push_back({std::string(item.substr(0, open)), std::string(item.substr(open + 1, item.size() - open - 2))});
  };
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')') --depth;
    if (text[i] != ',' || depth > 0) continue;
    add(text.substr(begin, i - begin));
    begin = i + 1;
  }
  add(text.substr(begin));
  return items;
}

void ValueCheck::check(const json::Value& value, const ServedType& type, const std::string& path) const {
  if (!type.collection) return check_item(value, type, path);
  if (!value.is_array()) return misfits_.add(path, "is no array but " + shown(value));
  for (size_t i = 0; i < value.get_array().size(); ++i)
    check_item(value.get_array()[i], type, path + "[" + std::to_string(i) + "]");
}

void ValueCheck::check_item(const json::Value& value, const ServedType& type, const std::string& path) const {
  if (value.is_null()) {
    if (!type.nullable) misfits_.add(path, "is null, which " + type.name + " must not be here");
  } else if (type.enumeration) {
    check_enumeration(value, type, path);
  } else if (type.structure) {
    if (const json::Object* object = value.if_object())
      check_object(*object, *type.structure, std::nullopt, path, Frame::none);
    else
      misfits_.add(path, "is no object but " + shown(value));
  } else if (!has_form(value, type.name)) {
    misfits_.add(path, "is no " + type.name + ": " + shown(value));
  }
}

void ValueCheck::check_enumeration(const json::Value& value, const ServedType& type, const std::string& path) const {
  if (!value.is_string()) return misfits_.add(path, "is no text but " + shown(value));
  std::string_view rest = value.get_string();
  do {
    const size_t comma = type.enumeration->flags ? rest.find(',') : rest.npos;
    const std::string_view member = rest.substr(0, comma);
    if (!type.enumeration->has(member))
      misfits_.add(path, "'" + std::string(member) + "' is no member of " + type.name);
    rest = comma == rest.npos ? std::string_view() : rest.substr(comma + 1);
  } while (!rest.empty());
}

const ServedStructure* ValueCheck::actual_type(const json::Object& object, const ServedStructure& declared,
                                               const std::string& path) const {
  const json::Value* annotation = object.if_contains("@odata.type");
  if (!annotation) {
    if (declared.abstract && annotations_ == Annotations::minimal)
      misfits_.add(path, "has no @odata.type, and " + declared.name + " is abstract");
    return &declared;
  }
  const std::string_view name = annotation->is_string() ? std::string_view(annotation->get_string()) : "";
  const ServedStructure* type = name.starts_with('#') ? model_.find_structure(name.substr(1)) : nullptr;
  // Of a type that this root does not have, its base is said.
  if (type && type->is_a(declared) && (!type->abstract || type == &declared)) return type;
  misfits_.add(path, "@odata.type " + shown(*annotation) + " is no type that stands for " + declared.name);
  return &declared;
}

void ValueCheck::check_annotation(std::string_view name, const json::Value& value, const ServedStructure& type,
                                  const std::string& path, Frame frame) const {
  const size_t at = name.find('@');
  const std::string_view target = name.substr(0, at), term = name.substr(at + 1);
  const std::string where = path + "." + std::string(name);
  if (target.empty() && term == "vedette.changes") {  // for those who prefer it
    if (!type.entity || !value.is_object()) misfits_.add(where, "are no times of an entity's changes");
    return;
  }
  if (target.empty() && term == "vedette.tags") {
    if (!type.entity || !value.is_array()) misfits_.add(where, "are no tags of an entity");
    return;
  }
  if (target.empty()) {
    const bool of_entity = term == "odata.type" || term == "odata.etag" || term == "odata.id";
    if (!of_entity && !(frame == Frame::answer && term == "odata.context")) misfits_.add(where, "has no place here");
    if (!value.is_string()) misfits_.add(where, "is no text");
    return;
  }
  const ServedMember* member = type.find(target);
  if (!member && !type.open) return misfits_.add(where, "annotates what is not declared");
  if (!member || term == "odata.type") return;
  const bool of_collection = member->navigation && member->type.collection;
  if (of_collection && term == "odata.count") {
    if (!value.is_int64()) misfits_.add(where, "is no number");
  } else if (!(of_collection && term == "odata.nextLink") && !(member->navigation && term == "odata.context")) {
    misfits_.add(where, "has no place here");
  }
}

void ValueCheck::check_member(const json::Value& value, const ServedMember& member, const std::string& path) const {
  if (member.navigation && !member.type.collection && value.is_null()) return;
  check(value, member.type, path + "." + member.name);
}

void ValueCheck::check_expanded(const json::Value& value, const ServedMember& member,
                                const std::optional<std::string>& selection, const std::string& path) const {
  if (member.type.collection != value.is_array()) return misfits_.add(path, "is " + shown(value));
  if (const json::Object* object = value.if_object())
    return check_object(*object, *member.type.structure, selection, path, Frame::none);
  if (!value.is_array()) return check_member(value, member, path);
  for (const json::Value& item : value.get_array())
    if (const json::Object* object = item.if_object())
      check_object(*object, *member.type.structure, selection, path, Frame::none);
    else
      misfits_.add(path, "has an item that is no object");
}

void ValueCheck::check_object(const json::Object& object, const ServedStructure& declared,
                              const std::optional<std::string>& selection, const std::string& path, Frame frame) const {
  const ServedStructure& type = *actual_type(object, declared, path);
  const bool any_type = annotations_ == Annotations::none && declared.abstract;  // there is no saying which
  const auto selected = selection ? read_selection(*selection) : std::vector<Selected>();
  const bool all = std::all_of(selected.begin(), selected.end(), [](const Selected& item) { return item.inside; });
  const auto find = [&](std::string_view name) {
    return std::find_if(selected.begin(), selected.end(), [&](const Selected& item) { return item.name == name; });
  };
  for (const auto& entry : object) {
    const std::string_view name = entry.key();
    if (name.find('@') != name.npos) {
      check_annotation(name, entry.value(), type, path, frame);
      continue;
    }
    const ServedMember* member = type.find(name);
    const auto item = find(name);
    if (!all && item == selected.end()) misfits_.add(path + "." + std::string(name), "was not selected");
    if (!member && !type.open && !any_type && item == selected.end())
      misfits_.add(path, "'" + std::string(name) + "' is no property of " + type.name);
    if (!member) continue;
    if (member->navigation && item != selected.end())
      check_expanded(entry.value(), *member, item->inside, path + "." + member->name);
    else
      check_member(entry.value(), *member, path);
  }
  if (frame == Frame::none || annotations_ == Annotations::none || !all || !type.entity) return;
  for (const ServedMember* member : type.all())
    if (!member->navigation && !object.contains(member->name))
      misfits_.add(path, "the property '" + member->name + "' is absent");
}

}  // namespace vedette::odata
